package e2e

import (
	"fmt"
	"image"
	_ "image/png" // pdftoppm draws PNG
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// fetch gets a path as the program's resident with the cookies of cookie.
func (p *program) fetch(path, cookie string) (int, []byte, http.Header) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Cookie", cookie)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, body, res.Header
}

// output runs a program and returns what it printed.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// TestCertificate walks from the payment records to a certificate that stands every check.
func TestCertificate(t *testing.T) {
	t.Parallel()
	for name, device := range devices {
		t.Run("from_the_payment_records_to_a_verified_certificate_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(liming)
			year := time.Now().Year()
			w.do(w.Open("/pension/payments"), w.Title("缴费记录查询"), w.Press("更多相关操作"), w.Press("证明申请"), w.Title("记录打印"),
				w.See("缴费明细"), w.Press("查询"), w.Fill("费款所属期起", fmt.Sprintf("%d-01", year-6)),
				w.Fill("费款所属期止", fmt.Sprintf("%d-12", year+1)), w.Fill("险种", "全部险种"), w.Press("确定"), w.See("合计 10 笔"))
			w.do(w.Press("证明申请"), w.Title("记录下载"), w.See("制作成功"), w.Press("查看"), w.Title("社会保险费缴费证明"),
				w.Until(`document.querySelector("a.sheet img").naturalWidth > 800`), w.See("证明校验码"))
			url, err := w.URL()
			if err != nil {
				t.Fatal(err)
			}
			cookie, err := w.Cookies()
			if err != nil {
				t.Fatal(err)
			}

			status, document, header := p.fetch(url+"/pdf", cookie)
			if status != http.StatusOK || !strings.Contains(header.Get("Content-Disposition"), "filename") {
				t.Fatalf("%d %v", status, header)
			}
			if status, _, _ := p.fetch(url+"/pdf", ""); status != http.StatusNotFound {
				t.Errorf("a stranger gets the document: %d", status)
			}
			file := filepath.Join(t.TempDir(), "certificate.pdf")
			if err := os.WriteFile(file, document, 0o600); err != nil {
				t.Fatal(err)
			}
			if said := output(t, "pdfsig", "-nocert", file); !strings.Contains(said, "Signature is Valid.") || !strings.Contains(said, "Total document signed") {
				t.Errorf("pdfsig says\n%s", said)
			}
			verifier := exec.Command(binary, "verify", file)
			verifier.Env = append(os.Environ(), "SHEBAO_DATA_DIR="+p.dir)
			if said, err := verifier.CombinedOutput(); err != nil || !strings.Contains(string(said), "真实签发，内容与签发时一致") {
				t.Errorf("shebao verify: %v\n%s", err, said)
			}

			text := output(t, "pdftotext", "-raw", file, "-")
			address := scan(t, file)
			path := strings.TrimPrefix(address, "http://127.0.0.1:8080")
			code := strings.TrimPrefix(path, "/verify?code=")
			if !strings.Contains(strings.ReplaceAll(text, " ", ""), code) {
				t.Errorf("the QR code says %s, which is not printed", address)
			}
			other := p.visit(t, device) // somebody who is not logged in
			other.do(other.Open(path), other.Title("记录查验"), other.Until(`document.getElementById("code").value.replace(/ /g, "") === "`+code+`"`),
				other.Until(`document.querySelector(".captcha-image img").naturalWidth === 240`))
			other.do(other.Upload("上传证明文件", file), other.Press("校验文件"), other.Title("校验结果"), other.See("校验结果一致"),
				other.See("内容完整"), other.See("真实签发"), other.See("状态有效"), other.See("李*"))
			if shown, err := other.Shows(liming); err != nil || shown {
				t.Errorf("the document number is shown: %v", err)
			}
			changed := append([]byte(nil), document...)
			changed[len(changed)/2] ^= 1
			if err := os.WriteFile(file, changed, 0o600); err != nil {
				t.Fatal(err)
			}
			other.do(other.Press("继续校验"), other.Title("记录查验"), other.Upload("上传证明文件", file), other.Press("校验文件"),
				other.Title("校验结果"), other.See("文件在签发之后被改动过"))

			w.do(w.Open("/certificates"), w.Title("开具社保缴费记录"), w.Press("记录打印"), w.Title("记录打印"), w.Press("查询"),
				w.Fill("费款所属期起", fmt.Sprintf("%d-01", year-6)), w.Fill("费款所属期止", fmt.Sprintf("%d-12", year+1)), w.Press("确定"),
				w.See("合计 10 笔"), w.Press("证明申请"), w.Title("记录下载"), w.See("没有变化"))
			if n, err := w.Eval(`document.querySelectorAll("main li .card").length`); err != nil || n != "1" {
				t.Errorf("the same range gave %s certificates: %v", n, err)
			}
		})
	}
}

func TestRareName(t *testing.T) {
	t.Parallel()
	t.Run("a name outside the BMP is printed and can be copied", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.visit(t, devices["without_javascript"])
		w.login("110105198810010016")
		w.do(w.Open("/certificates/apply"), w.Title("记录打印"), w.Press("查询"), w.Press("确定"), w.See("合计"), w.Press("证明申请"),
			w.Title("记录下载"), w.See("制作成功"), w.Press("查看"), w.Title("社会保险费缴费证明"))
		url, err := w.URL()
		w.do(err)
		cookie, err := w.Cookies()
		w.do(err)
		_, document, _ := p.fetch(url+"/pdf", cookie)
		file := filepath.Join(t.TempDir(), "certificate.pdf")
		if err := os.WriteFile(file, document, 0o600); err != nil {
			t.Fatal(err)
		}
		if text := output(t, "pdftotext", "-raw", file, "-"); !strings.Contains(text, "欧阳𠮷") {
			t.Errorf("no name in\n%s", text)
		}
	})
}

// camera stands in for a browser that sees a QR code: the headless one has no detector.
const camera = `(() => {
  window.BarcodeDetector = class { async detect() { return [{ rawValue: "http://127.0.0.1:8080/verify?code=7K3M9QXA0CDE12FT" }]; } };
  navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
  HTMLVideoElement.prototype.play = async () => {};
  document.dispatchEvent(new Event("shebao:shown"));
})()`

func TestAnotherPicture(t *testing.T) {
	t.Parallel()
	for name, device := range devices {
		t.Run("tapping_the_picture_shows_another_and_keeps_what_was_typed_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			const picture = `document.querySelector(".captcha-image img")`
			w.do(w.Open("/verify"), w.Title("记录查验"), w.Until(picture+`.naturalWidth === 240`))
			first, err := w.Eval(picture + `.getAttribute("src")`)
			w.do(err, w.Fill("纳税人识别号", "T1"), w.Fill("16位证明校验码", "7K3M"), w.Press("看不清，换一张"),
				w.Until(picture+`.getAttribute("src") !== "`+first+`" && `+picture+`.naturalWidth === 240`),
				w.Until(`document.getElementById("taxpayer").value === "T1" && document.getElementById("code").value === "7K3M"`))
			w.do(w.Fill("图形验证码", "12"), w.Press("开始校验"), w.See("图形验证码不正确或已失效"))
		})
	}
}

func TestScan(t *testing.T) {
	t.Parallel()
	t.Run("the camera fills in the code and is switched off", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.visit(t, devices["with_javascript"])
		w.do(w.Open("/verify"), w.Title("记录查验"))
		_, err := w.Eval(camera)
		w.do(err, w.Press("扫一扫"), w.Until(`document.getElementById("code").value === "7K3M9QXA0CDE12FT" && !document.querySelector(".scanner")`))
	})
}

// scan reads the QR code of the first page from a picture of 150 dots an inch.
func scan(t *testing.T, file string) string {
	t.Helper()
	picture := filepath.Join(t.TempDir(), "page")
	output(t, "pdftoppm", "-r", "150", "-png", "-singlefile", file, picture)
	f, err := os.Open(picture + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	drawn, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(drawn)
	if err != nil {
		t.Fatal(err)
	}
	found, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]interface{}{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Fatalf("read the QR code: %v", err)
	}
	return found.GetText()
}
