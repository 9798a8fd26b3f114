package trial

import (
	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/money"
	"shebao/shared/page"
)

// GalleryState is the state of Gallery.
type GalleryState struct {
	Typed string `json:"typed"` // something a person typed
	Part  string `json:"part"`  // one of Parts, "" for all
}

// Parts are the gallery's sections, each about a phone screen long.
func Parts() []string { return []string{"pay", "dues", "fields", "results", "lists"} }

func fen(n int) money.Fen { return money.Fen(n) }

// gallery shows every widget.
func gallery(s GalleryState) node.Node {
	parts := map[string]func(GalleryState) node.Node{"pay": pay, "dues": dues, "fields": fields, "results": results, "lists": lists}
	if one, ok := parts[s.Part]; ok {
		return one(s)
	}
	var all node.Group
	for _, name := range Parts() {
		all = append(all, parts[name](s))
	}
	return all
}

func pay(GalleryState) node.Node {
	agreement := func(value, label, note string, state widget.State, tone widget.Tone, tag string) node.Node {
		return widget.CheckCard(widget.Choice{
			Kind: widget.Radio, Name: "agreement", Value: value, Label: label, Spoken: label + " 6217 **** **** " + value,
			State: state, Note: note, Reason: note, Tag: widget.Tag(tone, tag),
		})
	}
	return widget.Form("/gallery",
		widget.Steps(widget.PaySteps, 3),
		widget.Total("应付金额", 300000, widget.Muted("2026 年度 城乡居民养老 · 李*"), widget.Aloud("应付金额三千元")),
		widget.Choices("用哪份协议扣款",
			agreement("0012", "北京银行（0012）", "东城区税务局 · 6217 **** **** 0012", widget.Ticked, widget.OK, "验证成功"),
			agreement("0018", "工商银行（0018）", "东城区税务局 · 6222 **** **** 0018", widget.Open, widget.OK, "验证成功"),
			agreement("0027", "招商银行（0027）", "协议次日生效，今日暂不能用于缴费", widget.Blocked, widget.Warn, "次日生效"),
			agreement("0035", "建设银行（0035）", "海淀区税务局签订，不能用于东城区的费款", widget.Blocked, widget.Off, "税务机关不一致")),
		widget.Link("＋ 新增协议", "/agreements/new"),
		widget.StickyBar("从北京银行（0012）扣款", 300000, widget.Primary("确认缴费")))
}

func dues(GalleryState) node.Node {
	return widget.Form("/gallery", widget.NeedTick,
		widget.Steps(widget.PaySteps, 2),
		widget.Tabs("缴费类别", "?tab=regular", widget.Tab{Label: "正常缴费", Href: "?tab=regular"}, widget.Tab{Label: "特殊缴费", Href: "?tab=assessed"}),
		widget.CheckCard(widget.Choice{
			Kind: widget.Checkbox, Name: "due", Value: "a", Label: "2026 年度 城乡居民养老", State: widget.Ticked, Fen: 300000,
			Tag: widget.Tag(widget.Plain, "正常"), Note: "东城区税务局 · 2026年01月–12月",
			Body: []node.Item{
				widget.Between(node.Span(node.Class("small"), node.Text("应缴费额")), widget.Amount(300000)),
				widget.Rows(widget.Money("政府缴费补贴", 9000)),
				widget.GoLink("更改缴费金额", "/pension/amounts"),
				widget.Disclosure("展开", widget.Rows(widget.Fact("征收项目", "10210 城乡居民基本养老保险费"))),
			},
		}),
		widget.CheckCard(widget.Choice{
			Kind: widget.Checkbox, Name: "due", Value: "b", Label: "2025 年度 城乡居民养老", State: widget.Blocked,
			Tag: widget.Tag(widget.Off, "已缴费"), Reason: "2025-08-22 协议扣款 ¥3,000.00",
		}),
		widget.Callout(widget.Plain, widget.Para("有 1 笔人社核定的补缴数据在「特殊缴费」中，截止 2026-12-20。")),
		widget.Note(widget.Warn, "距离截止还有 3 天。"),
		widget.StickySum(1, 300000, widget.Primary("提交")))
}

func fields(s GalleryState) node.Node {
	problems := []page.Problem{
		{Field: "phone", Message: "请输入 11 位手机号"}, {Field: "agree", Message: "请先阅读并同意"}, {Message: "验证码已过期，请重新获取"},
	}
	return node.Group{
		widget.ErrorSummary(problems),
		widget.Form("/gallery",
			widget.Card(
				widget.Input(widget.Field{Label: "持卡人姓名", Name: "holder", Value: s.Typed, Hint: "须与缴费人姓名一致", AutoComplete: "name"}),
				widget.Input(widget.Field{Label: "手机号", Name: "phone", Type: "tel", Value: "1380000", InputMode: "numeric", AutoComplete: "tel", MaxLength: 11, Problems: problems}),
				widget.Input(widget.Field{
					Label: "短信验证码", Name: "code", InputMode: "numeric", AutoComplete: "one-time-code", MaxLength: 6,
					Beside: widget.Small("获取验证码", widget.Press("do", "code"), widget.Wait(0)),
				}),
				widget.Input(widget.Field{Label: "银行账号", Name: "account", Value: "6217000000000000012", InputMode: "numeric", Attrs: []node.Item{node.Data("group", "4")}}),
				widget.Select(widget.Pick{
					Label: "开户银行", Name: "bank", Value: "313", Blank: "请选择",
					Options: []widget.Option{{Value: "102", Label: "工商银行"}, {Value: "313", Label: "北京银行"}},
				}),
				widget.TextArea(widget.Field{Label: "作废原因（选填）", Name: "reason", Value: "\n" + s.Typed, MaxLength: 100}),
				widget.MonthRange(widget.Range{Legend: "费款所属期", From: "2025-12", To: "2026-11"}),
				widget.DateRange(widget.Range{Legend: "申报日期", FromName: "day1", ToName: "day2", From: "2025-11-23", To: "2026-11-23"}),
				widget.Consent(widget.Tick{Name: "agree", Label: "我已阅读并同意《委托扣款协议》", Problems: problems}),
				widget.Consent(widget.Tick{Name: "keep", Label: "记为常用缴费人", State: widget.Ticked}),
				widget.Hidden("step", "2")),
			widget.Actions(widget.Primary("提交"), widget.Ghost("保存"), widget.Danger("撤销"))),
		widget.Search("/list", widget.Input(widget.Field{Label: "查找", Name: "q", Type: "search"}), widget.Primary("查询")),
	}
}

func results(GalleryState) node.Node {
	return node.Group{
		widget.ResultTop(widget.Result{Outcome: widget.Success, Title: "缴费成功", Amount: 300000}),
		widget.Card(widget.Rows(
			widget.Fact("缴费项目", "2026 年度 城乡居民养老"), widget.Fact("缴费人", "李*"), widget.Fact("税务机关", "国家税务总局北京市东城区税务局"),
			widget.Fact("扣款账户", "北京银行（0012）"), widget.Figure("电子税票号", "311016 2611 0000 4821"), widget.Figure("缴款时间", "2026-11-23 10:32:07"))),
		widget.Card(widget.Muted("接下来：个人账户约 3 个工作日入账；政府补贴 90 元随后计入。")),
		widget.Actions(widget.LinkButton("证明申请", "/certificates/apply"), widget.GhostLink("查看缴费记录", "/pension/payments")),
		widget.ResultTop(widget.Result{Outcome: widget.Processing, Title: "扣款处理中", Note: "银行正在处理，通常不超过 1 分钟"}),
		widget.ResultTop(widget.Result{Outcome: widget.Failed, Title: "缴费失败", Note: "协议扣款失败，原因：余额不足"}),
		widget.Confirm(widget.Question{
			Title: "撤销这份缴费协议？", Body: []node.Item{widget.Para("撤销后不能再用它缴费或批量扣款。")},
			Action: "/gallery", Hidden: []node.Item{widget.Hidden("id", "7")}, Back: "/list", Tone: widget.Bad,
		}),
	}
}

func lists(GalleryState) node.Node {
	return node.Group{
		widget.Hero("社保费办理", "李*，上午好", node.A(node.Class("pill"), node.Href("/me/care"), node.Text("关怀模式"))),
		widget.HeroCard(
			widget.Between(widget.Muted("2026 年待缴"), widget.Tag(widget.Warn, "12-31 截止")),
			widget.Between(widget.Amount(379500), widget.Muted("2 笔 · 养老 / 医疗")),
			widget.Actions(widget.LinkButton("去缴费", "/pension/pay"))),
		widget.Grid(
			widget.EntryTile(widget.Tile{Icon: "pension", Label: "城乡居民养老", Note: "缴费 · 金额设置 · 查询", Href: "/pension"}),
			widget.EntryTile(widget.Tile{Icon: "medical", Label: "城乡居民医疗", Note: "本人 · 为他人缴费", Href: "/medical"}),
			widget.EntryTile(widget.Tile{Icon: "card", Label: "缴费协议办理", Note: "2 份有效", Href: "/agreements"}),
			widget.EntryTile(widget.Tile{Icon: "paper", Label: "开具社保缴费记录", Note: "打印 · 下载 · 查验", Href: "/certificates"})),
		widget.Title("更多"),
		widget.EntryList(
			widget.Entry{Icon: "coins", Label: "批量扣款缴费金额设置", Note: "当前 3,000 元", Href: "/pension/amounts"},
			widget.Entry{Icon: "list", Label: "申报记录查询", Href: "/pension/declarations", End: widget.Tag(widget.Warn, "1 笔待缴")},
			widget.Entry{Label: "缴费记录", Href: "/pension/payments", End: node.Text("¥ 3,000.00")}),
		widget.Empty("未查询到有效参保缴费信息", "如有疑问请联系社保经办机构。", widget.GhostLink("返回首页", "/")),
		widget.Pager(widget.Pages{Page: 2, Of: 5, Prev: "?p=1", Next: "?p=3"}),
		widget.Skeleton(3),
		widget.Card(widget.Heading("缴费明细"), node.Text("编号 P2611"), widget.Copy("复制", "P2611"),
			widget.DataTable(widget.TableData{
				Caption: "缴费明细", Columns: []widget.Column{{Head: "年度"}, {Head: "金额（元）", Class: widget.Figures}},
				Rows: [][]node.Node{{node.Text("2025"), node.Text("3,000.00")}, {node.Text("2024"), node.Text("3,000.00")}},
			})),
	}
}

func desk(struct{}) node.Node {
	cells := func(texts ...string) []node.Node {
		var ns []node.Node
		for _, t := range texts {
			ns = append(ns, node.Text(t))
		}
		return ns
	}
	figure := func(head string) widget.Column { return widget.Column{Head: head, Class: widget.Figures} }
	return node.Group{
		widget.Columns(
			widget.StatCard(widget.Stat{Label: "今日缴费", Value: "¥ 1,284,395.00", Note: "1,602 笔 · 成功率 98.7%"}),
			widget.StatCard(widget.Stat{Label: "待核实", Value: "5 笔", Note: "最早 10:12，已查询 3 次", Href: "/admin/unknown"}),
			widget.StatCard(widget.Stat{Label: "昨日对账", Value: "3 笔差异", Note: "银行多 1 · 金额不符 2"}),
			widget.StatCard(widget.Stat{Label: "今日新签协议", Value: "214 份", Note: "验证失败 6"})),
		node.Div(node.Class("columns split"),
			widget.Card(widget.Between(widget.Heading("批量扣款 2026-11 城乡居民养老"), widget.Tag(widget.Plain, "第 1 轮 进行中")),
				widget.Between(widget.Muted("已处理 61,240 / 100,000"), widget.Muted("约 3 分钟")),
				widget.ProgressBar("批量扣款进度", 61240, 100000),
				widget.DataTable(widget.TableData{
					Caption: "各银行扣款结果", Columns: []widget.Column{{Head: "银行"}, figure("笔数"), figure("成功"), figure("金额（元）"), figure("成功率")},
					Rows: [][]node.Node{
						cells("北京银行", "24,310", "23,902", "71,706,000.00", "98.3%"), cells("工商银行", "19,875", "19,471", "58,413,000.00", "98.0%"),
						cells("农业银行", "9,120", "8,904", "26,712,000.00", "97.6%"), cells("其他 9 家", "7,935", "7,760", "23,280,000.00", "97.8%"),
					},
				})),
			widget.Card(widget.Heading("查找居民"), widget.Search("", widget.Input(widget.Field{Label: "证件号码", Name: "id"}), widget.Primary("查询")))),
		widget.Card(widget.Heading("等我处理"), widget.DataTable(widget.TableData{
			Caption: "等我处理的事项", Columns: []widget.Column{{Head: "事项"}, {Head: "来源"}, {Head: "时间"}, figure("金额（元）"), {Head: "操作"}},
			Rows: [][]node.Node{
				append(cells("金额不符：我方 3,000.00 / 银行 300.00", "对账 2026-11-22", "06:05", "2,700.00"), node.A(node.Href("/list"), node.Text("核对"))),
				append(cells("退费申请：重复缴费", "居民 李*", "09:40", "795.00"), node.A(node.Href("/list"), node.Text("初审"))),
			},
		})),
	}
}
