// Package debit holds the rules of batch debit runs (批量扣款): who is in a run and who is
// left out and why, that one officer makes and another approves it, how its bank files
// are sent, asked about and settled when any server may end at any moment. It knows
// neither HTTP nor the database; it declares the ports it needs.
package debit

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"shebao/server/contribution"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/period"
)

// Config is what a Service works with. Notices, Trail, Log and Bank names may be nil.
type Config struct {
	Store    Store
	Bank     Bank
	Payments Payments // *contribution.Service
	Notices  contribution.Notices
	Trail    Trail
	Rates    func() shared.Rates
	Now      func() time.Time
	NewID    func(prefix string) string // a fresh id that can't be guessed
	Log      *slog.Logger

	Lease       time.Duration // how long a run or file is left to the server that works on it; 30 s when zero
	Poll        time.Duration // between looks for work; 1 s when zero
	Pace        time.Duration // least time between two files that this server sends; none when zero
	Page        int           // settings looked at in one piece; 4000 when zero
	FileItems   int           // items of one file; bankapi.MaxItems when zero
	BankTimeout time.Duration // for one message to the bank; 20 s when zero, must be below Lease
	Together    int           // files worked on at a time; 2 when zero

	// Checkpoint is called at each step of a file with the step's name. Crash tests end
	// the server there.
	Checkpoint func(step string)
}

// Service applies the rules. Safe for concurrent use; several servers may share a store.
type Service struct {
	Config
	paceMu sync.Mutex
	sentAt time.Time // when this server last sent a file
}

// Draft is what an officer asks for when making a run.
type Draft struct {
	Scheme      shared.Scheme
	Year        int
	Authorities []string    // tax authority codes, at least one
	Date        period.Date // debit date, not before today
	CutOff      time.Time   // zero: at once
	Planned     string      // id of the calendar's plan it comes from, may be empty
}

// ItemFilter selects items of a run.
type ItemFilter struct {
	Run       string
	State     model.ItemState // "" for everybody in order of enrolment
	Exclusion model.Exclusion // with LeftOut or Skipped: only these; "" for all
	After     string          // ID of the last item of the page before, "" from the start
	Limit     int             // at most 1000
}

// The methods that the console calls. by is always the officer's id; its role is checked by the
// console, that maker and checker differ is checked here. Errors that officers
// should read are *Refusal.
//
//	Create(ctx, by, Draft) (Run, error)            makes a run; its dry run starts at once (Selecting → Ready)
//	Load(ctx, id) (Run, error)                     RefuseUnknown when there is none
//	List(ctx, before, limit) ([]Run, error)        newest first; before is the ID of the last run of the page before
//	Items(ctx, ItemFilter) ([]Item, error)         people in it and left out, in order of ID
//	Files(ctx, run) ([]File, error)                bank files in order of ID
//	Submit(ctx, by, id) (Run, error)               Ready → Submitted
//	Approve(ctx, by, id, seen) (Run, error)        Submitted → Running; by must not be the maker
//	Reject(ctx, by, id, reason, seen) (Run, error) Submitted → Ready (first round) or Finished (retry round)
//	Cancel(ctx, by, id, reason) (Run, error)       before it was submitted
//	Stop(ctx, by, id, reason) (Run, error)         files that are not yet on their way are given up
//	Retry(ctx, by, id) (Run, error)                Finished → Submitted with the next round
//	Report(ctx, id) (Report, error)                results by authority and bank so far; cheap enough to poll each second
//	WriteReport(ctx, w, format, id, Names) error   the report as CSV or XLSX
//	WriteItems(ctx, w, format, ItemFilter, Names) error  people in it or left out, as CSV or XLSX
//	AddPlanned(ctx, by, Planned) (Planned, error)  a run in the calendar
//	DropPlanned(ctx, by, id) error
//	Calendar(ctx, from, limit) ([]Planned, error)  planned runs from the day on, earliest first
//	NextPlanned(ctx, scheme, authority) (Planned, bool, error)
//	Locked(ctx, enrolment) (bool, error)           a run in progress has taken the amount
//	Plan(ctx, enrolment) (contribution.Plan, error) for contribution.AmountConfig.Runs
//	Run(ctx)                                       works on runs until ctx ends; Work(ctx) once

// Refusal is why an officer's action can't be done: a stable code and what they read.
type Refusal struct {
	Code    string
	Message string
}

// Error is the message for officers.
func (r *Refusal) Error() string { return r.Message }

// The refusals.
var (
	RefuseUnknown     = &Refusal{"run_unknown", "没有找到这个批次。"}
	RefuseChanged     = &Refusal{"run_changed", "这个批次已变更，请重新核对。"}
	RefuseState       = &Refusal{"run_state", "批次当前状态不允许这个操作，请刷新后再试。"}
	RefuseSamePerson  = &Refusal{"run_same_person", "制单人不能复核自己提交的批次，请由另一名人员复核。"}
	RefuseEmpty       = &Refusal{"run_empty", "没有可以扣款的人员，不能提交。"}
	RefuseNoRetry     = &Refusal{"run_no_retry", "没有可以重扣的人员。"}
	RefuseScheme      = &Refusal{"run_scheme", "请选择险种和有缴费标准的年度。"}
	RefuseMedical     = &Refusal{"run_medical", "城乡居民医疗没有批量扣款缴费金额设置，缴费协议只授权按缴费人确认或设置的金额扣款，不能批量扣款。"}
	RefuseAuthorities = &Refusal{"run_authorities", "请选择税务机关，一个批次最多 40 个。"}
	RefuseDate        = &Refusal{"run_date", "扣款日不能早于今天，截止时间不能晚于扣款日终了。"}
	RefuseOfficer     = &Refusal{"run_officer", "没有操作人员信息，请重新登录。"}
	RefusePlanned     = &Refusal{"planned_unknown", "没有找到这条批扣计划，或已经生成批次。"}
	RefuseReason      = &Refusal{"run_reason", "请填写原因，最多 200 字。"}
)

// Entry is one action of an officer, for the audit trail.
type Entry struct {
	Officer string
	Action  string // run_create, run_submit, run_approve …
	Subject string // id of the run or plan
	Result  string
	Details map[string]string
}

// Trail keeps the audit trail.
type Trail interface {
	Officer(ctx context.Context, e Entry) error
}

// New returns a service; it does nothing by itself until Run.
func New(c Config) *Service {
	for _, d := range []struct {
		value *time.Duration
		usual time.Duration
	}{{&c.Lease, 30 * time.Second}, {&c.Poll, time.Second}, {&c.BankTimeout, 20 * time.Second}} {
		if *d.value == 0 {
			*d.value = d.usual
		}
	}
	for _, d := range []struct {
		value *int
		usual int
	}{{&c.Page, 4000}, {&c.FileItems, maxItems}, {&c.Together, 2}} {
		if *d.value == 0 {
			*d.value = d.usual
		}
	}
	if c.Checkpoint == nil {
		c.Checkpoint = func(string) {}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Config: c}
}
