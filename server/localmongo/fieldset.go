package localmongo

import "strings"

// fieldSet is a set of top-level field names. A nil set stands for all fields.
type fieldSet map[string]struct{}

func (s fieldSet) has(name []byte) bool {
	_, ok := s[string(name)]
	return ok
}

// add puts the first segment of a dotted path into the set.
func (s fieldSet) add(path string) {
	if i := strings.IndexByte(path, '.'); i >= 0 {
		path = path[:i]
	}
	s[path] = struct{}{}
}

func (s fieldSet) addAll(o fieldSet) {
	for k := range o {
		s[k] = struct{}{}
	}
}
