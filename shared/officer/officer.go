// Package officer holds who works at the console (经办端): roles and the table of what
// each may do. No I/O, no clock.
package officer

import (
	"slices"
	"time"
)

// Role is what an officer is employed for.
type Role string

// The roles.
const (
	Operator Role = "operator" // 业务经办: makes
	Reviewer Role = "reviewer" // 复核: approves what an operator made
	Admin    Role = "admin"    // 系统管理员: operators and the system, no money
	Auditor  Role = "auditor"  // 审计员: reads everything, changes nothing
)

// Roles lists the roles in the order of screens.
func Roles() []Role { return []Role{Operator, Reviewer, Admin, Auditor} }

// Label is the role's name on screens.
func (r Role) Label() string {
	switch r {
	case Operator:
		return "业务经办"
	case Reviewer:
		return "复核"
	case Admin:
		return "系统管理员"
	case Auditor:
		return "审计员"
	default:
		return string(r)
	}
}

// Valid tells whether the role is one of the four.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Right is something that a role may do.
type Right string

// The rights. Making and approving the same change of money are two rights, and no role
// has both.
const (
	SeeResidents   Right = "see_residents"
	Import         Right = "import"          // enrolments and assessed dues
	ProposeRates   Right = "propose_rates"   //
	ApproveRates   Right = "approve_rates"   //
	MakeRuns       Right = "make_runs"       // create and submit a debit run
	ApproveRuns    Right = "approve_runs"    //
	StopRuns       Right = "stop_runs"       //
	QueryPayments  Right = "query_payments"  // ask the bank now
	JudgePayments  Right = "judge_payments"  // propose what became of a payment in doubt
	ApproveJudged  Right = "approve_judged"  //
	Reconcile      Right = "reconcile"       // correct a difference
	ApproveRecon   Right = "approve_recon"   // approve a correction, close a day
	WithdrawPaper  Right = "withdraw_paper"  // withdraw a certificate; no money moves by it
	CheckRefunds   Right = "check_refunds"   // check or refuse what a resident asks back
	ApproveRefunds Right = "approve_refunds" // send it to the bank, or refuse it
	SeeAudit       Right = "see_audit"       // search, export, verify
	SeeHealth      Right = "see_health"      //
	ManageOffice   Right = "manage_officers"
)

var rights = map[Role][]Right{
	Operator: {SeeResidents, Import, ProposeRates, MakeRuns, StopRuns, QueryPayments, JudgePayments, Reconcile, WithdrawPaper, CheckRefunds, SeeHealth},
	Reviewer: {SeeResidents, ApproveRates, ApproveRuns, StopRuns, QueryPayments, ApproveJudged, ApproveRecon, WithdrawPaper, ApproveRefunds, SeeHealth},
	Admin:    {SeeHealth, ManageOffice},
	Auditor:  {SeeResidents, SeeAudit, SeeHealth},
}

// May tells whether the role has the right.
func (r Role) May(right Right) bool { return slices.Contains(rights[r], right) }

// Officer is someone who works at the console.
type Officer struct {
	ID       string    `json:"id"`
	User     string    `json:"user"` // user name, lower case
	Name     string    `json:"name"`
	Role     Role      `json:"role"`
	Disabled bool      `json:"disabled"` // can't log in
	Initial  bool      `json:"initial"`  // password and secret are still those that somebody handed over
	Created  time.Time `json:"created"`
	By       string    `json:"by"` // id of the officer who added them, "" for the command line
}

// May tells whether the officer has the right now. Whose credentials somebody else has seen
// has none: what is done with them may be done by that other one.
func (o Officer) May(right Right) bool { return !o.Disabled && !o.Initial && o.Role.May(right) }

// MayApprove tells whether the officer may approve what maker made: they have the right
// and are somebody else.
func (o Officer) MayApprove(right Right, maker string) bool { return o.May(right) && o.ID != maker }
