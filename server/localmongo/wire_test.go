package localmongo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
)

// talk sends bytes to a server and returns the first document of the answer; it is nil when the connection was closed.
func talk(t *testing.T, s *Server, b []byte) raw {
	t.Helper()
	conn, err := s.Dialer().DialContext(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(b); err != nil {
		t.Fatal(err)
	}
	m, _, err := readAnswer(conn)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func readAnswer(r io.Reader) (raw, uint32, error) {
	h := make([]byte, headerSize)
	if _, err := io.ReadFull(r, h); err != nil {
		return nil, 0, err
	}
	b := make([]byte, binary.LittleEndian.Uint32(h)-headerSize)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, 0, err
	}
	skip := 5
	if binary.LittleEndian.Uint32(h[12:]) == opReply {
		skip = 20
	}
	return b[skip:], binary.LittleEndian.Uint32(h[8:]), nil
}

func TestWire(t *testing.T) {
	s := open(t, Options{})
	ping := bson.D{{Key: "ping", Value: int32(1)}, {Key: "$db", Value: "admin"}}
	insert := bson.D{{Key: "insert", Value: "c"}, {Key: "$db", Value: "d"}}
	doc := bson.D{{Key: "_id", Value: "x"}}
	n := func(answer raw, key string) int64 {
		f, ok := lookup(answer, key)
		if !ok {
			return -1
		}
		v, err := f.integer()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	t.Run("a checksum is verified", func(t *testing.T) {
		b := opMsgBytes(flagChecksum, ping, "")
		if n(talk(t, s, b), "ok") != 1 {
			t.Error("a right one is refused")
		}
		b[len(b)-1] ^= 1
		if talk(t, s, b) != nil {
			t.Error("a wrong one is taken")
		}
	})
	t.Run("documents may come beside the body", func(t *testing.T) {
		if a := talk(t, s, opMsgBytes(0, insert, "documents", doc, bson.D{{Key: "_id", Value: "y"}})); n(a, "n") != 2 {
			t.Error(bson.Raw(a))
		}
	})
	t.Run("a message that wants no answer gets none", func(t *testing.T) {
		b := opMsgBytes(flagMoreToCome, insert, "documents", bson.D{{Key: "_id", Value: "quiet"}})
		count := opMsgBytes(0, bson.D{{Key: "count", Value: "c"}, {Key: "query", Value: bson.D{{Key: "_id", Value: "quiet"}}}, {Key: "$db", Value: "d"}}, "")
		if a := talk(t, s, append(b, count...)); n(a, "n") != 1 {
			t.Error(bson.Raw(a))
		}
	})
	t.Run("the old handshake is answered", func(t *testing.T) {
		q := make([]byte, headerSize, 128)
		binary.LittleEndian.PutUint32(q[12:], opQuery)
		q = append(binary.LittleEndian.AppendUint32(q, 0), "admin.$cmd\x00\x00\x00\x00\x00\xff\xff\xff\xff"...)
		ask := func(name string) raw {
			b := append(bytes.Clone(q), mustEncode(bson.D{{Key: name, Value: int32(1)}})...)
			binary.LittleEndian.PutUint32(b, uint32(len(b)))
			return talk(t, s, b)
		}
		if a := ask("isMaster"); n(a, "maxWireVersion") != 21 {
			t.Error(bson.Raw(a))
		}
		if a := ask("ping"); n(a, "code") != int64(codeUnsupportedOpQuery) {
			t.Error(bson.Raw(a))
		}
	})
	t.Run("an unknown opcode or flag closes the connection", func(t *testing.T) {
		b := opMsgBytes(0, ping, "")
		binary.LittleEndian.PutUint32(b[12:], 2012)
		if talk(t, s, b) != nil || talk(t, s, opMsgBytes(1<<5, ping, "")) != nil {
			t.Error("answered")
		}
	})
	t.Run("a length beyond the limit closes the connection at once", func(t *testing.T) {
		b := opMsgBytes(0, ping, "")
		binary.LittleEndian.PutUint32(b, maxMessage+1)
		if talk(t, s, b) != nil {
			t.Error("answered")
		}
	})
	t.Run("a length alone takes no memory", func(t *testing.T) {
		h := make([]byte, headerSize)
		binary.LittleEndian.PutUint32(h, maxMessage)
		_, buf, err := readMessage(bufio.NewReader(bytes.NewReader(h)), nil)
		if err == nil || cap(buf) > 1<<20 {
			t.Errorf("%d bytes, %v", cap(buf), err)
		}
	})
	t.Run("a deep document is refused", func(t *testing.T) {
		d := bson.D{}
		for range 200 {
			d = bson.D{{Key: "d", Value: d}}
		}
		if a := talk(t, s, opMsgBytes(0, insert, "documents", d)); n(a, "code") != int64(codeOverflow) {
			t.Error(bson.Raw(a))
		}
	})
	t.Run("documents in a list of another name are refused", func(t *testing.T) {
		if a := talk(t, s, opMsgBytes(0, ping, "documents", doc)); n(a, "code") != int64(codeUnknownField) {
			t.Error(bson.Raw(a))
		}
	})
}

func TestPipe(t *testing.T) {
	t.Run("bytes arrive in order through a full buffer", func(t *testing.T) {
		a, b := newPipe()
		sent := bytes.Repeat([]byte("0123456789abcdef"), pipeBuffer/8)
		go func() {
			_, _ = a.Write(sent)
			_ = a.Close()
		}()
		if got, err := io.ReadAll(b); err != nil || !bytes.Equal(got, sent) {
			t.Fatalf("%d bytes of %d, %v", len(got), len(sent), err)
		}
	})
	t.Run("a deadline ends waiting, and can be moved", func(t *testing.T) {
		a, _ := newPipe()
		if err := a.SetReadDeadline(time.Now().Add(5 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
		var timeout net.Error
		if _, err := a.Read(make([]byte, 1)); !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Fatal(err)
		}
		if err := a.SetWriteDeadline(time.Now().Add(-time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
		if err := a.SetDeadline(time.Time{}); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("a given-up context ends a command", func(t *testing.T) {
		s, c := start(t, Options{})
		fill(t, c, 10)
		release := make(chan struct{})
		go func() {
			_ = s.write(func(*txn) error {
				<-release
				return nil
			})
		}()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		_, err := c.InsertOne(ctx, bson.D{{Key: "_id", Value: "late"}})
		close(release)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v", err)
		}
	})
}
