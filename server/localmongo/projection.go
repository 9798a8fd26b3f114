package localmongo

import (
	"strings"

	"github.com/256dpi/lungo/mongokit"
	"go.mongodb.org/mongo-driver/bson"
)

// projection says which fields of a document are given.
type projection struct {
	include bool
	tree    projNode
	kit     bson.D // $slice and $elemMatch are mongokit's
}

// projNode is a field of a projection; nil children mean the whole field.
type projNode map[string]projNode

// newProjection checks a projection; nil stands for the whole document.
func newProjection(d bson.D) (*projection, error) {
	if len(d) == 0 {
		return nil, nil
	}
	p := &projection{tree: projNode{}}
	known := false
	var id any
	for _, e := range d {
		if err := checkPath(e.Key); err != nil || strings.Contains(e.Key, "$") {
			return nil, failed(codeNotImplemented, "projection of %q is not supported", e.Key)
		}
		if ops, ok := e.Value.(bson.D); ok && len(ops) == 1 && (ops[0].Key == "$slice" || ops[0].Key == "$elemMatch") {
			if ops[0].Key == "$elemMatch" {
				if err := checkOperand("$elemMatch", ops[0].Value); err != nil {
					return nil, err
				}
			}
			p.kit = d
			continue
		}
		in, ok := included(e.Value)
		if !ok {
			return nil, failed(codeNotImplemented, "projection of '%s' is not supported: only inclusion, exclusion, $slice and $elemMatch are", e.Key)
		}
		if e.Key == "_id" {
			id = in
			continue
		}
		if known && in != p.include {
			return nil, failed(31254, "Cannot do exclusion and inclusion in one projection")
		}
		p.include, known = in, true
		if !p.tree.put(e.Key) {
			return nil, failed(31250, "Path collision at %s", e.Key)
		}
	}
	if !known && id != nil {
		p.include = id == true
	}
	if p.include && id != false || !p.include && id == false {
		p.tree.put("_id")
	}
	if p.kit == nil {
		return p, nil
	}
	if _, err := mongokit.Project(&bson.D{{Key: "_id", Value: nil}}, &p.kit); err != nil {
		return nil, failed(codeBadValue, "%s", err.Error())
	}
	return p, nil
}

func included(v any) (in, ok bool) {
	switch t := v.(type) {
	case bool:
		return t, true
	case int32, int64, float64:
		return t != int32(0) && t != int64(0) && t != float64(0), true
	default:
		return false, false
	}
}

// put adds a path; false means that it collides with another.
func (n projNode) put(path string) bool {
	head, tail, more := strings.Cut(path, ".")
	child, exists := n[head]
	if !more {
		n[head] = nil
		return !exists
	}
	if exists && child == nil {
		return false
	}
	if child == nil {
		child = projNode{}
		n[head] = child
	}
	return child.put(tail)
}

// apply returns a new document with the projected fields.
func (p *projection) apply(doc raw) (raw, error) {
	if p.kit == nil {
		return p.document(make([]byte, 0, len(doc)), doc, p.tree)
	}
	d, err := decode(doc, nil)
	if err != nil {
		return nil, err
	}
	out, err := mongokit.Project(&d, &p.kit)
	if err != nil {
		return nil, failed(codeBadValue, "%s", err.Error())
	}
	return encode(*out)
}

// document appends the projection of a document.
func (p *projection) document(b []byte, doc raw, tree projNode) ([]byte, error) {
	return p.fields(b, doc, func(b []byte, f field) ([]byte, error) {
		child, named := tree[string(f.key)]
		switch {
		case named && child == nil && p.include, !named && !p.include:
			return append(appendKey(b, f.kind, string(f.key)), f.val...), nil
		case !named || child == nil:
			return b, nil
		default:
			return p.nested(b, f, child)
		}
	})
}

// nested appends the projection of a field's inside. Arrays are projected element by element.
func (p *projection) nested(b []byte, f field, tree projNode) ([]byte, error) {
	switch f.kind { //nolint:exhaustive // the rest has no inside
	case bson.TypeEmbeddedDocument:
		return p.document(appendKey(b, f.kind, string(f.key)), f.val, tree)
	case bson.TypeArray:
		return p.fields(appendKey(b, f.kind, string(f.key)), f.val, func(b []byte, x field) ([]byte, error) {
			return p.nested(b, x, tree)
		})
	}
	if p.include {
		return b, nil
	}
	return append(appendKey(b, f.kind, string(f.key)), f.val...), nil
}

func (p *projection) fields(b []byte, doc raw, each func([]byte, field) ([]byte, error)) ([]byte, error) {
	at := len(b)
	b = append(b, 0, 0, 0, 0)
	err := eachField(doc, func(_ string, f field) error {
		var err error
		b, err = each(b, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return closeDoc(b, at), nil
}
