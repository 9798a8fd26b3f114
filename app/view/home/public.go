package home

import (
	"strconv"

	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Help tells who holds which data and who answers for it.
func Help(page.Help) node.Node {
	call := func(number string) node.Node {
		if number == "" {
			return nil
		}
		return node.A(node.Href("tel:"+number), node.Class("link num"), node.Text(number))
	}
	office := func(name, number, what string) node.Node {
		return widget.Card(widget.Between(widget.Heading(name), call(number)), node.P(node.Class("small"), node.Text(what)))
	}
	return node.Group{
		widget.Note(widget.Plain, "本服务办理社保费的申报和缴纳。参保登记、待遇和核定金额由人社、医保部门负责。"),
		office("税务部门", "12366", "申报、缴费、缴费协议、扣款结果、退费、缴费证明。缴费金额设置和作废也在这里。"),
		office("人社部门", "12333", "城乡居民养老保险的参保登记、缴费档次规则、补缴核定（特殊缴费）、个人账户和养老待遇。"),
		office("医保部门", "12393", "城乡居民基本医疗保险的参保登记、人员类别（决定缴费标准）、待遇享受期和报销。"),
		office("开户银行", "", "银行卡余额、限额、预留手机号、扣款失败的原因。请拨打银行卡背面的电话。"),
		widget.Title("常见问题"),
		widget.Card(
			widget.Disclosure("未查询到有效参保缴费信息，怎么办？",
				widget.Para("参保登记后一般次日传到税务部门。仍查不到的，养老请拨 12333，医疗请拨 12393，核实参保状态。")),
			widget.Disclosure("应缴金额不对，怎么办？",
				widget.Para("养老的正常缴费按您设置的缴费金额，可在「批量扣款缴费金额设置」修改；特殊缴费由人社部门核定；医疗按人员类别的缴费标准，类别由医保部门登记。")),
			widget.Disclosure("扣款结果不明，会不会重复扣款？",
				widget.Para("不会。结果不明的扣款只核实，不会再次发起。请稍后在缴费记录或申报记录中查看。")),
			widget.Disclosure("新签的缴费协议为什么今天不能用？",
				widget.Para("协议签订成功后次日生效。协议的税务机关须与费款的税务机关一致。"))),
	}
}

// Error stands in for a page that can't be shown.
func Error(s page.Error) node.Node {
	card := widget.Card(node.Class("empty"), widget.Icon(errorIcon(s.Status)),
		node.H2(node.Class("h2"), node.Text(s.Message)), widget.Muted(whatToDo(s)))
	if s.Request != "" {
		card = card.With(node.P(node.Class("small"), node.Text("错误编号 "), node.Span(node.Class("num part"), node.Text(s.Request))))
	}
	if s.Retry != "" {
		return node.Group{card, widget.Actions(widget.LinkButton("重试", s.Retry), widget.GhostLink("返回首页", page.PathHome))}
	}
	return node.Group{card, widget.Actions(widget.LinkButton("返回首页", page.PathHome))}
}

func errorIcon(status int) string {
	switch {
	case status == 403:
		return "lock"
	case status == 404:
		return "search"
	case status == 429:
		return "wait"
	case status >= 500:
		return "offline"
	default:
		return "info"
	}
}

// whatToDo is the next step after an error.
func whatToDo(s page.Error) string {
	switch {
	case s.Code == "form_expired":
		return "返回上一页并刷新，再重新提交。本次提交没有生效。"
	case s.Status == 403:
		return "请返回首页，从菜单重新进入。"
	case s.Status == 404:
		return "地址可能有误，或者内容已不存在。请返回首页，从菜单重新进入。"
	case s.Status == 429:
		return "请稍等一会儿再试，已提交的内容不受影响。"
	case s.Status >= 500:
		return "已提交的申报和缴费不会丢失，请先在缴费记录中核实，不要重复缴费。如多次出现，请凭错误编号拨打 12366。"
	case s.Status >= 400:
		return "请返回后重试（" + strconv.Itoa(s.Status) + "）。"
	default:
		return "请返回首页后重试。"
	}
}
