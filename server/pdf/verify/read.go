package verify

import (
	"bytes"
	"errors"
	"regexp"

	"shebao/server/pdf"
	"shebao/server/pdf/keys"
	"shebao/shared/certificate"
)

var encryption = regexp.MustCompile(`/Encrypt\s*(?:\d+\s+\d+\s+R|<<)`)

// Read says what the file itself shows; the register has not been asked, so Current is
// false. It never fails: a file that can't be read has a reason. It may be slow and
// hungry on hostile files.
func Read(data []byte, trust keys.Trust) (report Report) {
	defer func() {
		if p := recover(); p != nil { // a parser's mistake must not look like a valid file
			report = refuse(Unreadable)
		}
	}()
	switch {
	case len(data) > MaxSize:
		return refuse(TooLarge)
	case !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return refuse(Unreadable)
	}
	s := readSignature(data, trust)
	doc, err := open(data)
	if !s.valid && (errors.Is(err, errEncrypted) || encryption.Match(data)) {
		return refuse(Encrypted)
	}
	if err != nil {
		return unparsed(data, s)
	}
	f, attachment := doc.facts(trust)
	r := Report{Genuine: s.ours || attachment == nil, Intact: s.valid}
	if !r.Genuine {
		return refuse(NotOurs)
	}
	r.signatureChanges(data, s)
	if attachment == nil {
		r.Facts = &f
	}
	if s.signed > 0 && s.signed < len(data) { // what was signed still stands at the front
		if original, err := open(data[:s.signed]); err == nil {
			if first, err := original.facts(trust); err == nil {
				if attachment == nil && first.Number != f.Number {
					r.add(AttachmentSwapped, 0)
				}
				f, r.Facts = first, &first
			}
		}
	}
	r.attachmentChanges(attachment)
	if r.Facts != nil && (!s.valid || doc.comparable()) {
		r.pageChanges(doc, f)
	}
	r.Intact = r.Intact && len(r.Changes) == 0
	if !r.Intact {
		r.Reason = Altered
	}
	return r
}

// unparsed is the report of a file that is no readable PDF. If our signature stands in
// it, it once was a certificate.
func unparsed(data []byte, s signature) Report {
	if !s.ours {
		return refuse(Unreadable)
	}
	r := Report{Reason: Altered, Genuine: true}
	r.signatureChanges(data, s)
	return r
}

func (r *Report) signatureChanges(data []byte, s signature) {
	switch {
	case s.valid:
		return
	case s.count == 0:
		r.add(SignatureRemoved, 0)
	case s.count > 1:
		r.add(SecondSignature, 0)
	}
	if s.signed > 0 && s.signed < len(data) {
		r.add(Appended, 0)
	}
	if s.signed == 0 && s.count > 0 {
		if errors.Is(s.cause, errDigest) {
			r.add(BytesChanged, 0)
		} else {
			r.add(SignatureChanged, 0)
		}
	}
	if !bytes.HasSuffix(bytes.TrimRight(data, "\r\n \x00"), []byte("%%EOF")) {
		r.add(CutOff, 0)
	}
}

func (r *Report) attachmentChanges(err error) {
	switch {
	case errors.Is(err, errNoAttachment):
		r.add(AttachmentMissing, 0)
	case err != nil:
		r.add(AttachmentChanged, 0)
	}
}

// pageChanges compares what the pages show with what was signed.
func (r *Report) pageChanges(doc *document, f certificate.Facts) {
	expected := pdf.Texts(f)
	if doc.ctx.PageCount != len(expected) {
		r.add(PageCount, 0)
	}
	if doc.ctx.PageCount > maxPages {
		return
	}
	other := 0
	for i := range min(len(expected), doc.ctx.PageCount) {
		shown, err := doc.pageTexts(i + 1)
		if err != nil || !says(shown, expected[i]) {
			r.add(PageText, i+1)
		}
		if err == nil && len(shown) > 0 && !says(shown, expected[i][:1]) {
			other++
		}
	}
	if other == len(expected) && !r.Has(AttachmentSwapped) { // no page has the attached number
		r.add(AttachmentSwapped, 0)
	}
}
