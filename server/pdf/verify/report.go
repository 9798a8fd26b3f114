// Package verify reads a PDF that somebody presents as a certificate and says what is
// wrong with it. It trusts nothing in the file, but it does not limit what reading may
// cost: files of strangers go through the sandbox package.
package verify

import (
	"strconv"

	"shebao/shared/certificate"
)

// MaxSize is the largest file that is read, bytes.
const MaxSize = 1 << 20

// Reason is why a file is not a valid certificate; Valid when it is one.
type Reason string

// The reasons, worst first.
const (
	Valid      Reason = ""
	TooLarge   Reason = "too_large"  // over MaxSize; not looked at
	Encrypted  Reason = "encrypted"  // not ours: we encrypt nothing
	Unreadable Reason = "unreadable" // no PDF, a broken one, or one that costs too much to read
	NotOurs    Reason = "not_ours"   // nothing in it was signed by us
	Altered    Reason = "altered"    // signed by us and changed since
	NoRecord   Reason = "no_record"  // as signed, but unknown to the register
	Withdrawn  Reason = "withdrawn"  // as signed, and withdrawn since
	Reissued   Reason = "reissued"   // as signed, but a later edition replaces it
	Outdated   Reason = "outdated"   // as signed, but not what the register holds of this edition
)

// Message is the reason in people's words.
func (r Reason) Message() string {
	switch r {
	case Valid:
		return "真实签发，内容与签发时一致"
	case TooLarge:
		return "文件超过 1 MB，本系统签发的证明不会这么大"
	case Encrypted:
		return "文件已加密，本系统签发的证明不加密"
	case Unreadable:
		return "文件不是可读取的 PDF，或者已经损坏"
	case NotOurs:
		return "文件不是本系统签发的证明"
	case Altered:
		return "文件在签发之后被改动过"
	case NoRecord:
		return "没有找到这份证明的签发记录"
	case Withdrawn:
		return "证明已失效，不能再使用"
	case Reissued:
		return "证明已重新开具，请使用新的一份"
	case Outdated:
		return "证明不是现行的一份"
	}
	return string(r)
}

// Change is one thing found changed in a file.
type Change struct {
	Kind ChangeKind `json:"kind"`
	Page int        `json:"page,omitempty"` // from 1; 0 when it is about the whole file
}

// ChangeKind says what was changed.
type ChangeKind string

// The kinds of change.
const (
	CutOff            ChangeKind = "cut_off"            // the end is missing
	BytesChanged      ChangeKind = "bytes_changed"      // the signed bytes are no longer those signed
	Appended          ChangeKind = "appended"           // something follows the signed bytes
	SignatureChanged  ChangeKind = "signature_changed"  // the signature itself is damaged or dressed up
	SignatureRemoved  ChangeKind = "signature_removed"  // written anew without the signature
	SecondSignature   ChangeKind = "second_signature"   // somebody signed again
	PageText          ChangeKind = "page_text"          // the page does not say what the certificate was issued with
	PageCount         ChangeKind = "page_count"         // pages are missing or added
	AttachmentMissing ChangeKind = "attachment_missing" // the attached facts are gone or doubled
	AttachmentChanged ChangeKind = "attachment_changed" // the attached facts are not as signed
	AttachmentSwapped ChangeKind = "attachment_swapped" // the attached facts are genuine and another certificate's
)

// Message is the kind of change in people's words.
func (k ChangeKind) Message() string {
	switch k {
	case CutOff:
		return "文件不完整，末尾缺失"
	case BytesChanged:
		return "文件内容与签名不符"
	case Appended:
		return "签名之后追加了内容"
	case SignatureChanged:
		return "数字签名被改动"
	case SignatureRemoved:
		return "数字签名已不存在，文件被重新保存过"
	case SecondSignature:
		return "文件中有其他签名"
	case PageText:
		return "页面文字与签发的内容不一致"
	case PageCount:
		return "页数与签发的不一致"
	case AttachmentMissing:
		return "缺少签发时所附的数据"
	case AttachmentChanged:
		return "所附的数据被改动"
	case AttachmentSwapped:
		return "所附的数据属于另一份证明"
	}
	return string(k)
}

// Report is what is known of a file after reading it.
type Report struct {
	Reason  Reason             `json:"reason"`            // Valid or the worst thing found
	Intact  bool               `json:"intact"`            // 内容完整: every byte is as signed
	Genuine bool               `json:"genuine"`           // 真实签发: signed by us, whatever happened since
	Current bool               `json:"current"`           // 状态有效: the register has it so; false until Verify asked
	Cause   certificate.Cause  `json:"cause,omitempty"`   // why it was withdrawn
	Changes []Change           `json:"changes,omitempty"` // each change found
	Facts   *certificate.Facts `json:"facts,omitempty"`   // what we signed, only ever from our own signature
}

// Lines are the report in people's words, one finding a line.
func (r Report) Lines() []string {
	lines := []string{r.Standing()}
	for _, c := range r.Changes {
		line := c.Kind.Message()
		if c.Page > 0 {
			line = "第 " + strconv.Itoa(c.Page) + " 页：" + line
		}
		lines = append(lines, line)
	}
	return lines
}

// Standing is the reason in people's words, for a withdrawn one with its cause.
func (r Report) Standing() string {
	if r.Cause == "" {
		return r.Reason.Message()
	}
	return r.Reason.Message() + "：" + r.Cause.Label()
}

func refuse(r Reason) Report { return Report{Reason: r} }

func (r *Report) add(k ChangeKind, page int) {
	r.Changes = append(r.Changes, Change{Kind: k, Page: page})
}

// Has tells whether the kind of change was found.
func (r Report) Has(k ChangeKind) bool {
	for _, c := range r.Changes {
		if c.Kind == k {
			return true
		}
	}
	return false
}
