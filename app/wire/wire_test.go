package wire_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"shebao/app/wire"
	"shebao/shared/page"
)

type leaf struct {
	Name string `json:"name"`
	N    int8   `json:"n,omitempty"`
}

type tree struct {
	Text  string    `json:"text"`
	On    bool      `json:"on"`
	Sum   int64     `json:"sum"`
	One   *leaf     `json:"one,omitempty"`
	Many  []leaf    `json:"many"`
	Cells [][]leaf  `json:"cells"`
	Raw   page.JSON `json:"raw"`
}

// texts are read by both; where encoding/json refuses one, so must we.
var texts = []string{
	`{}`, `null`, ` { "text" : "a" , "on" : true } `, `{"text":"欧阳𠮷 <b>"}`, `{"text":"\ud842\udfb7\u0001\/\b\f\n\r\t\"\\"}`,
	`{"text":"\ud842"}`, `{"text":"\ud842\u0041"}`, `{"text":"\udfb7x"}`, `{"sum":-9223372036854775808}`, `{"sum":9223372036854775808}`,
	`{"sum":1.5}`, `{"sum":1e3}`, `{"sum":01}`, `{"sum":-}`, `{"sum":"1"}`, `{"one":{"n":127}}`, `{"one":{"n":128}}`, `{"one":null,"many":null}`,
	`{"many":[{"name":"a"},{"n":2},null]}`, `{"many":[]}`, `{"cells":[[{"n":1}],[],null]}`, `{"raw":{"a":[1,"x]",{"b":null}]}}`, `{"raw":"x"}`,
	`{"other":{"deep":[[[{}]]],"s":"\"}"},"text":"b"}`, `{"text":"a"`, `{"text":"a}`, `{"text":"a\`, `{"text":"\u12"}`, `{"text":"\x"}`,
	"{\"text\":\"a\nb\"}", `{"text":"a"}}`, `{"text":"a"},`, `{"text" "a"}`, `{"text":tru}`, `{"on":tru}`, `[]`, ``, `{"many":[1]}`, `{"many":[{}`,
	`{,}`, `{"many":[,]}`, `{"raw":[1,]}`, `{"raw":01}`, `{"raw":}`, `{"TEXT":1}`,
}

func TestDecode(t *testing.T) {
	for _, text := range texts {
		t.Run(text, func(t *testing.T) { same(t, text) })
	}
	t.Run("nesting that would use up the stack is refused", func(t *testing.T) {
		var got tree
		if err := wire.Decode([]byte(`{"x":`+strings.Repeat("[", 1e6)), &got); !errors.Is(err, wire.ErrForm) {
			t.Errorf("got %v", err)
		}
	})
}

// same compares with encoding/json. Names are compared as they are written there too
// broadly: it takes TEXT for text, which no server of ours sends.
func same(t *testing.T, text string) {
	t.Helper()
	var got, want tree
	gotErr, wantErr := wire.Decode([]byte(text), &got), json.Unmarshal([]byte(text), &want)
	if strings.Contains(text, "TEXT") {
		return
	}
	if (gotErr == nil) != (wantErr == nil) {
		t.Fatalf("%q: error %v, not %v", text, gotErr, wantErr)
	}
	if gotErr != nil {
		if !errors.Is(gotErr, wire.ErrForm) {
			t.Errorf("%q: error %v is not ErrForm", text, gotErr)
		}
		return
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q: got %+v, not %+v", text, got, want)
	}
}

// FuzzDecode: whatever comes, nothing panics, and what is read is what encoding/json reads.
func FuzzDecode(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got, want tree
		if wire.Decode([]byte(text), &got) != nil {
			return
		}
		back, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if json.Unmarshal(back, &want) != nil || !reflect.DeepEqual(norm(got), norm(want)) {
			t.Errorf("%q was read as %+v; written and read again it is %+v", text, got, want)
		}
	})
}

// norm forgets how raw texts are spaced.
func norm(t tree) tree {
	t.Raw = nil
	return t
}

// BenchmarkDecode reads a page's worth of state, beside encoding/json.
func BenchmarkDecode(b *testing.B) {
	text := []byte(`{"text":"社保费办理","many":[` + strings.Repeat(`{"name":"城乡居民养老","n":3},`, 60) + `{}]}`)
	b.Run("wire", func(b *testing.B) {
		for b.Loop() {
			var v tree
			_ = wire.Decode(text, &v)
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		for b.Loop() {
			var v tree
			_ = json.Unmarshal(text, &v)
		}
	})
}
