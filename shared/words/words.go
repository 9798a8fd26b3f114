// Package words holds the sentences that people see again and again, each under
// one name, so that a refusal reads the same wherever it is met. zh-CN only; the
// texts that belong to one screen stand with that screen.
package words

import "strconv"

// Contributions and payment.
const (
	NoEnrolment      = "未查询到有效参保缴费信息"
	NoEnrolmentAsk   = "未查询到有效参保缴费信息。参保登记由人社、医保部门负责，请向参保地社保经办机构或医保经办机构核实；已登记的，请次日再查询"
	NoScheme         = "该缴费年度不存在有效险种"
	PastDeadline     = "已过缴款期限，不允许扣款"
	BeingDebited     = "正在扣款中，不允许重复发起扣款"
	DebitFailed      = "协议扣款失败，原因：" // the bank's reason follows
	BankUnknown      = "银行尚未返回扣款结果，正在核实，请勿重复缴费，稍后可在缴费记录中查看"
	AmountUnset      = "未设置缴费金额"
	AlreadyDeclared  = "该应缴费款已申报，请到申报记录查询中继续缴费"
	AlreadyPaid      = "该应缴费款已缴纳，无需重复缴费"
	NothingChosen    = "请至少选择一笔应缴费款"
	MethodNotEnabled = "暂未开通"
	NotRefundable    = "待遇享受期开始后，所缴费款不予退还"
)

// Agreements.
const (
	AgreementExists    = "该账户已签约，不能重复签约"
	AgreementRevoked   = "协议已撤销，不能重复撤销"
	AgreementTomorrow  = "协议次日生效，今日暂不能用于缴费"
	AgreementAuthority = "协议税务机关与费款税务机关不一致，不能用于本次缴费"
	HolderMismatch     = "持卡人姓名与缴费人姓名不一致"
)

// Certificates.
const (
	CertificateMismatch = "校验结果不一致"
)

// Identity. The answers never tell whether a document or a phone is known.
const (
	LoginRefused    = "证件号码或密码不正确。连续输错5次将锁定15分钟，忘记密码可使用短信登录"
	LoginLocked     = "连续输错次数过多，请15分钟后再试"
	LoginFirst      = "请先登录"
	SessionEnded    = "登录已失效，请重新登录"
	RegisterRefused = "信息核验未通过。请核对姓名、证件信息和手机号是否与户籍（人口）登记一致，如无误请到办税服务厅办理"
	Registered      = "您已注册，或该手机号已用于其他账户。请直接登录；忘记密码的，请在登录页选择「忘记密码」重设"
	CodeSent        = "验证码已发送，5分钟内有效。如未收到，请核对手机号是否与登记的一致"
	CodeRefused     = "短信验证码不正确或已失效，请重新获取"
	CodeTooSoon     = "获取过于频繁，请稍后再试"
	CodeTooMany     = "今日获取验证码次数已达上限，请明日再试"
	PasswordWeak    = "密码至少8位，不能过于简单，也不能包含证件号码或手机号"                 //nolint:gosec // a message, not a credential
	PasswordLong    = "密码不能超过128个字符"                                //nolint:gosec // a message, not a credential
	PasswordOld     = "原密码不正确。连续输错5次将锁定15分钟，忘记密码的，请退出登录后选择「忘记密码」重设" //nolint:gosec // a message, not a credential
	PasswordSame    = "新密码不能与原密码相同"                                 //nolint:gosec // a message, not a credential
	PasswordAgain   = "两次输入的新密码不一致，请重新输入"                           //nolint:gosec // a message, not a credential
	FormExpired     = "页面已过期，请刷新后重试"
)

// The notice of a changed password; its time is filled in.
const (
	NoticePasswordTitle = "密码已修改"                                                         //nolint:gosec // a message, not a credential
	NoticePassword      = "您的登录密码已于 %s 修改，其他设备已退出登录。如非您本人操作，请立即在登录页选择「忘记密码」重设，并拨打 12366。" //nolint:gosec // a message, not a credential
)

// CodeWrong says how often a wrong SMS code can still be put right.
func CodeWrong(left int) string {
	return "短信验证码不正确，还可输入 " + strconv.Itoa(left) + " 次"
}

// CodeWait says when another SMS code can be asked for.
func CodeWait(seconds int) string {
	return "获取过于频繁，请 " + strconv.Itoa(seconds) + " 秒后再试"
}

// What can go wrong anywhere.
const (
	Invalid     = "填写的内容有误，请核对后重新提交"
	NotFound    = "没有找到您要的内容，请返回后重试"
	Forbidden   = "您没有办理此项业务的权限"
	Conflict    = "数据已发生变化，请刷新后重试"
	TooMany     = "操作过于频繁，请稍后再试"
	Unavailable = "服务暂时不可用，请稍后再试"
	Internal    = "系统繁忙，请稍后再试。如多次出现，请凭错误编号联系 12366"
)
