package words

// Notices on phones. PushResult and PushPlanned stand on a locked screen: they say that
// something happened, and nothing about it.
const (
	PushResult  = "缴费结果已出，点击查看"
	PushPlanned = "批量扣款安排有新消息，点击查看"
	PushService = "这个浏览器的推送服务不在可用范围内，没有开启。扣款结果仍会出现在「消息」里。"
	PushNoKeys  = "没有收到这部手机的通知地址，没有开启。请使用支持通知的浏览器重试；扣款结果仍会出现在「消息」里。"
)

// A batch debit that is planned: date, bank, masked account, year, scheme, amount.
const (
	NoticePlannedTitle = "批量扣款预告"
	NoticePlanned      = "将于 %s 从%s %s 扣缴 %d 年度%s %s。请在扣款日前保证账户余额充足；扣款结果会再通知您。"
)
