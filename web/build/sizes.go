package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// budget is how many bytes the residents' app may have, compressed as well as it can be.
const budget = 900_000

// listed is how many packages a size report names.
const listed = 15

var errBudget = errors.New("the browser app is over its budget")

// sizes prints how large the browser apps are and the code of their largest packages. It
// is errBudget when the residents' app is too large.
func (b *builder) sizes(ctx context.Context, w io.Writer) error {
	modfile, err := b.slim(ctx)
	if err != nil {
		return err
	}
	b.effort = best
	for _, p := range b.programs {
		body, err := b.link(ctx, modfile, p, "-s -w")
		if err != nil {
			return err
		}
		z, err := b.brotli(body)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(w, "%-13s %9d bytes, brotli %8d\n", p.name, len(body), len(z))
		if p.name != "app.wasm" {
			continue
		}
		named, err := b.link(ctx, modfile, p, "")
		if err != nil {
			return err
		}
		if err := largest(w, named); err != nil {
			return err
		}
		if len(z) > budget {
			err = fmt.Errorf("%w: %d of %d bytes", errBudget, len(z), budget)
			return err
		}
	}
	return nil
}

// largest prints the packages with the most code.
func largest(w io.Writer, program []byte) error {
	code, err := codeByPackage(program)
	if err != nil {
		return err
	}
	type entry struct {
		pkg  string
		size int
	}
	var all []entry
	total := 0
	for pkg, size := range code {
		all = append(all, entry{pkg, size})
		total += size
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Or(b.size-a.size, strings.Compare(a.pkg, b.pkg)) })
	for _, e := range all[:min(listed, len(all))] {
		_, _ = fmt.Fprintf(w, "  %5.1f %%  %8d  %s\n", 100*float64(e.size)/float64(total), e.size, e.pkg) //nolint:forbidigo // a percentage
	}
	return nil
}

var errWasm = errors.New("not a wasm program with names")

// Sections of the binary format (WebAssembly core specification 1.0, 5.5).
const (
	sectionCustom  = 0
	sectionImport  = 2
	sectionCode    = 10
	subsectionFunc = 1 // of the custom section "name"
)

// codeByPackage adds up the bytes of the functions of each Go package.
func codeByPackage(program []byte) (map[string]int, error) {
	const header = 8
	if !bytes.HasPrefix(program, []byte("\x00asm")) || len(program) < header {
		return nil, errWasm
	}
	r := &reader{b: program[header:]}
	var sizes []int
	names := map[int]string{}
	imported := 0
	for len(r.b) > 0 && !r.short {
		kind := r.byte()
		s := &reader{b: r.take(r.number())}
		switch kind {
		case sectionImport:
			imported = s.number() // Go imports functions only
		case sectionCode:
			for range s.number() {
				n := s.number()
				s.take(n)
				sizes = append(sizes, n)
			}
		case sectionCustom:
			if string(s.take(s.number())) == "name" {
				s.functionNames(names)
			}
		}
		r.short = r.short || s.short
	}
	if r.short || len(names) == 0 {
		return nil, errWasm
	}
	code := map[string]int{}
	for i, n := range sizes {
		code[packageOf(names[i+imported])] += n
	}
	return code, nil
}

// packageOf is the package in the name of a function. The linker writes _ for each
// character that a wasm name could not have, so paths are recognized but not pretty.
func packageOf(name string) string {
	pkg, _, _ := strings.Cut(strings.Replace(name, "github.com", "github_com", 1), ".")
	if pkg == "type_" || pkg == "" {
		return "(comparing and hashing)"
	}
	return pkg
}

// reader takes a section apart; short is set when it ends too early.
type reader struct {
	b     []byte
	short bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.short, r.b = true, nil
		return nil
	}
	head := r.b[:n]
	r.b = r.b[n:]
	return head
}

func (r *reader) byte() byte {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *reader) number() int {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > math.MaxInt32 {
		r.short, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

func (r *reader) functionNames(names map[int]string) {
	for len(r.b) > 0 && !r.short {
		kind := r.byte()
		s := &reader{b: r.take(r.number())}
		if kind != subsectionFunc {
			continue
		}
		for range s.number() {
			i := s.number()
			names[i] = string(s.take(s.number()))
		}
		r.short = r.short || s.short
	}
}
