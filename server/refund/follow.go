package refund

import (
	"context"
	"fmt"

	"shebao/server/contribution"
	model "shebao/shared/refund"
	"shebao/shared/words"
)

// follow makes everything agree with what the bank, or an officer, has decided, and then
// leaves the refund alone. Each step may be repeated, and the refund stays open until all
// of them are done.
func (s *Service) follow(ctx context.Context, r model.Refund) (model.Refund, error) {
	if r.State == model.Refunded && r.Reason != model.Surplus {
		if err := s.reverse(ctx, r); err != nil {
			return r, err
		}
	}
	if err := s.tell(ctx, r); err != nil {
		return r, err
	}
	s.Checkpoint("follow.told")
	return s.rest(ctx, r)
}

// reverse lets the declaration, its due and the certificates follow the money.
func (s *Service) reverse(ctx context.Context, r model.Refund) error {
	err := s.Contributions.Reverse(ctx, contribution.Reversal{
		Declaration: r.Declaration, Due: r.Due, Payment: r.Payment, Refund: r.ID, Then: r.Reason.After(),
	})
	if err != nil {
		return fmt.Errorf("follow refund %s: %w", r.ID, err)
	}
	s.Checkpoint("follow.reversed")
	if s.Certificates == nil {
		return nil
	}
	if err := s.Certificates.Reversed(ctx, r.Declaration, words.RefundEndsPaper+r.Ticket); err != nil {
		return fmt.Errorf("certificates after refund %s: %w", r.ID, err)
	}
	s.Checkpoint("follow.certificates")
	return nil
}

// rest ends the work on the refund until somebody does something about it.
func (s *Service) rest(ctx context.Context, r model.Refund) (model.Refund, error) {
	if !r.Open {
		return r, nil
	}
	r.Open = false
	now, _, err := s.swap(ctx, r)
	s.Checkpoint("follow.closed")
	return now, err
}

// audit puts the steps of the refund's history that are not there yet into the audit
// trail. How many are there is stored with the next write: after a crash a step may stand
// there twice, never not at all.
func (s *Service) audit(ctx context.Context, r model.Refund) (model.Refund, error) {
	for ; r.Audited < len(r.History); r.Audited++ {
		if s.Trail == nil {
			continue
		}
		h := r.History[r.Audited]
		err := s.Trail.Record(ctx, Entry{
			Officer: h.By, Person: r.Person, Action: "refund_" + string(h.Event), Subject: r.ID, Result: string(h.State), Amount: r.Amount, Note: h.Note,
		})
		if err != nil {
			return r, fmt.Errorf("record %s of refund %s: %w", h.Event, r.ID, err)
		}
	}
	s.Checkpoint("audit.recorded")
	return r, nil
}

func (s *Service) tell(ctx context.Context, r model.Refund) error {
	if s.Notices == nil {
		return nil
	}
	if err := s.Notices.Tell(ctx, noticeOf(r)); err != nil {
		return fmt.Errorf("notice of refund %s: %w", r.ID, err)
	}
	return nil
}

// noticeOf is what the person reads about the outcome. Each attempt at the bank has one of its own.
func noticeOf(r model.Refund) Notice {
	n := Notice{
		ID: fmt.Sprintf("n:%s:%s:%d", r.ID, r.State, r.Attempt), Person: r.Person, State: r.State, Link: "/refunds/" + r.ID,
	}
	what := fmt.Sprintf("%d 年度%s保险费 %s", r.Year, r.Scheme.Label(), r.Amount.Display())
	if r.Reason == model.Surplus {
		return surplusNotice(r, n)
	}
	switch r.State { //nolint:exhaustive // the others are no outcome
	case model.Refunded:
		n.Title = words.NoticeRefundedTitle
		n.Text = what + " 已退回原扣款账户 " + r.Account + "。"
	case model.Failed:
		n.Title = words.NoticeRefundFailedTitle
		n.Text = what + " 的退款银行未办理成功，原因：" + r.Answer + "。税务机关将核实后继续办理，您无需重复申请。"
	case model.Refused:
		n.Title = words.NoticeRefundRefuseTitle
		n.Text = what + " 的退费申请未通过，原因：" + r.Refused + "。原缴费仍然有效；如有疑问，请拨打 12366。"
	}
	return n
}

// surplusNotice is what the person reads about money that the bank had taken too much.
func surplusNotice(r model.Refund, n Notice) Notice {
	switch r.State { //nolint:exhaustive // the others are no outcome
	case model.Refunded:
		n.Title = words.NoticeRefundedTitle
		n.Text = "对账发现银行多扣的 " + r.Amount.Display() + " 已退回原扣款账户 " + r.Account + "。"
	case model.Failed:
		n.Title = words.NoticeRefundFailedTitle
		n.Text = "银行多扣的 " + r.Amount.Display() + " 尚未退成，原因：" + r.Answer + "。税务机关将核实后继续办理，您无需申请。"
	case model.Refused:
		n.Title = words.NoticeRefundRefuseTitle
		n.Text = "银行多扣的 " + r.Amount.Display() + " 未由本平台退回，原因：" + r.Refused + "。如有疑问，请拨打 12366。"
	}
	return n
}
