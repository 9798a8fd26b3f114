package debit

import (
	"shebao/shared/bankapi"
	"shebao/shared/state"
)

// State is the state of a run.
type State string

// The states of a run.
const (
	Selecting State = "selecting" // 试算中: candidates are being looked for
	Ready     State = "ready"     // 待提交: the dry run stands
	Submitted State = "submitted" // 待复核: waits for another officer
	Running   State = "running"   // 执行中
	Finished  State = "finished"  // 已完成: every item has its end
	Cancelled State = "cancelled" // 已取消: nobody was taken
)

// Label is the state's name on screens.
func (s State) Label() string {
	switch s {
	case Selecting:
		return "试算中"
	case Ready:
		return "待提交"
	case Submitted:
		return "待复核"
	case Running:
		return "执行中"
	case Finished:
		return "已完成"
	case Cancelled:
		return "已取消"
	default:
		return string(s)
	}
}

// Event is what happens to a run or a file.
type Event string

// The events.
const (
	Create  Event = "create"  // an officer makes it
	Select  Event = "select"  // the last candidate was looked at
	Submit  Event = "submit"  // the maker asks for approval
	Approve Event = "approve" // another officer approves
	Reject  Event = "reject"  // another officer sends it back
	Cancel  Event = "cancel"  // given up before it ran
	Drop    Event = "drop"    // another officer refuses the retry round
	Retry   Event = "retry"   // an officer asks for a retry round
	Finish  Event = "finish"  // the last file has its end

	Claim  Event = "claim"  // the file's dues and declarations are held
	Send   Event = "send"   // exactly one server sends it
	Unsent Event = "unsent" // it certainly did not leave
	Take   Event = "take"   // the bank has it
	Stop   Event = "stop"   // given up before it was sent
	Refuse Event = "refuse" // the bank will never debit any of it
	Result Event = "result" // the bank's results are applied, some items are in doubt
	Settle Event = "settle" // every item has its end
)

// Label is what an officer did, on screens.
func (e Event) Label() string {
	switch e { //nolint:exhaustive // the others are done by the program
	case Create:
		return "新建"
	case Submit:
		return "提交复核"
	case Approve:
		return "批准"
	case Reject, Drop:
		return "退回"
	case Cancel:
		return "取消"
	case Retry:
		return "发起重扣"
	case Stop:
		return "停止"
	default:
		return string(e)
	}
}

// States is the table of a run's legal transitions. A retry round is approved like the
// first one.
var States = state.New(
	state.Edge[State, Event]{From: Selecting, Event: Select, To: Ready},
	state.Edge[State, Event]{From: Selecting, Event: Cancel, To: Cancelled},
	state.Edge[State, Event]{From: Ready, Event: Submit, To: Submitted},
	state.Edge[State, Event]{From: Ready, Event: Cancel, To: Cancelled},
	state.Edge[State, Event]{From: Submitted, Event: Approve, To: Running},
	state.Edge[State, Event]{From: Submitted, Event: Reject, To: Ready},
	state.Edge[State, Event]{From: Submitted, Event: Drop, To: Finished},
	state.Edge[State, Event]{From: Running, Event: Finish, To: Finished},
	state.Edge[State, Event]{From: Finished, Event: Retry, To: Submitted},
)

// FileState is the state of a bank file.
type FileState string

// The states of a file.
const (
	FilePlanned FileState = "planned" // 待占用
	FileClaimed FileState = "claimed" // 待发送: residents see 批扣处理中
	FileSending FileState = "sending" // 发送中: from here on it is only ever asked about
	FileTaken   FileState = "taken"   // 银行处理中
	FileDoubt   FileState = "doubt"   // 部分待核实
	FileDone    FileState = "done"    // 已完成
	FileStopped FileState = "stopped" // 已停止: its items are given back
)

// Label is the state's name on screens.
func (s FileState) Label() string {
	switch s {
	case FilePlanned:
		return "待占用"
	case FileClaimed:
		return "待发送"
	case FileSending:
		return "发送中"
	case FileTaken:
		return "银行处理中"
	case FileDoubt:
		return "部分待核实"
	case FileDone:
		return "已完成"
	case FileStopped:
		return "已停止"
	default:
		return string(s)
	}
}

// FileStates is the table of a file's legal transitions. Nothing leads back before
// Claimed, and only a file that certainly did not leave goes back from Sending.
var FileStates = state.New(
	state.Edge[FileState, Event]{From: FilePlanned, Event: Claim, To: FileClaimed},
	state.Edge[FileState, Event]{From: FilePlanned, Event: Stop, To: FileStopped},
	state.Edge[FileState, Event]{From: FileClaimed, Event: Send, To: FileSending},
	state.Edge[FileState, Event]{From: FileClaimed, Event: Stop, To: FileStopped},
	state.Edge[FileState, Event]{From: FileClaimed, Event: Settle, To: FileDone}, // nothing in it can be sent
	state.Edge[FileState, Event]{From: FileSending, Event: Unsent, To: FileClaimed},
	state.Edge[FileState, Event]{From: FileSending, Event: Take, To: FileTaken},
	state.Edge[FileState, Event]{From: FileSending, Event: Result, To: FileDoubt},
	state.Edge[FileState, Event]{From: FileSending, Event: Refuse, To: FileDoubt},
	state.Edge[FileState, Event]{From: FileTaken, Event: Result, To: FileDoubt},
	state.Edge[FileState, Event]{From: FileDoubt, Event: Settle, To: FileDone},
)

// ItemState is the state of one person in a run.
type ItemState string

// The states of an item. How far one is between Chosen and its end, its file tells.
const (
	LeftOut ItemState = "leftout" // 未纳入
	Chosen  ItemState = "chosen"  // 已纳入
	Doubt   ItemState = "doubt"   // 待核实
	Paid    ItemState = "paid"    // 扣款成功
	Failed  ItemState = "failed"  // 扣款失败
	Skipped ItemState = "skipped" // 未扣款: given up before it was sent
)

// Label is the state's name on screens.
func (s ItemState) Label() string {
	switch s {
	case LeftOut:
		return "未纳入"
	case Chosen:
		return "已纳入"
	case Doubt:
		return "待核实"
	case Paid:
		return "扣款成功"
	case Failed:
		return "扣款失败"
	case Skipped:
		return "未扣款"
	default:
		return string(s)
	}
}

// Exclusion is why a person is not in a run, or was given up before being sent.
type Exclusion string

// The exclusions.
const (
	NotExcluded     Exclusion = ""
	OutOfForce      Exclusion = "setting"   // the setting does not cover the year
	NotEnrolled     Exclusion = "enrolment" // 参保已终止
	NoRate          Exclusion = "rate"      // the category has no rate in the year
	OutsideWindow   Exclusion = "window"    // the debit date is outside the payment window
	AlreadyPaid     Exclusion = "paid"
	GivenBack       Exclusion = "refunded" // 已退费: nobody takes again unasked what was given back
	AlreadyDeclared Exclusion = "declared" // declared by the resident or another run
	NothingToPay    Exclusion = "nothing"  // government pays all of it
	NoAgreement     Exclusion = "agreement"
	WrongAuthority  Exclusion = "authority" // an agreement, but of another authority
	NotEffective    Exclusion = "effective" // signed, but not effective on the debit date
	AmountChanged   Exclusion = "changed"   // replaced or voided after the dry run
	AgreementGone   Exclusion = "gone"      // revoked or ended after the dry run
	RunStopped      Exclusion = "stopped"
)

// Exclusions lists the reasons in the order in which screens show them.
func Exclusions() []Exclusion {
	return []Exclusion{
		AlreadyPaid, AlreadyDeclared, GivenBack, NoAgreement, WrongAuthority, NotEffective, OutsideWindow, OutOfForce, NotEnrolled, NoRate,
		NothingToPay, AmountChanged, AgreementGone, RunStopped,
	}
}

// Label is the reason on screens.
func (e Exclusion) Label() string {
	switch e {
	case OutOfForce:
		return "金额设置不在有效期内"
	case NotEnrolled:
		return "参保已终止"
	case NoRate:
		return "该年度无缴费标准"
	case OutsideWindow:
		return "扣款日不在缴费期内"
	case AlreadyPaid:
		return "本年度已缴费"
	case AlreadyDeclared:
		return "已申报待缴"
	case GivenBack:
		return "已退费，须本人办理"
	case NothingToPay:
		return "无需个人缴费"
	case NoAgreement:
		return "无有效缴费协议"
	case WrongAuthority:
		return "协议税务机关不一致"
	case NotEffective:
		return "协议扣款日尚未生效"
	case AmountChanged:
		return "试算后金额已变更或作废"
	case AgreementGone:
		return "试算后协议已撤销或失效"
	case RunStopped:
		return "批次已停止"
	case NotExcluded:
		return ""
	default:
		return string(e)
	}
}

// Retriable tells that a retry round may try an item with this final code again under a new
// reference: the bank said for certain that nothing moved, and it may move later. A
// reference that the bank has closed unseen and a file refused as a whole count too.
func Retriable(code bankapi.Code) bool {
	switch code { //nolint:exhaustive // the others are judged by the bank's own list
	case bankapi.NotFound, bankapi.BadFile, bankapi.BadLength, bankapi.BadRecord, bankapi.DuplicateRecord:
		return true
	}
	return code.Retriable()
}
