package localmongo

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// minSpecPassed is how many of the driver's CRUD cases pass. It only ever goes up.
const minSpecPassed = 116

// specFile is a file of the driver's testdata/crud/unified.
type specFile struct {
	Description       string
	RunOnRequirements []specRequirement
	CreateEntities    []bson.M
	InitialData       []specData
	Tests             []specCase
}

type specRequirement struct {
	MinServerVersion, MaxServerVersion, Serverless string
	Topologies                                     []string
}

type specData struct {
	CollectionName, DatabaseName string
	Documents                    []bson.D
}

type specCase struct {
	Description       string
	SkipReason        string
	RunOnRequirements []specRequirement
	Operations        []specOperation
	Outcome           []specData
}

type specOperation struct {
	Name, Object string
	Arguments    bson.Raw
	ExpectResult bson.RawValue
	ExpectError  bson.M
}

// errNotDone marks what this server, or this runner, does not do; the text says what.
var errNotDone = errors.New("not supported")

func TestSpec(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "go.mongodb.org/mongo-driver").Output()
	if err != nil {
		t.Fatalf("find the driver's module: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "testdata", "crud", "unified", "*.json"))
	if err != nil || len(files) < 50 {
		t.Fatalf("the driver's cases are not there: %d files, %v", len(files), err)
	}
	s := open(t, Options{})
	client := connect(t, s)
	passed, not := 0, map[string]int{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var f specFile
		if err := bson.UnmarshalExtJSON(b, false, &f); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, c := range f.Tests {
			label := strings.TrimSuffix(filepath.Base(name), ".json") + ": " + c.Description
			switch err := runCase(t.Context(), client, f, c); {
			case err == nil:
				passed++
			case errors.Is(err, errNotDone):
				not[err.Error()]++
				t.Logf("%s: %v", label, err)
			default:
				t.Errorf("%s: %v", label, err)
			}
		}
	}
	reasons := make([]string, 0, len(not))
	skipped := 0
	for r, n := range not {
		skipped += n
		reasons = append(reasons, r)
	}
	slices.Sort(reasons)
	t.Logf("driver CRUD cases: %d passed, %d not supported, because of:", passed, skipped)
	for _, r := range reasons {
		t.Logf("  %3d  %s", not[r], r)
	}
	if passed < minSpecPassed {
		t.Errorf("%d cases passed, at least %d did before", passed, minSpecPassed)
	}
}

// runCase runs one case; errNotDone says that it can't be run here.
func runCase(ctx context.Context, client *mongo.Client, f specFile, c specCase) error {
	if c.SkipReason != "" {
		return notDone("skipped by its authors")
	}
	if !runsHere(f.RunOnRequirements) || !runsHere(c.RunOnRequirements) {
		return notDone("for another topology or version than standalone 7.0")
	}
	colls, err := entities(client, f.CreateEntities)
	if err != nil {
		return err
	}
	for _, d := range f.InitialData {
		coll := client.Database(d.DatabaseName).Collection(d.CollectionName)
		if err := coll.Drop(ctx); err != nil {
			return err
		}
		if len(d.Documents) == 0 {
			continue
		}
		docs := make([]any, len(d.Documents))
		for i := range docs {
			docs[i] = d.Documents[i]
		}
		if _, err := coll.InsertMany(ctx, docs); err != nil {
			return err
		}
	}
	for _, o := range c.Operations {
		if err := runOperation(ctx, colls, o); err != nil {
			return err
		}
	}
	for _, d := range c.Outcome {
		cur, err := client.Database(d.DatabaseName).Collection(d.CollectionName).Find(ctx, bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
		if err != nil {
			return err
		}
		var got []bson.D
		if err := cur.All(ctx, &got); err != nil {
			return err
		}
		if !sameDocs(d.Documents, got) {
			return errors.New("outcome is " + show(got) + ", want " + show(d.Documents))
		}
	}
	return nil
}

func notDone(what string) error { return &notDoneError{what} }

type notDoneError struct{ what string }

func (e *notDoneError) Error() string   { return e.what }
func (e *notDoneError) Is(t error) bool { return t == errNotDone }

// runsHere compares with a standalone MongoDB 7.0.
func runsHere(list []specRequirement) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(r specRequirement) bool {
		return (r.MinServerVersion == "" || older(r.MinServerVersion, "7.0.0")) && (r.MaxServerVersion == "" || !older(r.MaxServerVersion, "6.99.0")) &&
			(len(r.Topologies) == 0 || slices.Contains(r.Topologies, "single")) && r.Serverless != "require"
	})
}

// older compares versions of one digit a part.
func older(a, b string) bool { return strings.Split(a, ".")[0] <= strings.Split(b, ".")[0] }

func entities(client *mongo.Client, list []bson.M) (map[string]*mongo.Collection, error) {
	dbs, colls := map[string]string{}, map[string]*mongo.Collection{}
	for _, e := range list {
		if d, ok := e["database"].(bson.M); ok {
			dbs[as[string](d["id"])] = as[string](d["databaseName"])
		}
		d, ok := e["collection"].(bson.M)
		if !ok {
			continue
		}
		o := options.Collection()
		if opts, ok := d["collectionOptions"].(bson.M); ok {
			b, err := bson.Marshal(opts)
			if err != nil {
				return nil, err
			}
			if err := collectionOptions(o, b); err != nil {
				return nil, err
			}
		}
		colls[as[string](d["id"])] = client.Database(dbs[as[string](d["database"])]).Collection(as[string](d["collectionName"]), o)
	}
	return colls, nil
}

func runOperation(ctx context.Context, colls map[string]*mongo.Collection, o specOperation) error {
	coll := colls[o.Object]
	if coll == nil {
		return notDone("operation " + o.Name + " on " + strings.TrimRight(o.Object, "0123456789"))
	}
	do, ok := specOperations[o.Name]
	if !ok {
		return notDone("operation " + o.Name)
	}
	a := specArgs{}
	if o.Arguments != nil {
		if err := a.parse(o.Arguments); err != nil {
			return err
		}
	}
	got, err := do(ctx, coll, a)
	if errors.Is(err, mongo.ErrNoDocuments) {
		got, err = nil, nil
	}
	var ce mongo.ServerError
	if errors.As(err, &ce) && o.ExpectError == nil {
		for _, c := range []code{codeNotImplemented, codeUnknownStage, codeGroupOperator} {
			if ce.HasErrorCode(int(c)) {
				return notDone(lastLine(err.Error()))
			}
		}
		if ce.HasErrorCode(int(codeBadValue)) && strings.Contains(err.Error(), "$expr") {
			return notDone("$expr")
		}
	}
	if o.ExpectError != nil {
		if err == nil {
			return errors.New(o.Name + " should fail")
		}
		if want, ok := o.ExpectError["errorCode"].(int32); ok && (!errors.As(err, &ce) || !ce.HasErrorCode(int(want))) {
			return err
		}
		return nil
	}
	if errors.Is(err, mongo.ErrUnacknowledgedWrite) {
		return nil
	}
	if err != nil {
		return err
	}
	if o.ExpectResult.Type == 0 {
		return nil
	}
	return compareResult(o.ExpectResult, got)
}

func lastLine(s string) string {
	if i := strings.Index(s, ") "); i >= 0 {
		s = s[i+2:]
	}
	return s
}

func show(v any) string {
	b, err := bson.MarshalExtJSON(bson.D{{Key: "v", Value: v}}, false, false)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// compareResult compares as the format of the cases demands: extra fields at the top are allowed.
func compareResult(want bson.RawValue, got any) error {
	b, err := bson.Marshal(bson.D{{Key: "v", Value: got}})
	if err != nil {
		return err
	}
	var w, g struct{ V any }
	wb, err := bson.Marshal(bson.D{{Key: "v", Value: want}})
	if err != nil {
		return err
	}
	if err := errors.Join(bson.Unmarshal(wb, &w), bson.Unmarshal(b, &g)); err != nil {
		return err
	}
	if !matches(w.V, g.V, true) {
		return errors.New("result is " + show(g.V) + ", want " + show(w.V))
	}
	return nil
}

func sameDocs(want, got []bson.D) bool {
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if !matches(want[i], got[i], false) {
			return false
		}
	}
	return true
}

func matches(want, got any, top bool) bool {
	switch w := want.(type) {
	case bson.D:
		if len(w) == 1 && w[0].Key == "$$unsetOrMatches" {
			return got == nil || matches(w[0].Value, got, top)
		}
		g, ok := got.(bson.D)
		if !ok || !top && len(g) != len(w) {
			return false
		}
		for _, e := range w {
			i := slices.IndexFunc(g, func(x primitive.E) bool { return x.Key == e.Key })
			var v any
			if i >= 0 {
				v = g[i].Value
			} else if d, ok := e.Value.(bson.D); !ok || len(d) == 0 || d[0].Key != "$$unsetOrMatches" {
				return false
			}
			if !matches(e.Value, v, false) {
				return false
			}
		}
		return true
	case bson.A:
		g, ok := got.(bson.A)
		if !ok || len(g) != len(w) {
			return false
		}
		for i := range w {
			if !matches(w[i], g[i], top) {
				return false
			}
		}
		return true
	default:
		if _, isDoc := got.(bson.D); isDoc {
			return false
		}
		if _, isList := got.(bson.A); isList {
			return false
		}
		a, err1 := appendKeyValue(nil, want)
		b, err2 := appendKeyValue(nil, got)
		return err1 == nil && err2 == nil && string(a) == string(b)
	}
}
