package bankapi

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"shebao/shared/money"
)

// A file is UTF-8 text of lines that end in LF, fields divided by "|": one header
// "H|kind|…|count|total", details "D|…", one trailer "T|count|total|digest". The
// digest is SHA-256 in hex over everything before the trailer line; amounts are fen.
const (
	batchKind     = "DB1"
	resultKind    = "DR1"
	statementKind = "ST1"

	// MaxFile is the size in bytes above which a file is refused unread.
	MaxFile = 4 << 20
)

// file is the checked frame of a file: header fields after the kind and before
// the count, and the details' fields after "D".
type file struct {
	head  []string
	rows  [][]string
	total money.Fen
}

func encodeFile(kind string, f file) string {
	var b strings.Builder
	tail := strconv.Itoa(len(f.rows)) + "|" + fen(f.total)
	b.WriteString("H|" + kind + "|" + strings.Join(f.head, "|") + "|" + tail + "\n")
	for _, r := range f.rows {
		b.WriteString("D|" + strings.Join(r, "|") + "\n")
	}
	sum := sha256.Sum256([]byte(b.String()))
	b.WriteString("T|" + tail + "|" + hex.EncodeToString(sum[:]) + "\n")
	return b.String()
}

// FileDigest is the digest in the trailer of a file that Parse… accepted.
func FileDigest(text string) string {
	text = strings.TrimSuffix(text, "\n")
	return text[strings.LastIndexByte(text, '|')+1:]
}

// decodeFile checks the frame: kind, digest, counts and totals of header and
// trailer, and the number of fields of header (after the kind) and details.
func decodeFile(kind, text string, heads, fields int) (file, error) {
	var f file
	if len(text) > MaxFile {
		return f, &FileError{BadLength, 0, "file too long"}
	}
	if !strings.HasSuffix(text, "\n") || strings.ContainsAny(text, "\r\x00") {
		return f, &FileError{BadFile, 0, "not lines"}
	}
	lines := strings.Split(text[:len(text)-1], "\n")
	last := len(lines) - 1
	head := strings.Split(lines[0], "|")
	tail := strings.Split(lines[last], "|")
	switch {
	case last < 1, head[0] != "H", len(head) != heads+4, head[1] != kind:
		return f, &FileError{BadFile, 1, "no header"}
	case tail[0] != "T", len(tail) != 4:
		return f, &FileError{BadFile, last + 1, "no trailer"}
	}
	sum := sha256.Sum256([]byte(text[:len(text)-1-len(lines[last])]))
	if tail[3] != hex.EncodeToString(sum[:]) {
		return f, &FileError{BadFile, last + 1, "wrong digest"}
	}
	count, ok := number(tail[1])
	total, ok2 := number(tail[2])
	if !ok || !ok2 {
		return f, &FileError{BadFile, last + 1, "no trailer"}
	}
	if head[heads+2] != tail[1] || head[heads+3] != tail[2] || count != int64(last-1) {
		return f, &FileError{BadLength, last + 1, "count or total of header, details and trailer differ"}
	}
	f = file{head: head[2 : heads+2], total: money.Fen(total)}
	for i, line := range lines[1:last] {
		row := strings.Split(line, "|")
		if row[0] != "D" || len(row) != fields+1 {
			return file{}, &FileError{BadRecord, i + 2, "number of fields"}
		}
		f.rows = append(f.rows, row[1:])
	}
	return f, nil
}

// number reads a plain non-negative decimal as our own encoder writes it.
func number(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0 && strconv.FormatInt(n, 10) == s
}

func fen(f money.Fen) string { return strconv.FormatInt(int64(f), 10) }

const stamp = "2006-01-02T15:04:05.000000Z07:00"

func at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(stamp)
}

func parseAt(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, true
	}
	t, err := time.Parse(stamp, s)
	if err != nil || at(t) != s {
		return time.Time{}, false
	}
	return t.UTC(), true
}
