package e2e

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"shebao/server/store"
)

// answers are those of captchas, which only the store of the program knows.
type answers struct {
	t     *testing.T
	store *store.Store
}

// freeAddr is a loopback address that nobody listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func answersAt(t *testing.T, addr string) answers {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URI: "mongodb://" + addr + "/?directConnection=true"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) }) // the test is over
	return answers{t, s}
}

// of is the answer of the captcha that the person sees.
func (a answers) of(w *person) string {
	a.t.Helper()
	w.do(w.Until(`document.querySelector(".captcha-image img").naturalWidth === 240`))
	src, err := w.Eval(`document.querySelector(".captcha-image img").getAttribute("src")`)
	w.do(err)
	id := strings.TrimSuffix(src[strings.LastIndex(src, "/")+1:], ".png")
	now := time.Now()
	digits, err := a.store.HoldCaptcha(a.t.Context(), id, nil, now, now.Add(time.Minute))
	if err != nil || len(digits) == 0 {
		a.t.Fatalf("captcha %s: %v", id, err)
	}
	for i := range digits {
		digits[i] += '0'
	}
	return string(digits)
}

var grouped = regexp.MustCompile(`[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}`)

// TestWithdrawnCertificate is a certificate that is verified by its code, withdrawn by an
// officer and then verified as withdrawn.
func TestWithdrawnCertificate(t *testing.T) {
	t.Parallel()
	for name, device := range devices {
		t.Run(name, func(t *testing.T) {
			addr := freeAddr(t)
			p := start(t, t.TempDir(), "SHEBAO_LOCAL_ADDR="+addr)
			captchas := answersAt(t, addr)
			w := p.visit(t, device)
			w.login(liming)
			w.do(w.Open("/certificates/apply"), w.Title("记录打印"), w.Press("查询"), w.Press("确定"), w.See("合计"), w.Press("证明申请"),
				w.Title("记录下载"), w.See("制作成功"), w.Press("查看"), w.Title("社会保险费缴费证明"))
			text, err := w.Eval(`document.querySelector("main").innerText`)
			w.do(err)
			code := grouped.FindString(text)
			url, err := w.URL()
			w.do(err)
			cookie, err := w.Cookies()
			w.do(err)
			_, document, _ := p.fetch(url+"/pdf", cookie)
			file := filepath.Join(t.TempDir(), "certificate.pdf")
			if err := os.WriteFile(file, document, 0o600); err != nil {
				t.Fatal(err)
			}

			other := p.visit(t, device)
			check := func(number, answer string) {
				t.Helper()
				other.do(other.Open("/verify?code="+strings.ReplaceAll(code, " ", "")), other.Title("记录查验"))
				if answer == "" {
					answer = captchas.of(other)
				}
				other.do(other.Fill("纳税人识别号", number), other.Fill("图形验证码", answer), other.Press("开始校验"))
			}
			check(liming, "")
			other.do(other.Title("校验结果"), other.See("校验结果一致"), other.See("内容完整"), other.See("真实签发"), other.See("证明现行有效"),
				other.See("李*"), other.See("110101********1233"))
			check("11010519491231002X", "")
			other.do(other.Title("校验结果"), other.See("校验结果不一致"))
			check(liming, "000000")
			other.do(other.Title("记录查验"), other.See("图形验证码不正确或已失效"))

			o := desk["with_javascript"]
			o.NoScript = device.NoScript
			operator := p.officer(t, "operator", o)
			operator.do(operator.Press("缴费证明"), operator.Title("缴费证明"), operator.See("李*"),
				operator.Fill("查询方式", "证件号码"), operator.Fill("编号或姓名", liming), operator.Press("查询"), operator.See("查询结果"),
				operator.Press("查看 11"), operator.See("所列缴费"), operator.Press("作废"), operator.See("请选择作废原因"),
				operator.Fill("作废原因", "所载信息有误"), operator.Fill("说明", "单位名称登记有误"), operator.Press("作废"),
				operator.See("作废这份缴费证明？"), operator.See("单位名称登记有误"), operator.Press("确认作废"), operator.See("已作废，持证人会收到消息"),
				operator.See("已失效"), operator.See("作废人"))

			check(liming, "")
			other.do(other.Title("校验结果"), other.See("证明已失效"), other.See("所载信息有误"))
			if shown, err := other.Shows("单位名称登记有误"); err != nil || shown {
				t.Errorf("strangers see the note for the holder: %v", err)
			}
			other.do(other.Press("继续校验"), other.Title("记录查验"), other.Upload("上传证明文件", file), other.Press("校验文件"),
				other.Title("校验结果"), other.See("证明已失效"))
			w.do(w.Open("/certificates/downloads"), w.See("已失效"), w.See("单位名称登记有误"), w.Open("/me/notices"), w.See("缴费证明已失效"))

			auditor := p.officer(t, "auditor", o)
			auditor.do(auditor.Press("审计"), auditor.See("certificate_withdraw"), auditor.Press("缴费证明"), auditor.See("已失效"),
				auditor.Fill("状态", "已失效"), auditor.Press("查询"), auditor.See("李*"))
		})
	}
}
