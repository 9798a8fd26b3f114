package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"image"
	_ "image/png" // seals come as PNG
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shebao/server/audit"
	"shebao/server/captcha"
	"shebao/server/certificate"
	"shebao/server/config"
	"shebao/server/pdf"
	"shebao/server/pdf/fonts"
	"shebao/server/pdf/keys"
	"shebao/server/pdf/preview"
	"shebao/server/pdf/sandbox"
	"shebao/server/pdf/verify"
	"shebao/server/web"
	model "shebao/shared/certificate"
)

// certificates is what makes, shows and verifies certificates.
type certificates struct {
	*certificate.Service
	captcha  *captcha.Service
	reader   *sandbox.Reader
	pictures *preview.PDFium
	signer   []byte // certificates of the signing key, PEM
}

// openCertificates makes the certificate rules. Accounts, payments and audit come first.
func (b *backend) openCertificates() error {
	signing, err := signingKeys(b.cfg, b.organization(), b)
	if err != nil {
		return err
	}
	b.certificates.signer = signing.Trust().PEM()
	maker, err := b.paper(signing)
	if err != nil {
		return fmt.Errorf("certificate paper: %w", err)
	}
	if b.certificates.reader, err = sandbox.New(signing.Trust()); err != nil {
		return err
	}
	b.certificates.pictures = preview.New(preview.Options{CacheDir: cacheDir(b.cfg)})
	b.onClose(func(context.Context) error { return b.certificates.pictures.Close() })
	b.certificates.captcha = &captcha.Service{Store: b.store, Now: b.clock.Now, NewID: newID}
	b.certificates.Service = certificate.New(certificate.Config{
		Store: b.store, Payments: b.store, People: b.store, Maker: printer{maker, b.readyPictures}, Attester: attester{signing}, Limiter: b.accounts.Service,
		Notices: b.notices, Trail: certificateTrail{b.audit}, Authority: b.city.FullName, Issuer: b.organization(), Prefix: b.city.Authorities[0].Code[1:3],
		Now: b.clock.Now, NewID: newID, Random: rand.Reader, Log: b.log,
	})
	return nil
}

// cacheDir is where compiled code is kept: with the user's other caches, so that a new
// data folder does not have to begin anew, or in the data folder.
func cacheDir(cfg config.Config) string {
	if dir, err := os.UserCacheDir(); err == nil {
		dir = filepath.Join(dir, "shebao")
		if os.MkdirAll(dir, 0o700) == nil {
			return dir
		}
	}
	return filepath.Join(cfg.DataDir, "cache")
}

// warmPictures compiles the page renderer into its cache, which takes seconds the first
// time. Without it the first picture takes them.
func (b *backend) warmPictures(ctx context.Context) {
	if err := b.certificates.pictures.Warm(ctx); err != nil && ctx.Err() == nil {
		b.log.WarnContext(ctx, "page renderer is not compiled ahead", "error", err)
	}
}

// readyPictures starts the page renderer: who applied for a certificate looks at it next.
func (b *backend) readyPictures() {
	if err := b.certificates.pictures.Ready(b.live); err != nil {
		b.log.ErrorContext(b.live, "page renderer", "error", err)
	}
}

// organization is who certifies. A demonstration certifies in nobody's name but its own.
func (b *backend) organization() string {
	if b.cfg.IsDemo() {
		return b.city.Service
	}
	return b.city.Issuer
}

// paper is how certificates look. Without the deployer's seal, or in demo mode, they say
// that they are samples.
func (b *backend) paper(signing *keys.Keys) (*pdf.Maker, error) {
	set, err := fonts.Embedded()
	if err != nil {
		return nil, err
	}
	o := pdf.Options{Fonts: set, Keys: signing, VerifyURL: strings.TrimSuffix(b.cfg.PublicURL.String(), "/") + "/verify"}
	switch {
	case b.cfg.IsDemo():
		o.Watermark = "演示"
	case b.cfg.SealFile == "":
		o.Watermark = "样章"
	}
	if o.Watermark == "" {
		if o.SealImage, err = sealImage(b.cfg.SealFile); err != nil {
			return nil, err
		}
	} else {
		o.Seal = pdf.Seal{Ring: b.organization(), Center: "样章", Band: "缴费证明专用"}
	}
	return pdf.New(o)
}

func sealImage(path string) (image.Image, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the deployer names it
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	seal, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", filepath.Base(path), err)
	}
	return seal, nil
}

// signingDir is where own keys are below the data directory.
const signingDir = "signing"

// signingKeys are the deployer's, or own ones made at the first start.
func signingKeys(cfg config.Config, organization string, b *backend) (*keys.Keys, error) {
	if cfg.SignCert != "" {
		return keys.LoadFiles(cfg.SignCert, cfg.SignKey)
	}
	return keys.LoadOrGenerate(filepath.Join(cfg.DataDir, signingDir), organization, b.clock.Now())
}

// printer makes documents and tells the rules when trying again is useless.
type printer struct {
	*pdf.Maker
	ready func() // what shows documents gets ready
}

func (p printer) Make(f model.Facts) ([]byte, error) {
	go p.ready()
	document, err := p.Maker.Make(f)
	var missing *fonts.MissingError
	if errors.As(err, &missing) {
		return nil, fmt.Errorf("%w: %w", certificate.ErrUnprintable, err)
	}
	return document, err
}

// attester signs the register's facts.
type attester struct{ keys *keys.Keys }

func (a attester) Attest(canonical []byte) ([]byte, error) {
	return a.keys.Sign(pdf.AttachmentMessage(canonical))
}

func (a attester) Attested(canonical, proof []byte) bool {
	for _, leaf := range a.keys.Trust().Leaves {
		if keys.Check(leaf, pdf.AttachmentMessage(canonical), proof) == nil {
			return true
		}
	}
	return false
}

// mountCertificates puts what is no page on the server: documents, pictures, captchas.
func (b *backend) mountCertificates(app *fiber.App) {
	c := b.certificates
	web.Certificates(b.live, c, c, c.pictures)(app)
	web.Captchas(c.captcha, b.accounts.Service)(app)
	app.Get("/verify/signer.pem", func(f *fiber.Ctx) error {
		f.Set(fiber.HeaderContentType, "application/x-pem-file")
		return f.Send(c.signer)
	})
}

func (b *backend) certificateFiles() fileVerifier { return fileVerifier{b.certificates} }

// fileVerifier reads files of strangers.
type fileVerifier struct{ certificates }

// Verify reads a stranger's file in a child process and asks the register about it.
func (c fileVerifier) Verify(ctx context.Context, data []byte) (verify.Report, error) {
	report, err := c.reader.Verify(ctx, data)
	if err != nil {
		return report, err
	}
	return verify.Judge(ctx, report, register{c.Service})
}

// register is the register of certificates as the reader of files asks it.
type register struct{ rules *certificate.Service }

func (r register) Lookup(ctx context.Context, number string) (verify.Record, bool, error) {
	c, known, err := r.rules.Lookup(ctx, number)
	return verify.Record{Edition: c.Edition, State: c.State, CheckCode: c.Facts.CheckCode, Cause: c.Cause}, known, err
}

type certificateTrail struct{ log *audit.Log }

func (t certificateTrail) Record(ctx context.Context, e certificate.Entry) error {
	who := audit.Event{WhoKind: "resident", Who: e.Person, What: "certificate_" + e.Action, Subject: e.Subject, Result: e.Result, Details: e.Details}
	if e.Officer != "" {
		who.WhoKind, who.Who = "officer", e.Officer
	}
	return t.log.Append(ctx, who)
}

// verifyFile is the command that checks a certificate without the service: what the file
// itself shows, by the certificate of whoever signs.
func verifyFile(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(out)
	trusted := flags.String("ca", "", "PEM file with the signer's certificate (the service has it at /verify/signer.pem), or a folder of own keys; empty: the data folder's")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("say which file: shebao verify [-ca FILE] CERTIFICATE.pdf")
	}
	trust, err := trustIn(*trusted)
	if err != nil {
		return err
	}
	data, err := readAtMost(flags.Arg(0), verify.MaxSize+1)
	if err != nil {
		return err
	}
	reader, err := sandbox.New(trust)
	if err != nil {
		return err
	}
	report, err := reader.Verify(ctx, data)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, reportText(report)); err != nil {
		return err
	}
	if report.Reason != verify.Valid {
		return errors.New("the file is no valid certificate")
	}
	return nil
}

// trustIn finds out whose signatures count.
func trustIn(path string) (keys.Trust, error) {
	if path == "" {
		cfg, err := config.Load(os.Getenv, os.ReadFile)
		if err != nil {
			return keys.Trust{}, err
		}
		if path = cfg.SignCert; path == "" {
			path = filepath.Join(cfg.DataDir, signingDir)
		}
	}
	return keys.LoadTrust(path)
}

func readAtMost(path string, most int64) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the person who runs the command names it
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it is only read
	return io.ReadAll(io.LimitReader(f, most))
}

func reportText(r verify.Report) string {
	var b strings.Builder
	for _, line := range r.Lines() {
		b.WriteString(line + "\n")
	}
	for _, check := range []struct {
		label string
		ok    bool
	}{{"内容完整", r.Intact}, {"真实签发", r.Genuine}} {
		said := "否"
		if check.ok {
			said = "是"
		}
		b.WriteString(check.label + "：" + said + "\n")
	}
	if f := r.Facts; f != nil {
		fmt.Fprintf(&b, "证明编号：%s（第 %d 版）\n姓名：%s\n证件号码：%s\n费款所属期：%s\n笔数：%d\n金额合计：%s\n开具单位：%s\n开具时间：%s\n",
			f.Number, f.Edition, f.Name, f.Document.Number, f.Period, len(f.Rows), f.Total.Display(), f.Issuer, f.Issued())
	}
	b.WriteString("状态有效：未核对（离线）；请在「记录查验」核对当前状态\n")
	return b.String()
}
