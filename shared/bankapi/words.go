package bankapi

import "errors"

// ErrNotSent says that an instruction certainly did not reach the bank. An error
// that is not ErrNotSent leaves the instruction's fate unknown.
var ErrNotSent = errors.New("instruction was not sent")

// Words is what the code means, for people; "" for a code without a meaning of its own.
func (c Code) Words() string {
	switch c {
	case OK:
		return "成功"
	case Accepted:
		return "银行已受理，请稍后查询"
	case Duplicate:
		return "重复交易"
	case BadCard:
		return "无效卡号"
	case NoMandate:
		return "委托关系不存在"
	case NoFunds:
		return "余额不足"
	case OverLimit:
		return "超过扣款限额"
	case Restricted:
		return "受限制的卡"
	case Mismatch:
		return "户名或证件不符"
	case DayEnd:
		return "银行日终处理中，请稍后再试"
	case MandateExists:
		return "委托关系已存在"
	case SystemError:
		return "银行系统异常，请稍后再试"
	case Timeout:
		return "银行尚未返回扣款结果"
	case NoPhone:
		return "银行未留存手机号"
	case WrongSMS:
		return "短信验证码不正确"
	case SMSOver:
		return "短信验证码已失效，请重新获取"
	case NoOriginal:
		return "银行未找到原扣款"
	case OverRefund:
		return "超过原扣款的可退金额"
	case Judged:
		return "经税务机关核对银行对账文件，这笔扣款未发生，可以重新缴费"
	case Disproved:
		return "经与银行对账，这笔扣款未发生，原缴费已更正，可以重新缴费"
	case NotFound, BadMessage, BadFile, FileDone, BadLength, BadRecord, DuplicateRecord: // for programs
		return ""
	default:
		return ""
	}
}
