package all_test

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"reflect"
	"testing"
	"testing/quick"

	"shebao/app/view/all"
)

// TestStates tries the browser app's way of reading states on all there are.
func TestStates(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for pattern, screen := range all.Screens() {
		t.Run(pattern+" is read as encoding/json reads it", func(t *testing.T) {
			zero, err := screen.Decode([]byte("{}"))
			if err != nil {
				t.Fatal(err)
			}
			for range 30 {
				v, ok := quick.Value(reflect.TypeOf(zero), random)
				if !ok {
					t.Fatalf("%T can't be made up", zero)
				}
				text, err := json.Marshal(v.Interface())
				if err != nil {
					t.Fatal(err)
				}
				want := reflect.New(reflect.TypeOf(zero))
				if err := json.Unmarshal(text, want.Interface()); err != nil {
					t.Fatal(err)
				}
				got, err := screen.Decode(text)
				if err != nil {
					t.Fatalf("%v in %.300s", err, text)
				}
				if !reflect.DeepEqual(got, want.Elem().Interface()) {
					t.Fatalf("read as %.300s\nnot as %.300s", fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want.Elem()))
				}
			}
		})
	}
}

func TestSets(t *testing.T) {
	everything, residents, officers := all.Screens(), all.Residents(), all.Officers()
	if len(residents)+len(officers) != len(everything) || len(residents) == 0 || len(officers) == 0 {
		t.Errorf("%d residents' and %d officers' screens are not all %d", len(residents), len(officers), len(everything))
	}
}
