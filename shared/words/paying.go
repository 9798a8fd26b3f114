package words

// Why a due can't be declared or paid.
const (
	DuePaid               = "该费款已缴费，无需重复缴纳。可在「缴费记录查询」查看。"
	DueClosed             = "该费款已由另一笔缴费结清，重复的一笔已退费，无需再缴。如有疑问，请向税务机关（12366）咨询。"
	DueDeclared           = "该费款已申报，不能重复申报。由谁申报、如何办理，请看该费款下的说明。"
	DueDebiting           = "正在扣款中，不允许重复发起扣款。请稍后查看扣款结果。"
	DuePastDeadline       = "已过缴款期限，不允许扣款。如仍需补缴，请向参保地社保经办机构（人社 12333）咨询。"
	DueNotOpen            = "该年度尚未到缴费期，请在缴费期内办理。"
	DueNoSetting          = "未设置缴费金额。请先到「批量扣款缴费金额设置」选择本年度缴费金额。"
	DueNothingToPay       = "个人无需缴费：该年度费款由政府全额代缴。"
	DueNoEnrolment        = "该缴费年度不存在有效险种。参保信息由人社、医保部门维护，请向参保地经办机构核实。"
	DueUnknown            = "未找到该费款或申报记录，请返回重新查询。"
	DueAmountChanged      = "应缴费额已变化，请核对新的金额后重新提交。"
	TooManyChosen         = "一次最多选择 20 笔，请分次办理。"
	MixedAuthorities      = "所选费款属于不同的税务机关，请按税务机关分别缴费。"
	NotPayer              = "该申报由他人提交，只能由申报人缴费；如需自行缴费，请先作废后重新办理。"
	DeclarationRefunded   = "该笔缴费已退费。如需缴费，请在缴费期内重新办理。"
	DeclarationVoided     = "该申报已作废，请重新办理缴费。"
	DeclarationProcessing = "申报处理中，请稍后再试。"
	KeyReused             = "页面已更新，请核对金额和扣款协议后再次确认缴费。本次没有扣款。"
)

// Why the yearly amount can't be set or voided.
const (
	TierRange      = "缴费金额不在本年度可选范围内，请重新选择。"
	TierYuan       = "缴费金额应为整元，请重新输入。"
	YearClosed     = "当前不在缴费期内，暂不能设置缴费金额。"
	YearPaid       = "本年度已缴费，缴费金额不能再更改。下一年度开始后可重新设置。"
	YearDeclared   = "本年度已按原金额申报。请先在「申报记录查询」作废该申报，再更改缴费金额。"
	AmountTooOften = "今日更改缴费金额次数过多，请明日再试。"
	SettingUnknown = "该设置已被更改或作废，请刷新后重试。"
	RunHolds       = "正在进行批量扣款，本次变更从下一批次起生效。"
)

// Paying for 他人. PrincipalUnknown is the one answer to everything that does not match.
const (
	PrincipalUnknown = "未能核验委托人信息。请核对姓名、身份证件类型、身份证件号码和国籍（地区）是否与参保登记一致；如有疑问，请向参保地医保经办机构（医保 12393）核实。"
	PersonUnknown    = "未能核验该人员信息。请核对姓名、证件类型和证件号码。"
	PrincipalOneself = "填写的是您本人的信息，为本人缴费请选择「本人」。"
	PrincipalLimit   = "今日为他人缴费的核验次数已达上限，请明日再试，或从常用缴费人中选择。"
	SavedLimit       = "常用缴费人最多 20 位，请先删除不再使用的。"
	SavedLabel       = "称呼应为1至12个字"
	ConsentNeeded    = "请阅读并勾选授权说明后继续"

	NationalityNeeded = "请选择国籍（地区）"
)

// Why an agreement can't be used.
const (
	AgreementUnknown        = "请选择一份可用的缴费协议。"
	AgreementNotYet         = "协议次日生效，今日暂不能用于缴费"
	AgreementWrongAuthority = "协议税务机关与费款税务机关不一致，不能用于本次缴费"
	AgreementWasRevoked     = "该协议已撤销，不能用于缴费"
	AgreementNotVerified    = "该协议尚未验证成功，不能用于缴费"
	AgreementEnded          = "该协议已失效，请与开户银行核实后重新签订"
)

// What a debit came to.
const (
	DebitNotSent  = "银行暂时无法连接，本次没有扣款，请稍后再试。"
	DebitVanished = "银行未收到本次扣款指令，没有扣款，请重新缴费。"
	DebitGivenUp  = "本次缴费没有发起扣款，请重新缴费。"
)

// CertificateByInsured is said where somebody paid for another.
const CertificateByInsured = "为他人缴纳的费款，缴费证明由参保人本人登录后申请。"

// Notices after a debit: bank, masked account, for whom, contributions, amount; then the reason.
const (
	NoticePaidTitle   = "缴费成功"
	NoticeFailedTitle = "协议扣款失败"
	NoticePaid        = "已从%s %s %s扣缴 %s %s。"
	NoticeUnpaid      = "未能从%s %s %s扣缴 %s %s，原因：%s"
)
