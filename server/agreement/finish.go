package agreement

import (
	"context"
	"fmt"

	model "shebao/shared/agreement"
	"shebao/shared/bankcard"
	"shebao/shared/notice"
	"shebao/shared/region"
	"shebao/shared/words"
)

// finish tells the payer how it ended and closes the agreement. It may be repeated.
func (s *Service) finish(ctx context.Context, a model.Agreement) error {
	if s.Notices != nil {
		if n, ok := s.notice(a); ok {
			if err := s.Notices.Tell(ctx, n); err != nil {
				return fmt.Errorf("notice of agreement %s: %w", a.ID, err)
			}
		}
	}
	closed := a
	closed.Open = false
	if _, err := s.Store.SwapAgreement(ctx, a.State, closed); err != nil {
		return fmt.Errorf("close agreement %s: %w", a.ID, err)
	}
	return nil
}

// notice is what the payer reads; false when there is nothing to tell: they gave up
// themselves.
func (s *Service) notice(a model.Agreement) (notice.Notice, bool) {
	bank, _ := bankcard.Lookup(a.Bank)
	name := bank.Name + "（" + bankcard.Tail(a.Account) + "）"
	if at, ok := region.Find(s.Authorities(), a.Authority); ok {
		name += "与" + at.Short()
	}
	n := notice.Notice{
		ID: "n:" + a.ID + ":" + string(a.State), Person: a.Payer, Link: "/agreements/" + a.ID,
	}
	switch a.State {
	case model.Verified:
		n.Kind, n.Title = notice.Signed, words.NoticeSignedTitle
		n.Text = name + "的缴费协议已签订，" + a.Effective.String() + " 起生效。"
	case model.Failed:
		if a.Reason == words.SignGivenUp {
			return n, false
		}
		n.Kind, n.Title = notice.Unsigned, words.NoticeUnsignedTitle
		n.Text = name + "的缴费协议未签订成功，原因：" + a.Reason + "。"
	case model.Revoked:
		n.Kind, n.Title = notice.Revoked, words.NoticeRevokedTitle
		n.Text = name + "的缴费协议已撤销，不再用于缴费和批量扣款。如需继续使用，请重新签订。"
	case model.Ended:
		n.Kind, n.Title = notice.Ended, words.NoticeEndedTitle
		n.Text = name + "的缴费协议已失效，原因：" + a.Reason + "。请与开户银行核实后重新签订。"
	case model.Signing, model.Verifying, model.Confirming, model.Revoking:
		return n, false
	}
	return n, true
}
