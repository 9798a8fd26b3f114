package certificate

import (
	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

func verify(s page.Verify) node.Node {
	switch {
	case s.Result != nil:
		return found(*s.Result, s.Again)
	case s.Refused != "":
		return node.Group{
			widget.ResultTop(widget.Result{Outcome: widget.Failed, Title: s.Refused}),
			widget.Card(widget.Para("没有与所填内容一致的缴费证明。请对照证明原件，核对纳税人识别号和16位证明校验码后重新校验；也可以上传证明文件。"),
				widget.Muted("为保护个人信息，系统不说明是哪一项不一致。")),
			widget.Actions(widget.LinkButton("重新校验", s.Again)),
		}
	}
	captcha := node.Div(node.Class("captcha"),
		node.Button(node.Type("submit"), node.Class("captcha-image"), widget.Press(page.FieldStep, page.StepAnother),
			node.Aria("label", "看不清，换一张"), node.Img(node.Src(s.Image), node.Alt("图形验证码"), node.Width(240), node.Height(80))),
		node.A(node.Class("link"), node.Href(s.Audio), node.Data("native", ""), node.Data("play", ""), widget.Icon("speak"), node.Text("语音验证码")))
	form := widget.Form("",
		node.Button(node.Type("submit"), node.Hidden), // Enter presses the form's first button, which must not be the picture
		widget.Hidden(page.FieldQuestion, s.Question),
		widget.Input(widget.Field{
			Label: "纳税人识别号", Name: page.FieldTaxpayer, Value: s.Taxpayer, AutoComplete: "off", MaxLength: 40, Problems: s.Problems,
			Hint: "证明上的纳税人识别号，自然人一般为身份证件号码",
		}),
		widget.Input(widget.Field{
			Label: "16位证明校验码", Name: page.FieldCode, Value: s.Code, AutoComplete: "off", MaxLength: 40, Problems: s.Problems,
			Hint: "证明上的证明校验码，不分大小写，空格可以不填",
			Beside: node.Button(node.Type("button"), node.Class("weui-btn weui-btn_mini weui-btn_default btn ghost mini"), node.Hidden,
				node.Data("scan", page.FieldCode), node.Text("扫一扫")),
			Attrs: []node.Item{node.Attr("autocapitalize", "characters"), node.Attr("spellcheck", "false")},
		}),
		widget.Input(widget.Field{
			Label: "图形验证码", Name: page.FieldCaptcha, InputMode: "numeric", AutoComplete: "off", MaxLength: 12, Problems: s.Problems,
			Hint: "图片中的6位数字；看不清请点图片换一张",
		}),
		captcha,
		widget.Actions(widget.Primary("开始校验")))
	upload := node.Form(node.Method("post"), node.Attr("enctype", "multipart/form-data"), node.Data("native", ""), node.NoValid,
		widget.Hidden(page.FieldStep, page.StepUpload),
		widget.Input(widget.Field{
			Label: "上传证明文件", Name: page.FieldFile, Type: "file", Problems: s.Problems, Hint: "下载的 PDF 原件，不超过 1 MB。文件只用于本次校验，不保存。",
			Attrs: []node.Item{node.Attr("accept", "application/pdf,.pdf")},
		}),
		widget.Actions(widget.Ghost("校验文件")))
	return node.Group{
		widget.ErrorSummary(s.Problems),
		widget.Card(form),
		widget.Card(upload),
		widget.Muted("手机可用相机扫描证明上的二维码，自动填入证明校验码。"),
	}
}

func found(r page.VerifyFound, again string) node.Node {
	outcome := widget.Failed
	if r.Good {
		outcome = widget.Success
	}
	body := node.Group{widget.ResultTop(widget.Result{Outcome: outcome, Title: r.Title})}
	if len(r.Checks) > 0 {
		list := node.Ul(node.Class("checks"))
		for _, c := range r.Checks {
			tone, said := widget.Bad, "未通过"
			if c.OK {
				tone, said = widget.OK, "通过"
			}
			list = list.With(node.Li(widget.Between(widget.Heading(c.Label), widget.Tag(tone, said)), widget.Muted(c.Note)))
		}
		body = append(body, widget.Card(list))
	}
	if len(r.Notes) > 0 {
		notes := node.Ul(node.Class("bullets"))
		for _, n := range r.Notes {
			notes = notes.With(node.Li(node.Text(n)))
		}
		body = append(body, widget.Card(widget.Heading("发现的问题"), notes))
	}
	if len(r.Facts) > 0 {
		list := make([]widget.Row, len(r.Facts))
		for i, f := range r.Facts {
			list[i] = widget.Fact(f.Label, f.Value)
			if f.Figure {
				list[i] = widget.Figure(f.Label, f.Value)
			}
		}
		body = append(body, widget.Card(widget.Heading("证明内容"), widget.Rows(list...)))
	}
	if len(r.Rows) > 0 {
		body = append(body, widget.Card(widget.Heading("缴费明细"), rows(r.Rows), widget.Rows(widget.Money("金额合计", r.Total))))
	}
	return append(body, widget.Actions(widget.GhostLink("继续校验", again)))
}
