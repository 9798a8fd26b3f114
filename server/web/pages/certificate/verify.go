package certificate

import (
	"context"
	"strconv"

	rules "shebao/server/certificate"
	files "shebao/server/pdf/verify"
	"shebao/server/web"
	model "shebao/shared/certificate"
	"shebao/shared/page"
	"shebao/shared/person"
	"shebao/shared/words"
)

// verify is 【记录查验】, for everybody.
func (d Deps) verify() web.Route {
	return web.Page[page.Verify]{
		Pattern: page.PatternVerify,
		Frame:   page.Frame{Title: "记录查验", Back: page.PathHome, Layout: page.LayoutPlain},
		Access:  web.Public,
		Load:    d.loadVerify,
		Act:     d.actVerify,
	}.Route()
}

func (d Deps) loadVerify(_ context.Context, r *web.Request) (page.Verify, error) {
	s := d.form()
	if code, err := model.ParseCheckCode(r.Query.Get(page.FieldCode)); err == nil {
		s.Code = code.Grouped()
	}
	return s, nil
}

func (d Deps) actVerify(ctx context.Context, r *web.Request) (web.Answer[page.Verify], error) {
	if r.Form.Get(page.FieldStep) == page.StepUpload {
		return d.upload(ctx, r)
	}
	s := d.form()
	s.Taxpayer, s.Code = r.Form.Get(page.FieldTaxpayer), r.Form.Get(page.FieldCode)
	if r.Form.Get(page.FieldStep) == page.StepAnother {
		return web.Show(s), nil
	}
	return d.check(ctx, r, s)
}

// form is the empty form with a new captcha.
func (d Deps) form() page.Verify {
	question := d.Captcha.New()
	return page.Verify{
		Question: question, Image: "/verify/captcha/" + question + ".png", Audio: "/verify/captcha/" + question + ".wav", Again: page.PatternVerify,
	}
}

// check answers what was typed. Whatever does not fit gives one and the same answer.
func (d Deps) check(ctx context.Context, r *web.Request, s page.Verify) (web.Answer[page.Verify], error) {
	s.Problems = missing(r)
	if s.Problems != nil {
		return web.Stay(s), nil
	}
	right, err := d.Captcha.Check(ctx, r.Form.Get(page.FieldQuestion), r.Form.Get(page.FieldCaptcha))
	if err != nil {
		return web.Stay(s), err
	}
	if !right {
		s.Problems = []page.Problem{{Field: page.FieldCaptcha, Message: "图形验证码不正确或已失效，请输入新图片中的数字"}}
		return web.Stay(s), nil
	}
	if err := d.Rules.MayCheck(ctx, r.Address, s.Taxpayer); err != nil {
		return tooOften(s, err)
	}
	found, ok, err := d.Rules.Verify(ctx, s.Taxpayer, s.Code)
	if err != nil {
		return web.Stay(s), err
	}
	if !ok {
		return web.Show(page.Verify{Refused: words.CertificateMismatch, Again: page.PatternVerify}), nil
	}
	return web.Show(page.Verify{Result: result(found), Again: page.PatternVerify}), nil
}

func missing(r *web.Request) []page.Problem {
	var problems []page.Problem
	for _, f := range []struct{ name, message string }{
		{page.FieldTaxpayer, "请输入纳税人识别号"},
		{page.FieldCode, "请输入16位证明校验码"},
		{page.FieldCaptcha, "请输入图形验证码"},
	} {
		if r.Form.Get(f.name) == "" {
			problems = append(problems, page.Problem{Field: f.name, Message: f.message})
		}
	}
	return problems
}

func tooOften(s page.Verify, err error) (web.Answer[page.Verify], error) {
	if !rules.TooOften(err) {
		return web.Stay(s), err
	}
	s.Problems = []page.Problem{{Message: "校验过于频繁，请稍后再试"}}
	return web.Stay(s), nil
}

// upload answers a file.
func (d Deps) upload(ctx context.Context, r *web.Request) (web.Answer[page.Verify], error) {
	s := d.form()
	f, ok := r.Files[page.FieldFile]
	if !ok || len(f.Data) == 0 && f.Name == "" {
		s.Problems = []page.Problem{{Field: page.FieldFile, Message: "请选择要校验的 PDF 文件"}}
		return web.Stay(s), nil
	}
	if err := d.Rules.MayUpload(ctx, r.Address); err != nil {
		return tooOften(s, err)
	}
	report, err := d.Files.Verify(ctx, f.Data)
	if err != nil {
		return web.Stay(s), err
	}
	return web.Show(page.Verify{Result: fileResult(report), Again: page.PatternVerify}), nil
}

// result is what the register said.
func result(f rules.Finding) *page.VerifyFound {
	valid := f.Status == rules.Valid
	out := &page.VerifyFound{Good: f.Intact && f.Genuine && valid, Title: "校验结果一致"}
	status := "证明现行有效"
	switch f.Status {
	case rules.Withdrawn:
		out.Title, status = "证明已失效", "证明已失效，不能再使用"
		if f.Record.Cause != "" { // the class only: the rest is for the holder
			status += "：" + f.Record.Cause.Label()
		}
	case rules.Reissued:
		out.Title, status = "证明已重新开具", "同一编号的证明已重新开具，请使用新的一份"
	case rules.Valid, rules.Unmade:
	}
	if !f.Intact || !f.Genuine {
		out.Title = "登记数据异常"
	}
	out.Checks = []page.VerifyCheck{
		note{"登记内容与签发时一致", "登记内容与签发时不一致"}.check("内容完整", f.Intact),
		note{"由" + f.Record.Facts.Issuer + "签发", "没有有效的签发签名"}.check("真实签发", f.Genuine),
		{Label: "状态有效", OK: valid, Note: status},
	}
	describe(out, f.Record.Facts)
	return out
}

// fileResult is what reading a file and the register said.
func fileResult(r files.Report) *page.VerifyFound {
	out := &page.VerifyFound{Good: r.Reason == files.Valid && r.Current, Title: "文件校验未通过"}
	switch {
	case out.Good:
		out.Title = "校验结果一致"
	case r.Reason == files.Withdrawn:
		out.Title = "证明已失效"
	case r.Reason == files.Reissued:
		out.Title = "证明已重新开具"
	}
	if !r.Intact { // of an intact file the checks say all there is to say
		out.Notes = r.Lines()
	}
	if r.Genuine || r.Intact {
		out.Checks = []page.VerifyCheck{
			note{"每个字节都与签发时一致", "内容与签发时不一致"}.check("内容完整", r.Intact),
			note{"由本系统签发", "不是由本系统签发"}.check("真实签发", r.Genuine),
			note{"证明现行有效", r.Standing()}.check("状态有效", r.Current),
		}
	}
	if r.Facts != nil {
		describe(out, *r.Facts)
	}
	return out
}

// note is what is said of a check that passed and of one that did not.
type note struct{ passed, failed string }

func (n note) check(label string, ok bool) page.VerifyCheck {
	if ok {
		return page.VerifyCheck{Label: label, OK: true, Note: n.passed}
	}
	return page.VerifyCheck{Label: label, Note: n.failed}
}

// describe adds what the certificate states, with name and number masked.
func describe(out *page.VerifyFound, f model.Facts) {
	out.Facts = []page.PayPair{
		{Label: "证明编号", Value: f.Number, Figure: true},
		{Label: "姓名", Value: person.MaskName(f.Name)},
		{Label: f.Document.Type.Label(), Value: f.Document.Masked(), Figure: true},
		{Label: "费款所属期", Value: f.Period.String(), Figure: true},
		{Label: "笔数", Value: strconv.Itoa(len(f.Rows)), Figure: true},
		{Label: "金额大写", Value: f.Total.Capitals()},
		{Label: "开具单位", Value: f.Issuer},
		{Label: "开具时间", Value: f.Issued(), Figure: true},
	}
	out.Rows, out.Total = rows(f.Rows), f.Total
}
