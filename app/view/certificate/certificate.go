// Package certificate draws the screens of certificates of contributions (开具社保缴费记录):
// the menu, applying, the list, one certificate, verifying one. Pure functions of the
// states in shared/page.
package certificate

import (
	"strconv"

	"shebao/app/node"
	"shebao/app/view"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Screens lists the screens.
func Screens() []view.Screen {
	return []view.Screen{
		view.Of(page.PatternCertificates, menu),
		view.Of(page.PatternCertificateApply, apply),
		view.Of(page.PatternCertificateDownloads, downloads),
		view.Of(page.PatternCertificate, one),
		view.Of(page.PatternVerify, verify),
	}
}

func menu(page.CertificateMenu) node.Node {
	return node.Group{
		widget.EntryList(
			widget.Entry{Icon: "print", Label: "记录打印", Note: "查询已缴费款，申请缴费证明", Href: page.PatternCertificateApply},
			widget.Entry{Icon: "download", Label: "记录下载", Note: "查看、保存已申请的缴费证明", Href: page.PatternCertificateDownloads},
			widget.Entry{Icon: "shield", Label: "记录查验", Note: "核对缴费证明的真伪和状态", Href: page.PatternVerify}),
		widget.Muted("「社会保险费缴费证明」带有电子签名和证明校验码，接收证明的单位可在「记录查验」核对。"),
	}
}

func apply(s page.CertificateApply) node.Node {
	options := make([]widget.Option, len(s.Schemes))
	for i, o := range s.Schemes {
		options[i] = widget.Option{Value: o.Value, Label: o.Label}
	}
	ask := node.Details(node.Class("card ask"), node.If(len(s.Problems) > 0, node.Open), node.Summary(node.Text("查询")),
		widget.Search(page.PatternCertificateApply,
			widget.MonthRange(widget.Range{
				Legend: "费款所属期", FromName: page.FieldFrom, ToName: page.FieldTo, From: s.Span.From, To: s.Span.To, Problems: s.Problems,
			}),
			widget.Select(widget.Pick{Label: "险种", Name: page.FieldScheme, Value: s.Scheme, Options: options}),
			widget.Primary("确定")))
	body := node.Group{widget.ErrorSummary(s.Problems), ask}
	switch {
	case len(s.Problems) > 0:
		return body
	case !s.Asked:
		return append(body, widget.Note(widget.Plain, "点击「查询」，选择费款所属期的起止月份；确认缴费明细后，点击「证明申请」。"))
	case len(s.Rows) == 0:
		return append(body, widget.Empty("没有可开具证明的缴费记录",
			s.Span.From+" 至 "+s.Span.To+" 没有本人参保的已缴费款。可调整费款所属期后重新查询；刚缴费成功的，请稍后再查。"), left(s.Left))
	}
	count := strconv.Itoa(len(s.Rows))
	return append(body,
		widget.Total("合计 "+count+" 笔", s.Total, widget.Muted("大写 "+s.Capitals)),
		left(s.Left),
		widget.Card(widget.Between(widget.Heading("缴费明细"), widget.Muted(s.Holder)), rows(s.Rows)),
		widget.Form(page.PatternCertificateApply,
			widget.Hidden(page.FieldFrom, s.Span.From), widget.Hidden(page.FieldTo, s.Span.To), widget.Hidden(page.FieldScheme, s.Scheme),
			widget.StickyBar("将以上 "+count+" 笔开具证明", s.Total, widget.Primary("证明申请"))))
}

func left(n int) node.Node {
	if n == 0 {
		return nil
	}
	return widget.Note(widget.Warn, "另有 "+strconv.Itoa(n)+" 笔的所属期超出所选范围，没有列入。需要列入的，请把起止月份扩大到整个年度。")
}

// oneLine is the class of columns that do not break.
const oneLine = "n"

func rows(list []page.CertificateRow) node.Node {
	cells := make([][]node.Node, len(list))
	for i, r := range list {
		cells[i] = []node.Node{
			node.Text(strconv.Itoa(i + 1)), node.Text(r.Scheme), node.Text(r.Period), node.Text(r.Amount.Display()), node.Text(r.PaidOn),
			node.Text(r.Authority), node.Text(r.Ticket),
		}
	}
	return widget.DataTable(widget.TableData{
		Caption: "缴费明细",
		Columns: []widget.Column{
			{Head: "序号"},
			{Head: "险种", Class: oneLine},
			{Head: "费款所属期", Class: oneLine},
			{Head: "金额", Class: widget.Figures},
			{Head: "缴款日期", Class: oneLine},
			{Head: "税务机关", Class: oneLine},
			{Head: "电子税票号", Class: oneLine},
		},
		Rows: cells, Narrow: widget.Stacked,
	})
}

func downloads(s page.CertificateList) node.Node {
	body := node.Group{
		widget.ErrorSummary(s.Problems),
		widget.Search(page.PatternCertificateDownloads, widget.Card(
			widget.DateRange(widget.Range{
				Legend: "申请日期", FromName: page.FieldFrom, ToName: page.FieldTo, From: s.Span.From, To: s.Span.To, Max: s.Span.Max,
				Problems: s.Problems,
			}),
			widget.Primary("查询"))),
	}
	if len(s.Problems) > 0 {
		return body
	}
	if len(s.Cards) == 0 {
		return append(body, widget.Empty("没有缴费证明", "该申请日期内没有申请过缴费证明。", widget.GhostLink("去申请", page.PatternCertificateApply)))
	}
	list := node.Ul(node.Map(s.Cards, func(c page.CertificateCard) node.Node { return node.Li(card(c)) }))
	return append(body, widget.Form("", list), widget.Pager(widget.Pages{Page: s.Turn.Page, Prev: s.Turn.Prev, Next: s.Turn.Next}))
}

func card(c page.CertificateCard) *node.Element {
	id := "certificate-" + c.ID
	box := widget.Card(
		widget.Between(node.H2(node.Class("h2"), node.ID(id), node.Text(c.Period)), widget.Tag(widget.Tone(c.Tone), c.State)),
		facts(c))
	if c.Note != "" {
		box = box.With(widget.Muted(c.Note))
	}
	line := node.Div(node.Class("line"))
	if c.Retry {
		line = line.With(widget.Small("重新制作", widget.Press(page.FieldRetry, c.ID), node.Aria("describedby", id)))
	}
	if c.Open != "" {
		line = line.With(widget.SmallLink("查看", c.Open, node.Aria("describedby", id)))
	}
	return box.With(line)
}

func facts(c page.CertificateCard) node.Node {
	return widget.Rows(
		widget.Fact("险种", c.Scheme), widget.Figure("证明编号", c.Number), widget.Figure("申请时间", c.Applied),
		widget.Figure("金额合计", c.Total.Display()+"（"+strconv.Itoa(c.Count)+" 笔）"))
}

// kept is what the phone keeps of a certificate: the pictures of its pages and the PDF.
func kept(s page.CertificateView) widget.Kept {
	k := widget.Kept{Title: "社会保险费缴费证明 " + s.Card.Number, Name: s.Name}
	for _, p := range s.Pages {
		k.Files = append(k.Files, p.Image)
	}
	k.Files = append(k.Files, s.PDF)
	return k
}

func one(s page.CertificateView) node.Node {
	if len(s.Pages) == 0 {
		body := node.Group{widget.Card(
			widget.Between(widget.Heading(s.Card.Period), widget.Tag(widget.Tone(s.Card.Tone), s.Card.State)), facts(s.Card))}
		if s.Card.Note != "" {
			body = append(body, widget.Note(widget.Tone(s.Card.Tone), s.Card.Note))
		}
		if s.Card.Retry {
			body = append(body, widget.Form("", widget.Hidden(page.FieldRetry, s.Card.ID), widget.Actions(widget.Primary("重新制作"))))
		}
		return append(body, widget.Actions(widget.GhostLink("返回记录下载", page.PatternCertificateDownloads)))
	}
	body := node.Group{}
	if s.Card.Note != "" {
		body = append(body, widget.Note(widget.Tone(s.Card.Tone), s.Card.Note))
	}
	body = append(body, widget.Muted("手指长按图片可保存到手机；点按图片可放大查看。"))
	for i, p := range s.Pages {
		label := "社会保险费缴费证明 第 " + strconv.Itoa(i+1) + " 页"
		body = append(body, node.A(node.Class("sheet"), node.Href(p.Large), node.Data("native", ""), node.Aria("label", "放大 "+label),
			node.Img(node.Src(p.Image), node.Alt(label), node.Width(910), node.Height(1286), node.Attr("loading", "lazy"))))
	}
	return append(body,
		widget.Actions(
			node.A(node.Href(s.PDF), node.Class("weui-btn weui-btn_primary btn"), node.Data("native", ""), node.Download, node.Text("下载PDF")),
			node.Button(node.Type("button"), node.Class("weui-btn weui-btn_default btn ghost"), node.Hidden, node.Data("share", s.PDF),
				node.Data("name", s.Name), node.Text("分享"))),
		widget.Keep(kept(s)),
		widget.Card(facts(s.Card), widget.Rows(widget.Figure("证明校验码", s.Code)), widget.Copy("复制校验码", s.Code)),
		widget.Muted("接收证明的单位可扫描证明上的二维码，或在「记录查验」输入纳税人识别号和证明校验码核对。"))
}
