package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"strconv"

	"shebao/server/pdf/keys"
)

// signature is what the bytes of a file say about its signatures, before anything is
// parsed as PDF.
type signature struct {
	count  int  // signature dictionaries in plain sight
	ours   bool // one of our certificates stands in one of them
	valid  bool // exactly one, ours, over the whole file
	signed int  // bytes that our signature covers, with itself; 0 if it covers nothing validly
	cause  error
}

var byteRange = regexp.MustCompile(`/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]`)

// readSignature looks for signatures. The rule: one signature; its ranges begin at 0,
// end at the file's end, and leave out the signature value and nothing else.
func readSignature(data []byte, trust keys.Trust) signature {
	var s signature
	for _, m := range byteRange.FindAllSubmatch(data, -1) {
		s.count++
		var r [4]int
		for i := range r {
			r[i], _ = strconv.Atoi(string(m[i+1])) // ten digits always fit
		}
		gap, value := contents(data, r)
		if gap == nil {
			continue
		}
		for _, leaf := range trust.Leaves {
			s.ours = s.ours || bytes.Contains(value, leaf.Raw)
		}
		end := r[2] + r[3]
		h := sha256.New()
		h.Write(data[:r[1]])
		h.Write(data[r[2]:end])
		var digest [sha256.Size]byte
		h.Sum(digest[:0])
		err := checkValue(gap, value, digest, trust)
		if s.cause == nil || errors.Is(err, errDigest) {
			s.cause = err
		}
		if err == nil {
			s.signed, s.ours = end, true
		}
	}
	s.valid = s.count == 1 && s.signed == len(data)
	return s
}

// contents is the hexadecimal signature value in the gap between the two ranges, with
// its brackets, and the bytes it stands for; nil when the gap is anything else.
func contents(data []byte, r [4]int) (gap, value []byte) {
	start, end := r[1], r[2]
	if r[0] != 0 || start < len("/Contents") || start >= end || end > len(data) || r[3] > len(data)-end ||
		!bytes.HasSuffix(data[:start], []byte("/Contents")) {
		return nil, nil
	}
	gap = data[start:end]
	if gap[0] != '<' || gap[len(gap)-1] != '>' {
		return nil, nil
	}
	value = make([]byte, hex.DecodedLen(len(gap)-2))
	n, err := hex.Decode(value, gap[1:len(gap)-1])
	if err != nil {
		value = value[:n] // a damaged value may still show whose it was
	}
	return gap, value
}

func checkValue(gap, value []byte, digest [sha256.Size]byte, trust keys.Trust) error {
	if hex.EncodeToString(value) != string(gap[1:len(gap)-1]) { // the other case says the same and is a change
		return errSignature
	}
	if len(value) < 4 || value[0] != 0x30 || value[1] != 0x82 {
		return errSignature
	}
	size := 4 + int(value[2])<<8 + int(value[3])
	if size > len(value) || len(bytes.Trim(value[size:], "\x00")) != 0 {
		return errSignature
	}
	return checkCMS(value[:size], digest, trust)
}
