package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"sync"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"shebao/server/pdf/fonts"
	"shebao/shared/certificate"
)

// stamp is the one pass over the drawn pages: watermark and seal go under the text, the
// fonts get correct character maps, the document its properties and the attached facts.
func (m *Maker) stamp(s *sheet, f certificate.Facts, attached []byte) ([]byte, error) {
	drawn, err := s.finish()
	if err != nil {
		return nil, err
	}
	conf := model.NewDefaultConfiguration()
	conf.WriteObjectStream, conf.WriteXRefStream = false, false // plain objects: the signature is appended to them
	ctx, err := api.ReadContext(bytes.NewReader(drawn.data), conf)
	if err != nil {
		return nil, fmt.Errorf("read pages: %w", err)
	}
	if err := ctx.EnsurePageCount(); err != nil {
		return nil, fmt.Errorf("count pages: %w", err)
	}
	w := stamper{ctx: ctx}
	w.compress()
	w.marks(m, s)
	w.texts(drawn.subsets)
	w.properties(f)
	w.attach(f, attached)
	if w.err != nil {
		return nil, w.err
	}
	var out bytes.Buffer
	if err := api.WriteContext(ctx, &out); err != nil {
		return nil, fmt.Errorf("write: %w", err)
	}
	return out.Bytes(), nil
}

// stamper changes a document in memory; its first error stays.
type stamper struct {
	ctx *model.Context
	err error
}

func (w *stamper) check(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *stamper) object(o types.Object) types.Object {
	ref, err := w.ctx.IndRefForNewObject(o)
	if err != nil {
		w.check(err)
		return nil
	}
	return *ref
}

// stream makes a stream of deflated data.
func stream(d types.Dict, deflated []byte) types.StreamDict {
	size := int64(len(deflated))
	d["Length"], d["Filter"] = types.Integer(size), types.Name("FlateDecode")
	sd := types.NewStreamDict(d, 0, &size, nil, []types.PDFFilter{{Name: "FlateDecode"}})
	sd.Raw = deflated
	return sd
}

// compress deflates what is not: the drawing of each page.
func (w *stamper) compress() {
	for _, entry := range w.ctx.Table {
		sd, ok := entry.Object.(types.StreamDict)
		if ok && sd.Dict["Filter"] == nil {
			entry.Object = stream(sd.Dict, deflate(sd.Raw))
		}
	}
}

// compression costs a third of the default's time and 5 % more bytes.
const compression = 3

// writers saves the large tables that each new compressor makes.
var writers = sync.Pool{New: func() any {
	w, err := zlib.NewWriterLevel(io.Discard, compression)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}}

func deflate(b []byte) []byte {
	var out bytes.Buffer
	w := writers.Get().(*zlib.Writer) //nolint:errcheck,forcetypeassert // the pool holds nothing else
	defer writers.Put(w)
	w.Reset(&out)
	_, _ = w.Write(b) // a bytes.Buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// squeeze deflates as small as it can be, for what is made once.
func squeeze(b []byte) []byte {
	var out bytes.Buffer
	w, err := zlib.NewWriterLevel(&out, zlib.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	_, _ = w.Write(b) // a bytes.Buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// image adds the picture and returns its object.
func (w *stamper) image(m mask) types.Object {
	soft := w.object(stream(types.Dict{
		"Type": types.Name("XObject"), "Subtype": types.Name("Image"), "ColorSpace": types.Name("DeviceGray"),
		"Width": types.Integer(m.width), "Height": types.Integer(m.height), "BitsPerComponent": types.Integer(8),
	}, m.alpha))
	return w.object(stream(types.Dict{
		"Type": types.Name("XObject"), "Subtype": types.Name("Image"), "SMask": soft,
		"ColorSpace": types.Array{types.Name("Indexed"), types.Name("DeviceRGB"), types.Integer(0), types.HexLiteral(fmt.Sprintf("%X", m.colour[:]))},
		"Width":      types.Integer(m.width), "Height": types.Integer(m.height), "BitsPerComponent": types.Integer(8),
	}, m.ground))
}

// marks puts the watermark under every page and the seal under the last one.
func (w *stamper) marks(m *Maker, s *sheet) {
	images := types.Dict{"Seal": w.image(m.seal)}
	under := ""
	if m.options.Watermark != "" {
		images["Mark"] = w.image(m.watermark)
		images["Tiles"] = w.object(stream(types.Dict{
			"Type": types.Name("XObject"), "Subtype": types.Name("Form"),
			"BBox":      types.NewNumberArray(0, 0, pageWidth, 841.89),
			"Resources": types.Dict{"XObject": types.Dict{"Mark": images["Mark"]}, "ExtGState": types.Dict{"Pale": types.Dict{"ca": types.Float(0.11)}}},
		}, deflate([]byte(tiles()))))
		under = "q /Tiles Do Q "
	}
	last := fmt.Sprintf("q %.2f 0 0 %.2f %.2f %.2f cm /Seal Do Q ", s.seal.w, s.seal.h, s.seal.x, 841.89-s.seal.y-s.seal.h)
	everyPage := w.object(stream(types.Dict{}, deflate([]byte(under))))
	lastPage := w.object(stream(types.Dict{}, deflate([]byte(under+last))))
	for n := 1; n <= w.ctx.PageCount && w.err == nil; n++ {
		page, _, attributes, err := w.ctx.PageDict(n, false)
		if err != nil {
			w.check(err)
			return
		}
		first := everyPage
		if n == w.ctx.PageCount {
			first = lastPage
		}
		resources := attributes.Resources.Clone().(types.Dict) //nolint:errcheck,forcetypeassert // a clone has its original's type
		resources["XObject"] = images
		page["Resources"] = resources
		page["Contents"] = types.Array{first, page["Contents"]}
	}
}

func tiles() string {
	out := "/Pale gs "
	for y := pt(-20); y < 842; y += tileHeight {
		for x := pt(-2); x < pageWidth; x += tileWidth {
			out += fmt.Sprintf("q %.0f 0 0 %.0f %.0f %.0f cm /Mark Do Q ", tileWidth, tileHeight, x, y)
		}
	}
	return out
}

// texts replaces the fonts' maps from glyphs to characters: those of the drawing can't
// say characters outside the basic plane and have blocks longer than readers must take.
func (w *stamper) texts(subsets [2]fonts.Subset) {
	for _, entry := range w.ctx.Table {
		d, ok := entry.Object.(types.Dict)
		if !ok || d["ToUnicode"] == nil {
			continue
		}
		base, ok := d["BaseFont"].(types.Name)
		if !ok {
			continue
		}
		for i, name := range fontNames {
			if string(base) == pdfName(name) || string(base) == name {
				d["ToUnicode"] = w.object(stream(types.Dict{}, deflate(toUnicode(subsets[i].Runes))))
			}
		}
	}
}

func (w *stamper) properties(f certificate.Facts) {
	w.check(pdfcpu.PropertiesAdd(w.ctx, map[string]string{
		"Title": "社会保险费缴费证明 " + f.Number, "Author": f.Issuer, "Subject": "证明校验码 " + f.CheckCode.Grouped(),
	}))
	root, err := w.ctx.Catalog()
	if err != nil {
		w.check(err)
		return
	}
	root["Perms"] = w.object(types.Dict{"DocMDP": types.Name(signatureToBe)}) // an object of its own: the signer copies only references
	root[LayoutKey] = types.Integer(LayoutVersion)
	root["Lang"] = types.StringLiteral("zh-CN")
	root["ViewerPreferences"] = types.Dict{"DisplayDocTitle": types.Boolean(true)}
}

func (w *stamper) attach(f certificate.Facts, attached []byte) {
	at := f.IssuedAt
	w.check(w.ctx.AddAttachment(model.Attachment{
		Reader: bytes.NewReader(attached), ID: AttachmentName, FileName: AttachmentName, Desc: "certificate facts", ModTime: &at,
	}, false))
}
