package localmongo

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// The limits that hello announces and that the reader enforces, in bytes and documents.
const (
	maxMessage    = 48000000
	maxWriteBatch = 100000
)

// Opcodes of the wire protocol.
const (
	opReply uint32 = 1
	opQuery uint32 = 2004
	opMsg   uint32 = 2013
)

// Flags of OP_MSG.
const (
	flagChecksum   uint32 = 1 << 0
	flagMoreToCome uint32 = 1 << 1
	flagsRequired  uint32 = 0xffff // of these only the two above are known
)

const headerSize = 16

// message is a request. Its slices point into the connection's buffer: it is valid until the next read.
type message struct {
	id        uint32
	op        uint32
	body      raw
	sequences []sequence
	quiet     bool   // the client wants no answer
	legacyNS  string // of OP_QUERY
}

// sequence is a list of documents beside the body of an OP_MSG.
type sequence struct {
	name string
	docs []raw
}

var errWire = errors.New("malformed message")

// readMessage reads one request; buf is grown as the bytes arrive, so that a length alone takes no memory.
func readMessage(r *bufio.Reader, buf []byte) (message, []byte, error) {
	var h [headerSize]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return message{}, buf, err //nolint:wrapcheck // the end of a connection
	}
	size := binary.LittleEndian.Uint32(h[:])
	if size < headerSize || size > maxMessage {
		return message{}, buf, fmt.Errorf("%w: %d bytes", errWire, size)
	}
	n := int(size) - headerSize
	buf = buf[:0]
	for len(buf) < n {
		step := min(n-len(buf), max(64<<10, len(buf)))
		at := len(buf)
		buf = append(buf, make([]byte, step)...)
		if _, err := io.ReadFull(r, buf[at:]); err != nil {
			return message{}, buf, fmt.Errorf("read message: %w", err)
		}
	}
	m, err := parseMessage(h, buf)
	return m, buf, err
}

// parseMessage takes a whole message apart and checks every document of it.
func parseMessage(h [headerSize]byte, b []byte) (message, error) {
	m := message{id: binary.LittleEndian.Uint32(h[4:]), op: binary.LittleEndian.Uint32(h[12:])}
	var err error
	switch m.op {
	case opMsg:
		err = m.parseMsg(h, b)
	case opQuery:
		err = m.parseQuery(b)
	default:
		err = fmt.Errorf("%w: opcode %d", errWire, m.op)
	}
	return m, err
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (m *message) parseMsg(h [headerSize]byte, b []byte) error {
	if len(b) < 4 {
		return errWire
	}
	flags := binary.LittleEndian.Uint32(b)
	if flags&flagsRequired&^(flagChecksum|flagMoreToCome) != 0 {
		return fmt.Errorf("%w: unknown flags %#x", errWire, flags)
	}
	m.quiet = flags&flagMoreToCome != 0
	p := b[4:]
	if flags&flagChecksum != 0 {
		if len(p) < 4 {
			return errWire
		}
		end := len(b) - 4
		sum := crc32.Update(crc32.Checksum(h[:], castagnoli), castagnoli, b[:end])
		if sum != binary.LittleEndian.Uint32(b[end:]) {
			return fmt.Errorf("%w: wrong checksum", errWire)
		}
		p = p[:len(p)-4]
	}
	for len(p) > 0 {
		n, ok := length(p[1:])
		if !ok || n < 5 || n > len(p)-1 {
			return errWire
		}
		section := p[1 : 1+n]
		switch p[0] {
		case 0:
			if m.body != nil {
				return fmt.Errorf("%w: two bodies", errWire)
			}
			m.body = section
		case 1:
			if err := m.parseSequence(section[4:]); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%w: section kind %d", errWire, p[0])
		}
		p = p[1+n:]
	}
	if m.body == nil {
		return fmt.Errorf("%w: no body", errWire)
	}
	return nil
}

func (m *message) parseSequence(b []byte) error {
	z := bytes.IndexByte(b, 0)
	if z < 0 {
		return errWire
	}
	s := sequence{name: string(b[:z])}
	for b = b[z+1:]; len(b) > 0; {
		n, ok := length(b)
		if !ok || n < 5 || n > len(b) {
			return errWire
		}
		s.docs = append(s.docs, b[:n])
		b = b[n:]
	}
	m.sequences = append(m.sequences, s)
	return nil
}

func (m *message) parseQuery(b []byte) error {
	if len(b) < 4 {
		return errWire
	}
	z := bytes.IndexByte(b[4:], 0)
	if z < 0 || len(b) < 4+z+1+8+5 {
		return errWire
	}
	m.legacyNS = string(b[4 : 4+z])
	doc := b[4+z+1+8:]
	n, ok := length(doc)
	if !ok || n < 5 || n > len(doc) {
		return errWire
	}
	m.body = doc[:n]
	if !strings.HasSuffix(m.legacyNS, ".$cmd") {
		return fmt.Errorf("%w: OP_QUERY is for the handshake only", errWire)
	}
	return nil
}

// appendReply appends the answer to m.
func appendReply(b []byte, m message, answer raw, id uint32) []byte {
	at := len(b)
	b = binary.LittleEndian.AppendUint32(b, 0)
	b = binary.LittleEndian.AppendUint32(b, id)
	b = binary.LittleEndian.AppendUint32(b, m.id)
	if m.op == opQuery {
		b = binary.LittleEndian.AppendUint32(b, opReply)
		b = binary.LittleEndian.AppendUint32(b, 8) // await capable
		b = binary.LittleEndian.AppendUint64(b, 0) // no cursor
		b = binary.LittleEndian.AppendUint32(b, 0)
		b = binary.LittleEndian.AppendUint32(b, 1)
	} else {
		b = binary.LittleEndian.AppendUint32(b, opMsg)
		b = binary.LittleEndian.AppendUint32(b, 0)
		b = append(b, 0)
	}
	b = append(b, answer...)
	binary.LittleEndian.PutUint32(b[at:], uint32(len(b)-at)) //nolint:gosec // G115: answers stay under 48 MB
	return b
}
