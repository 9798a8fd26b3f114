package tour

var visitor = []Stop{
	stop("login-password", open("/login"), see("密码登录")),
	stop("login-refused", open("/login"), fill("证件号码", "110101199003071234"), fill("密码", "x"), press("登录"), see("请先处理以下问题")),
	stop("login-sms", open("/login"), press("短信登录"), see("获取验证码")),
	stop("register", open("/register"), title("注册")),
	stop("register-refused", open("/register"), press("注册"), see("请先处理以下问题")),
	stop("reset", open("/reset"), until(`document.querySelector("h1")`)),
	stop("help", open("/help"), see("12366")),
	stop("verify", open("/verify"), until(`document.querySelector("h1")`)),
	stop("verify-refused", press("开始校验"), see("请先处理以下问题")),
	stop("unknown", open("/nothing"), title("页面不存在")),
	stop("offline", open("/offline"), until(`document.querySelector("h1")`)),
}

var home = []Stop{
	stop("home", open("/"), see("城乡居民养老")),
	stop("services", open("/services"), title("办&查")),
	stop("services-social", open("/services/social"), title("社保业务")),
	stop("shebao", open("/shebao"), title("社保费办理")),
	stop("me", open("/me"), see("退出登录")),
	stop("me-push", open("/me/push"), title("手机通知"), until(`document.querySelector("form[data-push]")`)),
	stop("me-care", open("/me/care"), see("关怀模式")),
	stop("people-empty", open("/me/people"), see("还没有常用缴费人")),
	stop("notices-empty", open("/me/notices"), see("没有消息")),
	stop("logout", open("/logout"), until(`document.querySelector("h1")`)),
	stop("demo-inbox", open("/demo/inbox"), until(`document.querySelector("h1")`)),
}

var records = []Stop{
	stop("pension", open("/pension"), title("城乡居民养老")),
	stop("pension-declarations", open("/pension/declarations"), see("办税服务厅")),
	stop("pension-declarations-wrong-range", open("/pension/declarations?from=2026-05-01&to=2020-01-01"), see("请先处理以下问题")),
	stop("pension-declarations-none", open("/pension/declarations?from=2001-01-01&to=2001-02-01"), see("没有申报记录")),
	stop("pension-declaration-void", open("/pension/declarations"), press("作废"), see("确定作废该申报？")),
	stop("pension-declaration", open("/pension/declarations"), press("查看明细"), title("申报明细")),
	stop("pension-payments", open("/pension/payments"), see("按年度合计")),
	stop("pension-payments-more", press("更多相关操作"), see("证明申请")),
	stop("pension-payments-none", open("/pension/payments?from=2001-01&to=2001-02"), see("没有缴费记录")),
	stop("pension-payment", open("/pension/payments"), press(past(1)+" 年度 城乡居民养老"), title("缴费记录明细")),
	scripted(stop("pension-payment-code", until(`typeof shebaoVault === "object"`), press("离线保存"), see("设置查看密码"))),
	scripted(stop("pension-payment-kept", fill("查看密码", "246810"), press("保存"), see("删除离线保存"))),
	scripted(stop("offline-kept", open("/offline"), see("保存于"))),
	scripted(stop("offline-kept-payment", press(past(1)+" 年度 城乡居民养老"), see("之后的变化不在其中"))),
	stop("medical", open("/medical"), title("城乡居民医疗")),
	stop("medical-declarations-none", open("/medical/declarations"), see("没有申报记录")),
	stop("medical-payments", open("/medical/payments"), see("按年度合计")),
}

var toPension = []Step{open("/pension/pay"), press("下一步"), title("参保信息选择"), tick("城乡居民养老"), press("下一步"), title("缴费信息提交")}

var toMedical = []Step{open("/medical/pay"), press("下一步"), title("参保信息选择"), tick("城乡居民医疗"), press("下一步"), title("缴费信息提交")}

func after(first []Step, more ...Step) []Step { return append(append([]Step{}, first...), more...) }

var pension = []Stop{
	stop("pension-pay-identity", open("/pension/pay"), title("确认身份")),
	stop("pension-pay-reveal", press("显示"), see("显示完整的证件号码")),
	stop("pension-pay-revealed", press("确定"), see(LiMing)),
	stop("pension-pay-enrolment", open("/pension/pay"), press("下一步"), title("参保信息选择"), press("展开"), see("征收品目")),
	stop("pension-pay-dues", toPension...),
	stop("pension-pay-assessed", press("特殊缴费"), see("核定原因")),
	stop("pension-pay-method", after(toPension, tick(past(0)+" 年度 城乡居民养老"), press("提交"), title("选择支付方式"))...),
	stop("pension-pay-agreements", press("确认缴费"), see("用哪份协议扣款")),
	stop("pension-pay-failed", tick("工商银行（0018）"), press("确认缴费"), see("余额不足")),
	stop("pension-declarations-failed", open("/pension/declarations"), see("余额不足")),
	stop("pension-pay-processing", open("/pension/declarations"), press("继续缴费"), see("用哪份协议扣款"),
		tick("工商银行（0034）"), press("确认缴费"), see("扣款处理中")),
	stop("pension-declarations-debiting", open("/pension/declarations"), see("查看扣款结果")),
	stop("notices", open("/me/notices"), see("未读")),
}

var medical = []Stop{
	stop("medical-pay-identity", open("/medical/pay"), title("确认身份")),
	stop("medical-pay-other", press("他人"), see("委托人姓名")),
	stop("medical-pay-other-refused", press("下一步"), see("请先处理以下问题")),
	stop("medical-pay-other-enrolment", fill("委托人姓名", "张小雨"), fill("身份证件号码", "110108201506012010"), tick("我已取得"), tick("保存为常用缴费人"),
		press("下一步"), see("正在为他人缴费")),
	stop("medical-pay-other-dues", tick("城乡居民医疗"), press("下一步"), title("缴费信息提交")),
	stop("medical-pay-other-agreements", tick(""), press("提交"), press("确认缴费"), see("缴费提示"), press("确定"), see("用哪份协议扣款")),
	stop("people", open("/me/people"), see("修改")),
	stop("people-edit", press("修改"), see("称呼")),
	stop("people-remove", open("/me/people"), press("删除"), see("删除常用缴费人")),
	stop("medical-pay-other-saved", open("/medical/pay"), press("他人"), see("管理常用缴费人")),
	stop("medical-pay-dues", toMedical...),
	stop("medical-pay-method", tick(""), press("提交"), title("选择支付方式")),
	stop("medical-pay-tip", press("确认缴费"), see("缴费提示")),
	stop("medical-pay-done", press("确定"), see("用哪份协议扣款"), tick("北京银行"), press("确认缴费"), see("电子税票号")),
	stop("medical-declarations", open("/medical/declarations"), see("移动端")),
	stop("medical-declaration", press("查看明细"), title("申报明细")),
	stop("me-unread", open("/me"), see("条未读消息")),
}

var certificates = []Stop{
	stop("certificates", open("/certificates"), see("记录打印")),
	stop("certificate-downloads-none", open("/certificates/downloads?from=2001-01-01&to=2001-02-01"), see("没有缴费证明")),
	stop("certificate-apply", open("/certificates/apply"), see("选择费款所属期的起止月份")),
	stop("certificate-apply-rows", open("/pension/payments"), press("更多相关操作"), press("证明申请"), title("记录打印"), see("缴费明细")),
	stop("certificate-downloads", press("证明申请"), see("制作成功")),
	stop("certificate", press("查看"), title("社会保险费缴费证明"), until(`document.querySelector("a.sheet img").naturalWidth > 800`)),
}

var refunds = []Stop{
	stop("refunds-empty", open("/refunds"), see("没有退费申请")),
	stop("refund-apply", open("/medical/payments"), press(past(-1)+" 年度 城乡居民医疗"), press("申请退费"), see("退费原因")),
	stop("refund-apply-refused", press("下一步"), see("请选择退费原因")),
	stop("refund-confirm", tick("待遇开始前不再参保"), press("下一步"), see("提交后会怎样")),
	stop("refund", press("确认申请"), title("退费进度"), see("待审核")),
	stop("refund-withdraw", press("撤回申请"), see("确定撤回该退费申请？")),
	stop("refund-withdrawn", press("撤回申请"), see("已撤回的退费申请")),
	stop("refunds", open("/refunds"), see("已撤回")),
}

var amounts = []Stop{
	stop("amounts", open("/pension/amounts"), see("当前缴费金额")),
}

var agreements = []Stop{
	stop("agreements", open("/agreements"), see("北京银行（0012）")),
	stop("agreement", press("北京银行（0012）"), see("银行账号")),
	stop("agreement-revoke", open("/agreements"), press("撤销"), see("确认撤销该协议")),
	stop("agreement-new", open("/agreements/new"), see("持卡人姓名")),
	stop("agreement-new-refused", press("提交"), see("请先处理以下问题")),
	stop("agreement-code", open("/agreements/new"), fill("税务机关", "海淀"), fill("开户银行", "北京银行"), fill("持卡人姓名", "李明"),
		fill("银行账号", "6217000000000000012"), fill("预留手机号", "13800000001"), tick("我已阅读"), press("提交"), title("短信验证")),
	stop("agreement-code-wrong", fill("短信验证码", "000000"), press("提交"), see("请先处理以下问题")),
	stop("agreement-given-up", press("放弃并重新填写"), see("持卡人姓名")),
}

var noAgreement = []Stop{
	stop("care-home", open("/"), see("医疗")),
	stop("agreements-empty", open("/agreements"), see("还没有缴费协议")),
	stop("pay-without-agreement", after(toMedical, tick(""), press("提交"), press("确认缴费"), title("缴费提示"), press("确定"), see("还没有缴费协议"))...),
}

var noSetting = []Stop{
	stop("dues-without-setting", toPension...),
	stop("amounts-unset", open("/pension/amounts"), see("未设置缴费金额")),
	stop("amounts-void-empty", open("/pension/amounts/void"), see("没有有效的缴费金额设置")),
	stop("amounts-refused", open("/pension/amounts"), fill("缴费金额", "其他"), fill("其他金额（元）", "5"), press("提交"), see("请先处理以下问题")),
	stop("amounts-done", fill("其他金额（元）", "3000"), press("提交"), see("设置成功")),
	stop("amounts-after", press("确定"), title("城乡居民养老")),
	stop("assessed-empty", open("/pension/pay?step=dues&kind=assessed"), see("没有特殊缴费数据")),
}

var subsidy = []Stop{
	stop("long-name-identity", open("/pension/pay"), see("欧阳𠮷")),
	stop("dues-with-subsidy", toPension...),
	stop("amounts-with-subsidy", open("/pension/amounts"), see("政府代缴")),
	stop("amounts-void", open("/pension/amounts/void"), see("下次计划扣款")),
	stop("amounts-void-question", tick("城乡居民养老"), press("作废"), see("确定作废")),
	stop("long-name-new", open("/agreements/new"), see("欧阳𠮷")),
}

var nothing = []Stop{
	stop("nothing-home", open("/"), see("未查询到有效参保缴费信息")),
	stop("nothing-enrolment", open("/pension/pay"), press("下一步"), see("未查询到有效参保缴费信息")),
	stop("nothing-amounts", open("/pension/amounts"), see("未查询到有效参保缴费信息")),
	stop("nothing-payments", open("/pension/payments"), see("没有缴费记录")),
}
