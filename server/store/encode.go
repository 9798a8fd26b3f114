package store

import (
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// What a debit run writes by the thousand is encoded by hand: the driver's encoder asks the
// type of every field anew, which costs more than the embedded store needs to keep it. A test
// holds each of these against the driver's.

// encoder writes documents one inside the other.
type encoder struct {
	b    []byte
	open []int32 // where the documents that are not closed begin
}

// document begins a document that stands for itself.
func (e *encoder) document() {
	var at int32
	at, e.b = bsoncore.AppendDocumentStart(e.b)
	e.open = append(e.open, at)
}

// sub begins a document in a field.
func (e *encoder) sub(key string) {
	var at int32
	at, e.b = bsoncore.AppendDocumentElementStart(e.b, key)
	e.open = append(e.open, at)
}

// list begins an array in a field.
func (e *encoder) list(key string) {
	var at int32
	at, e.b = bsoncore.AppendArrayElementStart(e.b, key)
	e.open = append(e.open, at)
}

// end closes the innermost document or array.
func (e *encoder) end() {
	last := len(e.open) - 1
	e.b = append(e.b, 0)
	e.b = bsoncore.UpdateLength(e.b, e.open[last], int32(len(e.b))-e.open[last]) //nolint:gosec // G115: messages stay under 48 MB
	e.open = e.open[:last]
}

func (e *encoder) text(key, v string) { e.b = bsoncore.AppendStringElement(e.b, key, v) }

// some writes a text that is left out when it is empty.
func (e *encoder) some(key, v string) {
	if v != "" {
		e.text(key, v)
	}
}

func (e *encoder) truth(key string, v bool) { e.b = bsoncore.AppendBooleanElement(e.b, key, v) }

func (e *encoder) long(key string, v int64) { e.b = bsoncore.AppendInt64Element(e.b, key, v) }

// whole writes a Go int the way the driver does, in 32 bits when it fits.
func (e *encoder) whole(key string, v int) {
	if int(int32(v)) == v { //nolint:gosec // G115: compared
		e.b = bsoncore.AppendInt32Element(e.b, key, int32(v)) //nolint:gosec // G115: compared
		return
	}
	e.long(key, int64(v))
}

func (e *encoder) time(key string, v time.Time) { e.b = bsoncore.AppendTimeElement(e.b, key, v) }

// later writes a time that is left out when it is zero.
func (e *encoder) later(key string, v time.Time) {
	if !v.IsZero() {
		e.time(key, v)
	}
}

// texts writes an array of texts.
func (e *encoder) texts(key string, list []string) {
	e.list(key)
	for i, v := range list {
		e.text(place(i), v)
	}
	e.end()
}

// place is the name of an array's element.
func place(i int) string {
	if i < len(smallKeys) {
		return smallKeys[i]
	}
	return strconv.Itoa(i)
}

var smallKeys = func() []string {
	keys := make([]string, 2000)
	for i := range keys {
		keys[i] = strconv.Itoa(i)
	}
	return keys
}()
