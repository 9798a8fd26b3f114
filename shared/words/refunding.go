package words

// Why a refund can't be asked for.
const (
	RefundNotPayer   = "该笔费款由他人缴纳，退费只能由缴费人本人申请，款项退回原扣款账户。"
	RefundUnpaid     = "该笔费款尚未缴费，无需退费。如不再缴纳，可在「申报记录查询」作废申报。"
	RefundDone       = "该笔缴费已退费，不能重复申请。"
	RefundElsewhere  = "该笔费款不是通过本平台扣款的，款项无法由本平台退回。请凭缴费凭证到原缴费渠道或办税服务厅办理。"
	RefundSettling   = "该笔缴费正在入账，请稍后再申请退费。"
	RefundLate       = "已过可申请退费的期限。" + NotRefundable + "；重复缴费的，仍可申请退费。"
	RefundLatePen    = "已过该年度缴费期，费款已记入个人账户，不再受理误缴退费，请向参保地社保经办机构（人社 12333）咨询；重复缴费的，仍可申请退费。"
	RefundReason     = "请选择退费原因"
	RefundSays       = "请填写另一笔缴费的渠道和凭证号（100字以内）"
	RefundSaysLong   = "情况说明最多100字"
	RefundTooMany    = "该笔缴费已多次申请退费，请到办税服务厅办理。"
	RefundUnknown    = "未找到该退费申请，请返回重新查询。"
	RefundNoWithdraw = "税务机关已开始办理，不能撤回。如有疑问，请拨打 12366。"
)

// Why an officer's step is refused.
const (
	RefundState      = "当前状态不允许这个操作，请刷新后再试。"
	RefundOfficer    = "没有操作人员信息，请重新登录。"
	RefundChanged    = "这笔退费已变更，请重新核对。"
	RefundSamePerson = "审核人不能复核自己审核的退费，请由另一名复核人员办理。"
	RefundNote       = "请填写说明，最多200字。"
	RefundGone       = "这笔缴费已不是已缴费状态，不能退费。"
)

// What the bank's answers come to.
const (
	RefundNotSent  = "银行暂时无法连接，退款没有发出"
	RefundVanished = "银行确认没有收到退款指令，款项没有退出"
)

// Notices about refunds. The ticket number follows RefundEndsPaper.
const (
	RefundEndsPaper         = "所列缴费已退费，电子税票号 "
	NoticeRefundedTitle     = "退费成功"
	NoticeRefundFailedTitle = "退费暂未成功"
	NoticeRefundRefuseTitle = "退费申请未通过"
)
