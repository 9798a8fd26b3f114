package doubt

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"shebao/server/contribution"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
)

// Store keeps cases. Every write is durable when the method returns.
type Store interface {
	// Payment returns a payment.
	Payment(ctx context.Context, id string) (shared.Payment, bool, error)
	// HastenPayment makes an open payment due for a query now; false when it is not open.
	HastenPayment(ctx context.Context, id string, now time.Time) (bool, error)
	// AddCase stores a new case; false when the payment has one.
	AddCase(ctx context.Context, c Case) (bool, error)
	// Case returns a case.
	Case(ctx context.Context, id string) (Case, bool, error)
	// CasesIn lists cases of a state, oldest proposal first.
	CasesIn(ctx context.Context, state State, limit int) ([]Case, error)
	// RecentCases lists the cases of a state, newest proposal first.
	RecentCases(ctx context.Context, state State, limit int) ([]Case, error)
	// SwapCase stores the case if the stored one still has c.Rev; false when it has not.
	SwapCase(ctx context.Context, c Case) (bool, error)
	// LeaseCase takes the open case that has waited longest past its Next and moves Next
	// to until, atomically.
	LeaseCase(ctx context.Context, now, until time.Time) (Case, bool, error)
}

// Payments is the payment core.
type Payments interface {
	// ResolveBatch applies what is known about payments in doubt through their legal edges
	// and returns them as they are now.
	ResolveBatch(ctx context.Context, results []contribution.Outcome) ([]shared.Payment, error)
}

// Bank answers queries and has the day files.
type Bank interface {
	Query(ctx context.Context, q bankapi.Query) (bankapi.Result, error)
	Statement(ctx context.Context, q bankapi.StatementQuery) (bankapi.Statement, error)
}

// Differences take up what contradicts a decision. *reconcile.Service is one.
type Differences interface {
	// Contradict puts the bank's late answer about the payment on the work list. It may be repeated.
	Contradict(ctx context.Context, p shared.Payment, late bankapi.Result) error
}

// Entry is one step of a case, for the audit trail.
type Entry struct {
	Officer, Action, Subject, Result string
	Details                          map[string]string
}

// Trail keeps the audit trail.
type Trail interface {
	Decided(ctx context.Context, e Entry) error
}

// Config is what a Service works with. Trail may be nil.
type Config struct {
	Store       Store
	Payments    Payments
	Bank        Bank
	Differences Differences
	Trail       Trail
	Now         func() time.Time
	Log         *slog.Logger

	BankTimeout time.Duration // for one message to the bank; 12 s when zero
	Lease       time.Duration // how long a case is left to the process that works on it; 1 min when zero
	Poll        time.Duration // between looks for cases that wait; 5 s when zero

	// Checkpoint is called after each step with its name. Crash tests end the process there.
	Checkpoint func(step string)
}

// Service applies the rules. Safe for concurrent use.
type Service struct{ Config }

// New returns the rules; what was approved takes effect and the bank is asked on while Run
// runs somewhere.
func New(c Config) *Service {
	for _, d := range []struct {
		value *time.Duration
		usual time.Duration
	}{{&c.BankTimeout, 12 * time.Second}, {&c.Lease, time.Minute}, {&c.Poll, 5 * time.Second}} {
		if *d.value == 0 {
			*d.value = d.usual
		}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Checkpoint == nil {
		c.Checkpoint = func(string) {}
	}
	return &Service{c}
}

// Refusal is why an officer's action can't be done: a stable code and what they read.
type Refusal struct{ Code, Message string }

// Error is the message for officers.
func (r *Refusal) Error() string { return r.Message }

// The refusals.
var (
	RefuseUnknown    = &Refusal{"doubt_unknown", "没有找到这笔缴费。"}
	RefuseState      = &Refusal{"doubt_state", "当前状态不允许这个操作，请刷新后再试。"}
	RefuseOfficer    = &Refusal{"doubt_officer", "没有操作人员信息，请重新登录。"}
	RefuseSamePerson = &Refusal{"doubt_same_person", "提出认定的人不能复核自己的认定，请由另一名复核人员办理。"}
	RefuseChanged    = &Refusal{"doubt_changed", "这项认定已变更，请重新核对。"}
	RefuseNotMaker   = &Refusal{"doubt_not_maker", "只有提出认定的人可以撤回。"}
	RefuseVerdict    = &Refusal{"doubt_verdict", "请选择认定结果。"}
	RefuseNote       = &Refusal{"doubt_note", "请填写说明，最多 200 字。"}
	RefuseEvidence   = &Refusal{"doubt_evidence", "请填写凭证：银行回单号、书面答复文号或账户明细的存放位置，最多 200 字。"}
	RefuseSettled    = &Refusal{"doubt_settled", "这笔缴费已有结果，不需要认定。"}
	RefuseTold       = &Refusal{"doubt_told", "银行刚刚已给出明确答复，系统正按银行的答复办理，不需要认定。"}
	RefuseAccepted   = &Refusal{"doubt_accepted", "银行答复已受理、尚在处理，随时可能扣款，现在不能认定为未扣款。"}
	RefusePosted     = &Refusal{"doubt_posted", "银行对账文件已有这笔扣款，请在【对账差异】核对当日，由对账核实。"}
	RefuseNotOver    = &Refusal{"doubt_not_over", "发送之日至昨日的银行对账文件尚未全部日终取得，现在不能认定，请稍后再试。"}
	RefuseSilent     = &Refusal{"doubt_silent", "现在无法连接银行，不能核对查询结果和对账文件，请稍后再试。"}
)

const maxNote = 200 // characters

func noted(note string, otherwise *Refusal) (string, error) {
	note = strings.TrimSpace(note)
	if note == "" || utf8.RuneCountInString(note) > maxNote {
		return "", otherwise
	}
	return note, nil
}

// Load returns the case of a payment; false when nothing was proposed about it.
func (s *Service) Load(ctx context.Context, payment string) (Case, bool, error) {
	c, ok, err := s.Store.Case(ctx, payment)
	if err != nil {
		return c, false, fmt.Errorf("load decision about payment %s: %w", payment, err)
	}
	return c, ok, nil
}

// In lists the cases of a state, oldest proposal first, at most limit.
func (s *Service) In(ctx context.Context, state State, limit int) ([]Case, error) {
	return s.Store.CasesIn(ctx, state, limit)
}

// Recent lists the cases of a state, newest proposal first, at most limit.
func (s *Service) Recent(ctx context.Context, state State, limit int) ([]Case, error) {
	return s.Store.RecentCases(ctx, state, limit)
}

func (s *Service) note(ctx context.Context, c Case, by string, e Event, note string) error {
	if s.Trail == nil {
		return nil
	}
	err := s.Trail.Decided(context.WithoutCancel(ctx), Entry{
		Officer: by, Action: "doubt_" + string(e), Subject: c.ID, Result: string(c.State),
		Details: map[string]string{
			"verdict": string(c.Verdict), "fen": fmt.Sprint(int64(c.Amount)), "why": c.Why, "evidence": c.Evidence, "trace": c.Trace, "note": note,
		},
	})
	if err != nil {
		return fmt.Errorf("audit %s about payment %s: %w", e, c.ID, err)
	}
	return nil
}
