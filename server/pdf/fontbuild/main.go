// Command fontbuild makes the printing fonts of certificates, server/pdf/fonts/dist,
// out of the Noto Serif fonts that web/package.json pins. Run it in the module's root,
// after `npm ci` in web.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"unicode"

	"shebao/server/pdf/fonts"
)

const (
	modules = "web/node_modules/@expo-google-fonts"
	target  = "server/pdf/fonts/dist"
)

// The first has all of GB 18030's two-byte Han characters and more; the others add Han
// characters beyond the basic plane (CJK Ext B …): names from Hong Kong, and 𠮷.
var families = []struct{ folder, name string }{
	{"noto-serif-sc", "NotoSerifSC"},
	{"noto-serif-hk", "NotoSerifHK"},
	{"noto-serif-jp", "NotoSerifJP"},
}

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatal("fontbuild: ", err)
	}
}

func run() error {
	if err := os.MkdirAll(target, 0o750); err != nil {
		return err
	}
	regular, err := load("400Regular", "_400Regular.ttf")
	if err != nil {
		return err
	}
	runes := regular[0].Runes()
	for _, f := range regular[1:] {
		for _, r := range f.Runes() {
			if unicode.Is(unicode.Han, r) {
				runes = append(runes, r)
			}
		}
	}
	if err := write(fonts.RegularFile, runes, regular); err != nil {
		return err
	}
	bold, err := load("700Bold", "_700Bold.ttf")
	if err != nil {
		return err
	}
	return write(fonts.BoldFile, []rune(fonts.FormCharacters()), bold[:1])
}

func load(folder, suffix string) ([]*fonts.Font, error) {
	var all []*fonts.Font
	for _, family := range families {
		path := filepath.Join(modules, family.folder, folder, family.name+suffix)
		data, err := os.ReadFile(path) //nolint:gosec // the path is made of constants
		if err != nil {
			return nil, fmt.Errorf("%w (npm ci in web first)", err)
		}
		f, err := fonts.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, f)
	}
	return all, nil
}

func write(name string, runes []rune, from []*fonts.Font) error {
	cut, err := fonts.Cut(runes, from...)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	log.Printf("%s: %d characters, %d KB", name, len(cut.Runes), len(cut.Data)/1024)
	return os.WriteFile(filepath.Join(target, name), cut.Data, 0o600)
}
