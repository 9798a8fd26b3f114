package certificate

import (
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
	"shebao/shared/money"
	"shebao/shared/page"
)

var (
	row = page.CertificateRow{
		Scheme: "城乡居民养老", Period: "2026年01月–12月", Authority: "国家税务总局北京市东城区税务局", PaidOn: "2026-05-07", Ticket: "311010260590000004",
		Amount: money.Yuan(3000),
	}
	schemes = []page.SignChoice{{Value: "", Label: "全部险种"}, {Value: "pension", Label: "城乡居民养老"}}
	ready   = page.CertificateCard{
		ID: "c1", Period: "2022年01月–2026年12月", Scheme: "全部险种", Number: "112026112300000001", Applied: "2026-11-23 15:04:05", Count: 1,
		Total: money.Yuan(3000), State: "制作成功", Tone: "ok", Open: "/certificates/c1",
	}
	asking = page.Verify{Question: "k1", Image: "/verify/captcha/k1.png", Audio: "/verify/captcha/k1.wav", Again: "/verify", Code: "5T53 S38Q JTTP 3W8M"}
)

// in is the certificate in another state.
func in(state, tone, note string) page.CertificateCard {
	c := ready
	c.State, c.Tone, c.Note = state, tone, note
	return c
}

func TestScreens(t *testing.T) {
	span := page.Span{From: "2022-01", To: "2026-12"}
	failed := in("制作失败", "bad", "系统繁忙，未能制作，请重新制作")
	failed.Retry = true
	refused := asking
	refused.Taxpayer, refused.Code = `"><b>`, "1"
	refused.Problems = []page.Problem{{Field: page.FieldCaptcha, Message: "图形验证码不正确或已失效，请输入新图片中的数字"}}
	for _, c := range []struct {
		name   string
		body   node.Node
		labels string // exact visible texts, separated by |
	}{
		{"menu", menu(page.CertificateMenu{}), "记录打印|记录下载|记录查验"},
		{"apply", apply(page.CertificateApply{Span: span, Schemes: schemes}), "查询|费款所属期|确定"},
		{
			"apply_table",
			apply(page.CertificateApply{
				Span: span, Schemes: schemes, Asked: true, Rows: []page.CertificateRow{row}, Total: money.Yuan(3000), Capitals: "叁仟元整", Left: 1, Holder: "李*",
			}),
			"查询|确定|证明申请|合计 1 笔|叁仟元整|311010260590000004|另有 1 笔",
		},
		{"apply_none", apply(page.CertificateApply{Span: span, Schemes: schemes, Asked: true}), "没有可开具证明的缴费记录"},
		{
			"apply_refused",
			apply(page.CertificateApply{Span: span, Schemes: schemes, Asked: true, Problems: []page.Problem{{Field: page.FieldFrom, Message: "请先查询，再申请证明"}}}),
			"请先查询，再申请证明",
		},
		{
			"downloads",
			downloads(page.CertificateList{
				Span: page.Span{From: "2025-11-24", To: "2026-11-23"}, Turn: page.Turn{Page: 1, Next: "/certificates/downloads?after=1.c1"},
				Cards: []page.CertificateCard{in("制作中", "warn", "正在制作"), ready, failed, in("已失效", "off", "所列缴费记录已发生退费")},
			}),
			"申请日期|查询|制作中|制作成功|制作失败|已失效|查看|重新制作|下一页",
		},
		{"downloads_none", downloads(page.CertificateList{}), "没有缴费证明|去申请"},
		{
			"one",
			one(page.CertificateView{
				Card: ready, Code: "5T53 S38Q JTTP 3W8M", PDF: "/certificates/c1/pdf", Name: "社会保险费缴费证明-112026112300000001.pdf",
				Pages: []page.CertificatePage{{Image: "/certificates/c1/pages/1.png", Large: "/certificates/c1/pages/1-large.png"}},
			}),
			"下载PDF|分享|手指长按图片可保存到手机|证明校验码|5T53 S38Q JTTP 3W8M",
		},
		{"one_making", one(page.CertificateView{Card: in("制作中", "warn", "正在制作")}), "制作中|返回记录下载"},
		{"one_failed", one(page.CertificateView{Card: failed}), "制作失败|重新制作"},
		{"verify", verify(asking), "纳税人识别号|证明校验码|图形验证码|语音验证码|开始校验|上传证明文件"},
		{"verify_refused", verify(refused), "图形验证码不正确或已失效，请输入新图片中的数字"},
		{"verify_mismatch", verify(page.Verify{Refused: "校验结果不一致", Again: "/verify"}), "校验结果不一致|重新校验"},
		{
			"verify_good",
			verify(page.Verify{Again: "/verify", Result: &page.VerifyFound{
				Good: true, Title: "校验结果一致", Total: money.Yuan(3000), Rows: []page.CertificateRow{row}, Facts: []page.PayPair{{Label: "姓名", Value: "李*"}},
				Checks: []page.VerifyCheck{
					{Label: "内容完整", OK: true, Note: "一致"}, {Label: "真实签发", OK: true, Note: "签发"}, {Label: "状态有效", OK: true, Note: "有效"},
				},
			}}),
			"校验结果一致|内容完整|真实签发|状态有效|通过|李*|继续校验",
		},
		{
			"verify_bad",
			verify(page.Verify{Again: "/verify", Result: &page.VerifyFound{
				Title: "文件校验未通过", Notes: []string{"文件在签发之后被改动过", "第 1 页：页面文字与签发的内容不一致"},
				Checks: []page.VerifyCheck{{Label: "内容完整", Note: "不一致"}},
			}}),
			"文件校验未通过|未通过|第 1 页：页面文字与签发的内容不一致",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			nodetest.Golden(t, c.name, c.body)
			text := node.Content(c.body)
			for label := range strings.SplitSeq(c.labels, "|") {
				if !strings.Contains(text, label) && !strings.Contains(node.String(c.body), `"`+label+`"`) {
					t.Errorf("【%s】 is missing", label)
				}
			}
		})
	}
}

func TestScreensAreKnownByTheirPattern(t *testing.T) {
	want := []string{
		page.PatternCertificates, page.PatternCertificateApply, page.PatternCertificateDownloads, page.PatternCertificate, page.PatternVerify,
	}
	for i, s := range Screens() {
		if s.Pattern() != want[i] {
			t.Errorf("%s, want %s", s.Pattern(), want[i])
		}
	}
}

func TestEnterChecks(t *testing.T) {
	t.Run("pressing Enter in the form does not ask for another picture", func(t *testing.T) {
		first := true
		node.Walk(verify(asking), func(e *node.Element) bool {
			if e.Tag() != "button" {
				return true
			}
			if _, named := e.Attr("name"); first && named {
				t.Error("the form's first button is one with a name")
			}
			first = false
			return true
		})
	})
}
