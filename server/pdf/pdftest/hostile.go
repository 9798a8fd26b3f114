package pdftest

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
)

// Plain is a PDF of the given objects, the first being the catalog.
func Plain(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f\r\n", len(objects)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n\r\n", a)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return b.Bytes()
}

func deflated(tb testing.TB, b []byte) string {
	tb.Helper()
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.String()
}

// StreamObject is a stream with more entries in its dictionary.
func StreamObject(dict, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(data), data)
}

// bomb is a page whose content is deflated twice: 900 MB out of a few KB.
func bomb(tb testing.TB) []byte {
	tb.Helper()
	once := deflated(tb, make([]byte, 300<<20))
	return Plain("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
		StreamObject("/Filter[/FlateDecode/FlateDecode]", deflated(tb, []byte(once))))
}

// objectStreamBomb hides its objects in an object stream that inflates without end.
func objectStreamBomb(tb testing.TB) []byte {
	tb.Helper()
	head := "%PDF-1.7\n"
	object := "1 0 obj\n" + StreamObject("/Type/ObjStm/N 1/First 6/Filter/FlateDecode", deflated(tb, append([]byte("2 0   <<>>"), make([]byte, 600<<20)...))) + "\nendobj\n"
	entries := "\x02\x00\x01\x00" + "\x01\x00\x09\x00" + "\x02\x00\x01\x00"
	xref := len(head) + len(object)
	return []byte(head + object + "3 0 obj\n" + StreamObject("/Type/XRef/Size 3/W[1 2 1]/Root 2 0 R", entries) + "\nendobj\nstartxref\n" + fmt.Sprint(xref) + "\n%%EOF\n")
}

// xrefBomb claims two billion objects, and its tables refer to themselves.
func xrefBomb() []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 1>>\nendobj\nxref\n0 2000000000\n0000000000 65535 f\r\n0000000009 00000 n\r\ntrailer\n<</Size 2000000000/Root 1 0 R/Prev 79>>\nstartxref\n79\n%%EOF\n")
}

func manyPages() []byte {
	kids := strings.Repeat("3 0 R ", 100_000)
	return Plain("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids["+kids+"]/Count 100000>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")
}

// deep is an array in an array in an array….
func deep() []byte {
	return Plain("<</Type/Catalog/Pages 2 0 R/X "+strings.Repeat("[", 300_000)+strings.Repeat("]", 300_000)+">>", "<</Type/Pages/Kids[]/Count 0>>")
}

// pageLoop is a page tree that is its own child.
func pageLoop() []byte {
	return Plain("<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 3 0 R>>>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>", "<</Kids[3 0 R 3 0 R]>>")
}

// Encrypted is the document with a password.
func Encrypted(tb testing.TB, data []byte) []byte {
	tb.Helper()
	api.DisableConfigDir()
	var out bytes.Buffer
	if err := api.Encrypt(bytes.NewReader(data), &out, model.NewAESConfiguration("secret", "owner", 256)); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// Hostile are files that cost a careless reader much; none is a certificate.
func Hostile(tb testing.TB) map[string][]byte {
	tb.Helper()
	all := Odd()
	all["a_deflate_bomb"] = bomb(tb)
	all["an_object_stream_bomb"] = objectStreamBomb(tb)
	return all
}

// Odd are those of the hostile files that are quickly made.
func Odd() map[string][]byte {
	return map[string][]byte{
		"an_xref_bomb":             xrefBomb(),
		"a_hundred_thousand_pages": manyPages(),
		"deep_nesting":             deep(),
		"a_page_tree_in_a_circle":  pageLoop(),
		"html_named_pdf":           []byte("<!doctype html><title>%PDF-1.7</title>"),
		"nothing":                  nil,
		"a_header_only":            []byte("%PDF-1.7\n"),
		"zeros":                    make([]byte, 1<<20),
		"brackets":                 []byte("%PDF-1.7\n" + strings.Repeat("<<", 400_000)),
	}
}
