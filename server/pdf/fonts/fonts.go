package fonts

import (
	"embed"
	"errors"
	"fmt"
	"sync"
)

// dist is filled by `go run ./server/pdf/fontbuild`; it is not in the repository.
//
//go:embed all:dist
var dist embed.FS

// The embedded files.
const (
	RegularFile = "regular.ttf" // every character that can be printed
	BoldFile    = "bold.ttf"    // the form's own words only
)

// ErrNotBuilt says that the program was built without its printing fonts.
var ErrNotBuilt = errors.New("printing fonts are not built in: run go run ./server/pdf/fontbuild")

// Set is the fonts of a document. Several goroutines may use it.
type Set struct {
	Regular []*Font // a character is taken from the first that has it
	Bold    *Font
}

var embedded = sync.OnceValues(func() (Set, error) {
	regular, err := load(RegularFile)
	if err != nil {
		return Set{}, err
	}
	bold, err := load(BoldFile)
	if err != nil {
		return Set{}, err
	}
	return Set{Regular: []*Font{regular}, Bold: bold}, nil
})

func load(name string) (*Font, error) {
	data, err := dist.ReadFile("dist/" + name)
	if err != nil {
		return nil, ErrNotBuilt
	}
	font, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("printing font %s: %w", name, err)
	}
	return font, nil
}

// Embedded returns the built-in fonts, or ErrNotBuilt.
func Embedded() (Set, error) { return embedded() }

// With returns the set with one more font for characters that the others lack, such as
// a deployer's own with rare names.
func (s Set) With(font *Font) Set {
	return Set{Regular: append(append([]*Font(nil), s.Regular...), font), Bold: s.Bold}
}

// Printable returns a *MissingError when a character of the text can't be printed.
func (s Set) Printable(text string) error { return Missing([]rune(text), s.Regular...) }
