package localmongo

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/server/localmongo/internal/sq"
)

// crashDir tells the test binary that it is the child to be killed, and where its store is.
const crashDir = "LOCALMONGO_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		crashChild(dir)
		return
	}
	os.Exit(m.Run())
}

// crashChild writes until it is killed, and says which writes were acknowledged.
func crashChild(dir string) {
	ctx := context.Background()
	fail := func(err error) {
		fmt.Println("error", err)
		os.Exit(1)
	}
	s, err := Open(ctx, Options{Dir: dir})
	if err != nil {
		fail(err)
	}
	client, err := mongo.Connect(ctx, options.Client().ApplyURI(s.URI()).SetDialer(s.Dialer()))
	if err != nil {
		fail(err)
	}
	c := client.Database("test").Collection("docs")
	_, err = c.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: bson.D{{Key: "n", Value: 1}}, Options: options.Index().SetUnique(true)})
	if err != nil {
		fail(err)
	}
	n, err := c.CountDocuments(ctx, bson.D{})
	if err != nil {
		fail(err)
	}
	var mu sync.Mutex
	for i := range 8 {
		go func() {
			for j := 0; ; j++ {
				id := fmt.Sprintf("%d-%d-%d", n, i, j)
				if _, err := c.InsertOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "n", Value: id}, {Key: "state", Value: "open"}}); err != nil {
					fail(err)
				}
				mu.Lock()
				fmt.Println("inserted", id)
				mu.Unlock()
				if _, err := c.UpdateOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "state", Value: "open"}}, bson.D{{Key: "$set", Value: bson.D{{Key: "state", Value: "done"}}}}); err != nil {
					fail(err)
				}
				mu.Lock()
				fmt.Println("updated", id)
				mu.Unlock()
			}
		}()
	}
	select {}
}

// TestKill kills a writing process five times; what it had acknowledged must be there each time.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	acked := map[string]string{}
	for round := range 5 {
		before := len(acked)
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), crashDir+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			what, id, _ := strings.Cut(lines.Text(), " ")
			switch what {
			case "inserted", "updated":
				acked[id] = what
			default:
				t.Errorf("round %d: %s", round, lines.Text())
			}
			if n == 200+130*round {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		kill.Stop()
		if err := cmd.Wait(); err == nil {
			t.Fatal("the child ended by itself")
		}
		if len(acked) == before {
			t.Fatalf("round %d: the child wrote nothing", round)
		}
		checkAfterKill(t, dir, acked)
	}
}

func checkAfterKill(t *testing.T, dir string, acked map[string]string) {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatalf("open after kill: %v", err)
	}
	c := connect(t, s).Database("test").Collection("docs")
	for id, what := range acked {
		var d struct{ State string }
		err := c.FindOne(t.Context(), bson.D{{Key: "n", Value: id}}, options.FindOne().SetHint("n_1")).Decode(&d)
		if err != nil || what == "updated" && d.State != "done" {
			t.Errorf("%s was %s, but is %q: %v", id, what, d.State, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := sq.Open(filepath.Join(dir, "store.db"), sq.ReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := file.Text("pragma integrity_check"); got != "ok" || err != nil {
		t.Errorf("integrity: %s, %v", got, err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}
