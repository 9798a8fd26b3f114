package agreement

import (
	"strconv"

	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

func apply(s page.AgreementNew) node.Node {
	hint := "必须与您缴费的税务机关一致，否则该协议不能用于缴费。"
	if s.Enrolled != "" {
		hint = "您的社保费由" + s.Enrolled + "征收。" + hint
	}
	before := ""
	if s.Before != "" {
		before = "上次填写的是 " + s.Before + "，请重新输入完整账号"
	}
	form := widget.Form("",
		widget.Card(
			widget.Heading("缴费人"),
			widget.Rows(widget.Fact("姓名", s.Payer), widget.Figure("证件", s.Document)),
			widget.Muted("只能为本人签订，缴费人信息不可更改。")),
		widget.Card(
			widget.Select(widget.Pick{
				Label: "税务机关", Name: page.SignFieldAuthority, Value: s.Authority, Blank: "请选择税务机关", Hint: hint,
				Options: options(s.Authorities), Problems: s.Problems,
			})),
		widget.Card(
			widget.Heading("签约银行卡"),
			widget.Muted("必须是缴费人本人的银行卡。"),
			// Shown by the page's script only: without it the list is as it is.
			node.Input(node.Class("weui-input input"), node.Type("search"), node.Data("filter", page.SignFieldBank), node.Hidden,
				node.Aria("label", "搜索银行"), node.Placeholder("搜索银行，如：北京")),
			widget.Select(widget.Pick{
				Label: "开户银行", Name: page.SignFieldBank, Value: s.Bank, Blank: "请选择开户银行",
				Options: options(s.Banks), Problems: s.Problems,
			}),
			widget.Input(widget.Field{
				Label: "持卡人姓名", Name: page.SignFieldHolder, Value: s.Holder, Hint: "须与缴费人姓名一致",
				AutoComplete: "cc-name", MaxLength: 60, Problems: s.Problems,
			}),
			widget.Input(widget.Field{
				Label: "银行账号", Name: page.SignFieldAccount, Value: s.Account, Hint: before, InputMode: "numeric", MaxLength: 40,
				AutoComplete: "cc-number", Problems: s.Problems, Attrs: []node.Item{node.Data("group", "4")},
			}),
			node.When(s.AskPassbook, func() node.Node {
				return widget.Consent(widget.Tick{
					Name: page.SignFieldPassbook, Label: "我已核对账号无误，这是存折账号", State: ticked(s.Passbook), Problems: s.Problems,
				})
			}),
			widget.Input(widget.Field{
				Label: "预留手机号", Name: page.SignFieldPhone, Type: "tel", Value: s.Phone, Hint: "在银行登记的手机号，用于接收银行短信验证码",
				InputMode: "tel", AutoComplete: "tel", MaxLength: 20, Problems: s.Problems,
			})),
		widget.Card(
			terms(),
			widget.Consent(widget.Tick{
				Name: page.SignFieldConsent, Label: "我已阅读并同意《委托扣款协议》", State: ticked(s.Consent), Problems: s.Problems,
			})),
		widget.StickyAction(widget.Primary("提交")))
	return node.Group{widget.Steps(signSteps, 0), widget.ErrorSummary(s.Problems), form}
}

// terms is what the payer agrees to.
func terms() *node.Element {
	return widget.Disclosure("查看《委托扣款协议》",
		widget.Para("一、缴费人委托所选税务机关和开户银行，按缴费人确认的金额，或缴费人设置的批量扣款缴费金额，从所填账户扣缴社会保险费。"),
		widget.Para("二、协议自签订成功的次日零时起生效；只用于所选税务机关征收的费款。"),
		widget.Para("三、缴费人可随时在本页面撤销协议。撤销后不再用于缴费和批量扣款，撤销前已发起的扣款以银行结果为准。"),
		widget.Para("四、账户余额不足、账户状态异常等原因造成扣款失败的，由缴费人另行缴费。"))
}

func options(choices []page.SignChoice) []widget.Option {
	all := make([]widget.Option, len(choices))
	for i, c := range choices {
		all[i] = widget.Option{Value: c.Value, Label: c.Label}
	}
	return all
}

func ticked(yes bool) widget.State {
	if yes {
		return widget.Ticked
	}
	return widget.Open
}

// idResend is the form that asks for another SMS code; its button stands beside the code.
const idResend = "resend"

func code(s page.AgreementCode) node.Node {
	switch s.Stage {
	case page.SignStageDone:
		return result(s.Result)
	case page.SignStageWait:
		return node.Group{
			widget.Steps(signSteps, 1),
			widget.ResultTop(widget.Result{
				Outcome: widget.Processing, Title: "验证中", Note: "银行尚未返回签约结果，本页会自动更新，请勿重复提交。",
			}),
			widget.Card(facts(s.Card)),
			widget.Actions(widget.GhostLink("返回协议列表", page.PatternAgreements)),
		}
	case page.SignStageCode:
	}
	return node.Group{widget.Steps(signSteps, 1), widget.ErrorSummary(s.Problems), codeForm(s), changeForm(s)}
}

func codeForm(s page.AgreementCode) node.Group {
	hint := "6 位数字，5 分钟内有效"
	if !s.Used && s.Tries < 5 {
		hint += "，还可输入 " + strconv.Itoa(s.Tries) + " 次"
	}
	resend := node.Node(nil)
	if s.MayResend {
		b := widget.Small("获取验证码", node.Attr("form", idResend))
		if s.Resend > 0 {
			b = b.With(node.Data("wait", strconv.Itoa(s.Resend)))
		}
		resend = b
	}
	return node.Group{
		widget.Note(widget.Plain, s.Card.Bank+"已向预留手机号 "+s.Card.Phone+" 发送短信验证码。"),
		widget.Form("",
			widget.Card(widget.Input(widget.Field{
				Label: "短信验证码", Name: page.SignFieldSMS, Hint: hint, InputMode: "numeric", AutoComplete: "one-time-code",
				MaxLength: 10, Problems: s.Problems, Beside: resend,
			})),
			widget.Hidden(page.SignFieldStep, page.SignStepSubmit),
			widget.Card(widget.Rows(widget.Fact("扣款账户", name(s.Card)), widget.Fact("税务机关", s.Card.Short))),
			widget.StickyAction(widget.Primary("提交"))),
		widget.Form("", node.ID(idResend), widget.Hidden(page.SignFieldStep, page.SignStepResend)),
	}
}

// changeForm gives up this application to fill in another one.
func changeForm(page.AgreementCode) *node.Element {
	return widget.Form("", widget.Hidden(page.SignFieldStep, page.SignStepAbandon),
		widget.Muted("没有收到短信？请核对预留手机号是否正确。"),
		node.Button(node.Type("submit"), node.Class("link"), node.Text("放弃并重新填写")))
}

func result(s page.AgreementResult) node.Node {
	var top widget.Result
	var next string
	primary := widget.LinkButton("返回缴费协议", page.PatternAgreements)
	var second node.Item
	steps := node.Node(nil)
	switch s.Outcome {
	case page.AgreementSigned:
		steps = widget.Steps(signSteps, 2)
		top = widget.Result{Outcome: widget.Success, Title: "协议签订成功", Note: "次日生效：" + s.Card.Effective + " 00:00 起可用于缴费"}
		next = "接下来：协议生效后，可在缴费时选择该协议扣款，也可用于批量扣款。您可随时撤销。"
	case page.AgreementUnsigned:
		top = widget.Result{Outcome: widget.Failed, Title: "协议签订失败", Note: "原因：" + s.Card.Note}
		next = "请核对开户银行、账号、持卡人姓名和预留手机号；信息无误的，请向开户银行核实后重新签订。"
		primary, second = widget.LinkButton("重新签订", s.Again), widget.GhostLink("返回缴费协议", page.PatternAgreements)
	case page.AgreementRevoked:
		top = widget.Result{Outcome: widget.Success, Title: "撤销成功", Note: "该协议不再用于缴费和批量扣款"}
		next = "如需继续使用协议缴费，请重新签订，次日生效。"
	case page.AgreementRevoking:
		top = widget.Result{Outcome: widget.Processing, Title: "撤销处理中", Note: "该协议已停止使用，正在通知银行"}
		next = "无需再次操作。银行确认后状态变为“已撤销”，并向您发送消息。"
	case page.AgreementEnded:
		top = widget.Result{Outcome: widget.Failed, Title: "协议已失效", Note: "原因：" + s.Card.Note}
		next = "请与开户银行核实后重新签订。"
		primary, second = widget.LinkButton("重新签订", s.Again), widget.GhostLink("返回缴费协议", page.PatternAgreements)
	case page.AgreementWaiting:
		top = widget.Result{Outcome: widget.Processing, Title: "验证中", Note: s.Card.Note}
		next = "本页会自动更新，请勿重复提交。"
	}
	if s.Next != "" && s.Outcome == page.AgreementSigned {
		primary, second = widget.LinkButton("返回缴费", s.Next), widget.GhostLink("返回缴费协议", page.PatternAgreements)
	}
	return node.Group{
		steps, widget.ResultTop(top), widget.Card(facts(s.Card)),
		widget.Callout(widget.Off, widget.Para(next)), widget.Actions(primary, second),
	}
}
