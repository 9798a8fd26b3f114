package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"shebao/server/pdf"
	"shebao/server/pdf/keys"
	"shebao/shared/certificate"
)

// The limits of reading: a certificate of 1,000 rows stays far below them.
const (
	maxPages  = certificate.MaxRows/pdf.RowsPerPage + 20
	maxDecode = 4 << 20  // bytes of one decoded stream
	maxTotal  = 24 << 20 // bytes of all decoded streams that are looked at
	maxCount  = 20_000   // objects
)

var (
	errEncrypted = errors.New("encrypted")
	errCost      = errors.New("costs too much to read")
)

// document is a parsed file.
type document struct {
	ctx  *model.Context
	left int // bytes that may still be decoded
}

// open parses the file's structure. It validates and optimises nothing: both would
// follow whatever a hostile file refers to.
func open(data []byte) (doc *document, err error) {
	defer recovered(&err)
	api.DisableConfigDir()
	conf := model.NewDefaultConfiguration()
	conf.Cmd = model.LISTATTACHMENTS
	conf.ValidationMode = model.ValidationRelaxed
	conf.Offline = true
	l := &conf.Limits
	l.MaxStreamBytes, l.MaxDecodeBytes = MaxSize, maxDecode
	l.MaxObjectCount, l.MaxObjectStreamCount, l.MaxObjectStreamFirst = maxCount, maxCount, MaxSize
	ctx, err := api.ReadContext(bytes.NewReader(data), conf)
	if errors.Is(err, pdfcpu.ErrEncrypted) || ctx != nil && ctx.Encrypt != nil {
		return nil, errEncrypted
	}
	if err != nil {
		return nil, fmt.Errorf("read PDF: %w", err)
	}
	if len(ctx.Table) > maxCount {
		return nil, errCost
	}
	if ctx.Root == nil {
		return nil, errors.New("no catalog")
	}
	if err := ctx.EnsurePageCount(); err != nil {
		return nil, fmt.Errorf("count pages: %w", err)
	}
	return &document{ctx: ctx, left: maxTotal}, nil
}

// recovered turns a parser's panic on a hostile file into an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("parser gave up: %v", p)
	}
}

// comparable tells whether the document was laid out as pdf.Texts says.
func (d *document) comparable() bool {
	version, ok := d.ctx.RootDict[pdf.LayoutKey].(types.Integer)
	return ok && version == pdf.LayoutVersion
}

// decode is a stream's content within the limits.
func (d *document) decode(o types.Object) ([]byte, error) {
	sd, _, err := d.ctx.DereferenceStreamDict(o)
	if err != nil {
		return nil, err
	}
	if sd == nil {
		return nil, errors.New("no stream")
	}
	if err := sd.DecodeWithLimit(int64(min(maxDecode, d.left))); err != nil {
		return nil, err
	}
	if d.left -= len(sd.Content); d.left <= 0 {
		return nil, errCost
	}
	return sd.Content, nil
}

// Attachment states.
var (
	errNoAttachment      = errors.New("no attachment")
	errAttachmentChanged = errors.New("attachment changed")
)

// facts reads the attached facts, which must be signed by a trusted key.
func (d *document) facts(trust keys.Trust) (f certificate.Facts, err error) {
	defer recovered(&err)
	files, err := d.path(types.Dict{"Root": *d.ctx.Root}, "Root", "Names", "EmbeddedFiles")
	if err != nil {
		return f, errNoAttachment
	}
	names, err := d.ctx.DereferenceArray(files["Names"])
	if err != nil || len(names) != 2 || files["Kids"] != nil { // one file, as we attach it
		return f, errNoAttachment
	}
	parts, err := d.path(types.Dict{"File": names[1]}, "File", "EF")
	if err != nil {
		return f, errNoAttachment
	}
	data, err := d.decode(parts["F"])
	if err != nil || parts["UF"] != parts["F"] { // two contents would be for two kinds of readers
		return f, errAttachmentChanged
	}
	return readAttachment(data, trust)
}

// path follows the keys from dictionary to dictionary.
func (d *document) path(from types.Dict, keys ...string) (types.Dict, error) {
	for _, key := range keys {
		next, err := d.ctx.DereferenceDict(from[key])
		if err != nil {
			return nil, err
		}
		if next == nil {
			return nil, errors.New("no dictionary " + key)
		}
		from = next
	}
	return from, nil
}

func readAttachment(data []byte, trust keys.Trust) (f certificate.Facts, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var a pdf.Attachment
	if decoder.Decode(&a) != nil {
		return f, errAttachmentChanged
	}
	leaf := trust.Find(a.Key)
	if leaf == nil || keys.Check(leaf, pdf.AttachmentMessage(a.Facts), a.Signature) != nil {
		return f, errAttachmentChanged
	}
	f, err = certificate.ParseCanonical(a.Facts)
	if err != nil {
		return f, errAttachmentChanged
	}
	return f, nil
}
