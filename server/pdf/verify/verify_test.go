package verify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/digitorus/pdf"
	"github.com/digitorus/pdfsign/sign"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"shebao/server/pdf/keys"
	"shebao/server/pdf/pdftest"
	"shebao/server/pdf/verify"
	"shebao/shared/certificate"
)

func TestRead(t *testing.T) {
	k := pdftest.Keys(t)
	m := pdftest.Maker(t, k)
	for _, rows := range []int{1, 25, 26, 300, 1000} {
		t.Run(fmt.Sprintf("a_genuine_certificate_of_%d_rows_is_valid", rows), func(t *testing.T) {
			f := pdftest.Facts(t, rows)
			data := pdftest.Make(t, m, f)
			r := verify.Read(data, k.Trust())
			if r.Reason != verify.Valid || !r.Intact || !r.Genuine || r.Current || len(r.Changes) != 0 {
				t.Fatalf("%+v", r)
			}
			want, err := f.Canonical()
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.Facts.Canonical()
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("other facts: %v", err)
			}
		})
	}
	t.Run("long_latin_names_that_take_two_lines_are_found_on_the_page", func(t *testing.T) {
		f := pdftest.Facts(t, 3)
		f.Name = "Maximiliana Alexandra Wolfeschlegelsteinhausenbergerdorff Jr"
		f.Rows[1].Authority = "国家税务总局新疆维吾尔自治区克孜勒苏柯尔克孜自治州阿克陶县税务局"
		if r := verify.Read(pdftest.Make(t, m, f), k.Trust()); r.Reason != verify.Valid {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("a_former_key_is_still_trusted", func(t *testing.T) {
		next := pdftest.Keys(t)
		next.Former = append(next.Former, k.Leaf)
		next.Chain = append(next.Chain, k.Chain...)
		if r := verify.Read(pdftest.Make(t, m, pdftest.Facts(t, 1)), next.Trust()); r.Reason != verify.Valid {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("another_key_is_not_ours", func(t *testing.T) {
		r := verify.Read(pdftest.Make(t, m, pdftest.Facts(t, 1)), pdftest.Keys(t).Trust())
		if r.Reason != verify.NotOurs || r.Genuine || r.Facts != nil {
			t.Fatalf("%+v", r)
		}
	})
}

// refused fails unless the file is refused for one of the reasons and nothing in the
// report could be taken for approval.
func refused(t *testing.T, r verify.Report, reasons ...verify.Reason) {
	t.Helper()
	if r.Intact || r.Current {
		t.Fatalf("called intact: %+v", r)
	}
	for _, reason := range reasons {
		if r.Reason == reason {
			return
		}
	}
	t.Fatalf("refused as %q %v, want one of %q", r.Reason, r.Changes, reasons)
}

func TestReadFindsChanges(t *testing.T) {
	k := pdftest.Keys(t)
	m := pdftest.Maker(t, k)
	facts := pdftest.Facts(t, 10)
	data := pdftest.Make(t, m, facts)
	trust := k.Trust()
	random := rand.New(rand.NewPCG(1, 2))

	t.Run("one_bit_anywhere", func(t *testing.T) {
		for range 150 {
			at, bit := random.IntN(len(data)), random.IntN(8)
			changed := bytes.Clone(data)
			changed[at] ^= 1 << bit
			r := verify.Read(changed, trust)
			if r.Intact || r.Reason != verify.Altered {
				t.Fatalf("bit %d of byte %d: %+v", bit, at, r)
			}
		}
	})
	t.Run("one_bit_in_the_signature", func(t *testing.T) {
		start := bytes.LastIndex(data, []byte("/Contents<"))
		end := start + bytes.IndexByte(data[start:], '>')
		for at := start; at <= end; at += 7 {
			changed := bytes.Clone(data)
			changed[at] ^= 0x20 // upper case of a hexadecimal digit, too
			refused(t, verify.Read(changed, trust), verify.Altered)
		}
	})
	t.Run("cut_off", func(t *testing.T) {
		for _, n := range []int{1, 2, 7, 100, 1000, len(data) / 2, len(data) - 20} {
			refused(t, verify.Read(data[:len(data)-n], trust), verify.Altered, verify.Unreadable, verify.NotOurs)
		}
		if r := verify.Read(data[:len(data)-100], trust); !r.Has(verify.CutOff) || r.Reason != verify.Altered {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("a_comment_appended", func(t *testing.T) {
		r := verify.Read(append(bytes.Clone(data), "\n% a comment\n"...), trust)
		refused(t, r, verify.Altered)
		if !r.Has(verify.Appended) || r.Has(verify.PageText) {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("a_revision_that_replaces_the_page", func(t *testing.T) {
		r := verify.Read(replacePage(t, data, "(0)"), trust)
		refused(t, r, verify.Altered)
		if !r.Has(verify.Appended) || !r.Has(verify.PageText) || r.Facts == nil || r.Facts.Number != facts.Number {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("signed_again_by_another", func(t *testing.T) {
		r := verify.Read(signAgain(t, data, pdftest.Keys(t)), trust)
		refused(t, r, verify.Altered)
		if !r.Has(verify.SecondSignature) {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("written_anew", func(t *testing.T) {
		api.DisableConfigDir()
		var out bytes.Buffer
		if err := api.AddProperties(bytes.NewReader(data), &out, map[string]string{"a": "b"}, model.NewDefaultConfiguration()); err != nil {
			t.Fatal(err)
		}
		refused(t, verify.Read(out.Bytes(), trust), verify.Altered)
	})
	t.Run("attachments_of_two_genuine_certificates_swapped", func(t *testing.T) {
		other := pdftest.Facts(t, 11)
		other.Number = "BJ2026112399999999"
		otherData := pdftest.Make(t, m, other)
		r := verify.Read(withAttachment(t, data, attachment(t, otherData)), trust)
		refused(t, r, verify.Altered)
		if !r.Has(verify.AttachmentSwapped) {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("signed_by_another_after_swapping", func(t *testing.T) {
		other := pdftest.Make(t, m, pdftest.Facts(t, 11))
		swapped := withAttachment(t, data, attachment(t, other))
		r := verify.Read(signAgain(t, swapped, pdftest.Keys(t)), trust)
		refused(t, r, verify.Altered)
	})
	t.Run("facts_changed_in_the_attachment", func(t *testing.T) {
		a := bytes.Replace(attachment(t, data), []byte("79500"), []byte("79600"), 1)
		r := verify.Read(withAttachment(t, data, a), trust)
		refused(t, r, verify.Altered, verify.NotOurs)
	})
	t.Run("encrypted", func(t *testing.T) {
		refused(t, verify.Read(pdftest.Encrypted(t, pdftest.Plain("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>")), trust), verify.Encrypted)
	})
	t.Run("too_large", func(t *testing.T) {
		refused(t, verify.Read(append(bytes.Clone(data), make([]byte, verify.MaxSize)...), trust), verify.TooLarge)
	})
	t.Run("a_good_PDF_of_others", func(t *testing.T) {
		refused(t, verify.Read(pdftest.Plain("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"), trust), verify.NotOurs)
	})
}

// replacePage appends a revision in which the first page has another content.
func replacePage(t *testing.T, data []byte, text string) []byte {
	t.Helper()
	number := func(pattern string) int {
		all := regexp.MustCompile(pattern).FindAllSubmatch(data, -1)
		if all == nil {
			t.Fatalf("no %s", pattern)
		}
		n, err := strconv.Atoi(string(all[len(all)-1][1]))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	page, root, previous := number(`/P (\d+) 0 R`), number(`/Root (\d+) 0 R`), number(`startxref\s+(\d+)`)
	out := bytes.NewBuffer(bytes.Clone(data))
	at := out.Len()
	fmt.Fprintf(out, "%d 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 900 0 R>>\nendobj\n", page)
	stream := out.Len()
	fmt.Fprintf(out, "900 0 obj\n%s\nendobj\n", pdftest.StreamObject("", "BT "+text+" Tj ET"))
	xref := out.Len()
	fmt.Fprintf(out, "xref\n%d 1\n%010d 00000 n\r\n900 1\n%010d 00000 n\r\ntrailer\n<</Root %d 0 R/Size 901/Prev %d>>\nstartxref\n%d\n%%%%EOF\n", page, at, stream, root, previous, xref)
	return out.Bytes()
}

func signAgain(t *testing.T, data []byte, k *keys.Keys) []byte {
	t.Helper()
	reader, err := pdf.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := sign.Sign(bytes.NewReader(data), &out, reader, int64(len(data)), sign.SignData{
		Signature: sign.SignDataSignature{CertType: sign.ApprovalSignature}, Signer: k.Signer(), Certificate: k.Leaf,
	}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func parse(t *testing.T, data []byte) *model.Context {
	t.Helper()
	api.DisableConfigDir()
	conf := model.NewDefaultConfiguration()
	conf.WriteObjectStream, conf.WriteXRefStream = false, false
	ctx, err := api.ReadAndValidate(bytes.NewReader(data), conf)
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

func attachment(t *testing.T, data []byte) []byte {
	t.Helper()
	all, err := parse(t, data).ExtractAttachments(nil)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d attachments, %v", len(all), err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(all[0]); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withAttachment is the document written anew with another attachment.
func withAttachment(t *testing.T, data, content []byte) []byte {
	t.Helper()
	ctx := parse(t, data)
	if _, err := ctx.RemoveAttachments([]string{"certificate.json"}); err != nil {
		t.Fatal(err)
	}
	if err := ctx.AddAttachment(model.Attachment{Reader: bytes.NewReader(content), ID: "certificate.json", FileName: "certificate.json"}, false); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := api.WriteContext(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type register map[string]verify.Record

func (r register) Lookup(_ context.Context, number string) (verify.Record, bool, error) {
	if number == "broken" {
		return verify.Record{}, false, errors.New("down")
	}
	record, ok := r[number]
	return record, ok, nil
}

func TestJudge(t *testing.T) {
	f := pdftest.Facts(t, 1)
	f.Edition = 2
	valid := verify.Report{Intact: true, Genuine: true, Facts: &f}
	for name, c := range map[string]struct {
		record verify.Record
		want   verify.Reason
	}{
		"the_register_agrees":                 {verify.Record{Edition: 2, State: certificate.Ready, CheckCode: f.CheckCode}, verify.Valid},
		"it_was_withdrawn":                    {verify.Record{Edition: 2, State: certificate.Withdrawn, CheckCode: f.CheckCode}, verify.Withdrawn},
		"a_later_edition_was_withdrawn":       {verify.Record{Edition: 3, State: certificate.Withdrawn}, verify.Withdrawn},
		"it_was_issued_again":                 {verify.Record{Edition: 3, State: certificate.Ready}, verify.Reissued},
		"the_register_has_another_check_code": {verify.Record{Edition: 2, State: certificate.Ready, CheckCode: "0"}, verify.Outdated},
		"the_next_one_is_being_made":          {verify.Record{Edition: 2, State: certificate.Making, CheckCode: f.CheckCode}, verify.Outdated},
		"the_register_is_older_than_the_file": {verify.Record{Edition: 1, State: certificate.Ready}, verify.NoRecord},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := verify.Judge(t.Context(), valid, register{f.Number: c.record})
			if err != nil || r.Reason != c.want || r.Current != (c.want == verify.Valid) {
				t.Fatalf("%+v %v", r, err)
			}
		})
	}
	t.Run("unknown_numbers_have_no_record", func(t *testing.T) {
		if r, err := verify.Judge(t.Context(), valid, register{}); err != nil || r.Reason != verify.NoRecord || r.Current {
			t.Fatalf("%+v %v", r, err)
		}
	})
	t.Run("a_register_that_fails_approves_nothing", func(t *testing.T) {
		g := f
		g.Number = "broken"
		if r, err := verify.Judge(t.Context(), verify.Report{Facts: &g}, register{}); err == nil || r.Current {
			t.Fatalf("%+v %v", r, err)
		}
	})
	t.Run("an_altered_file_stays_altered", func(t *testing.T) {
		r, err := verify.Judge(t.Context(), verify.Report{Reason: verify.Altered, Facts: &f}, register{f.Number: {Edition: 2, State: certificate.Ready, CheckCode: f.CheckCode}})
		if err != nil || r.Reason != verify.Altered || r.Current {
			t.Fatalf("%+v %v", r, err)
		}
	})
}

// fuzzSeed is a certificate that all processes of one fuzz run have, with its keys.
func fuzzSeed(f *testing.F) ([]byte, keys.Trust) {
	f.Helper()
	dir := filepath.Join(os.TempDir(), "shebao-fuzz")
	k, err := keys.LoadOrGenerate(filepath.Join(dir, "keys"), "示例", pdftest.Now)
	if err != nil {
		f.Fatal(err)
	}
	path := filepath.Join(dir, "certificate.pdf")
	data, err := os.ReadFile(path)
	if err != nil {
		data = pdftest.Make(f, pdftest.Maker(f, k), pdftest.Facts(f, 2))
		if err := os.WriteFile(path, data, 0o600); err != nil {
			f.Fatal(err)
		}
	}
	return data, k.Trust()
}

func FuzzRead(f *testing.F) {
	data, trust := fuzzSeed(f)
	f.Add(data)
	for _, b := range pdftest.Odd() {
		if len(b) < 10_000 {
			f.Add(b)
		}
	}
	f.Add(pdftest.Plain("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r := verify.Read(b, trust); r.Intact && !bytes.Equal(b, data) {
			t.Fatalf("another file called intact: %+v", r)
		}
	})
}
