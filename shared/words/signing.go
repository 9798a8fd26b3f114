package words

// What can be wrong with an application for an agreement.
const (
	SignAuthority = "请选择税务机关"
	SignBank      = "请选择开户银行"
	SignHolder    = "请输入持卡人姓名"
	SignPassbook  = "该账号不是有效的银行卡号。请核对卡号；如确为存折账号，请勾选下方确认后再次提交" //nolint:gosec // a message, not a credential
	SignConsent   = "请阅读并同意委托扣款协议"
	SignTooMany   = "今日申请签约次数已达上限，请明日再试"
	SignPerson    = "未查询到您的身份信息，请到办税服务厅办理"
)

// Why a step of signing or revoking is refused.
const (
	SignCodeForm    = "请输入银行发送的短信验证码（4至8位数字）"
	SignCodeWrong   = "短信验证码不正确，请核对银行发送的最新短信后重新输入"
	SignCodeOver    = "短信验证码已失效，请重新获取"
	SignCodesOver   = "获取短信验证码次数已达上限，请重新填写签约信息"
	SignWaiting     = "银行尚未返回签约结果，请稍候，无需重复提交"
	SignNotWaiting  = "该协议不在验证中，请返回协议列表查看"
	SignBankBusy    = "银行系统暂时繁忙，请稍后再次提交验证码"
	RevokeImpos     = "只有验证成功的协议可以撤销"
	AgreementClosed = "未找到该协议，请返回协议列表查看"
)

// Why an agreement is 验证失败.
const (
	SignNotSent  = "银行暂时无法连接，本次没有签约，请稍后再试"
	SignVanished = "银行未收到本次签约申请，请重新签约"
	SignLapsed   = "未在规定时间内完成短信验证，请重新签约"
	SignGivenUp  = "您已放弃本次签约"
	SignAtBank   = "该账户已签约，不能重复签约。银行已有该账户的委托扣款关系，请向开户银行核实"
)

// Notices about agreements.
const (
	NoticeSignedTitle   = "缴费协议签订成功"
	NoticeUnsignedTitle = "缴费协议签订失败"
	NoticeRevokedTitle  = "缴费协议已撤销"
	NoticeEndedTitle    = "缴费协议已失效"
)

// NoticeCertificateTitle is the notice about a certificate that was withdrawn.
const NoticeCertificateTitle = "缴费证明已失效"
