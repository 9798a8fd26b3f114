package sandbox_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"shebao/server/pdf/pdftest"
	"shebao/server/pdf/sandbox"
	"shebao/server/pdf/verify"
)

func TestMain(m *testing.M) {
	sandbox.RunChild()
	if megabytes, ok := os.LookupEnv(probe); ok {
		greedy(megabytes)
	}
	os.Exit(m.Run())
}

func TestVerify(t *testing.T) {
	k := pdftest.Keys(t)
	maker := pdftest.Maker(t, k)
	reader, err := sandbox.New(k.Trust())
	if err != nil {
		t.Fatal(err)
	}
	read := func(t *testing.T, data []byte) verify.Report {
		t.Helper()
		start := time.Now()
		r, err := reader.Verify(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > sandbox.Timeout+time.Second {
			t.Fatalf("took %v", took)
		}
		return r
	}

	t.Run("a_child_reads_what_the_reader_reads", func(t *testing.T) {
		for _, rows := range []int{1, 1000} {
			data := pdftest.Make(t, maker, pdftest.Facts(t, rows))
			got, want := read(t, data), verify.Read(data, k.Trust())
			if got.Reason != verify.Valid || !got.Intact || got.Facts == nil || !got.Facts.IssuedAt.Equal(want.Facts.IssuedAt) {
				t.Fatalf("%+v", got)
			}
			got.Facts.IssuedAt = want.Facts.IssuedAt // the zone has another name
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%+v\n%+v", got, want)
			}
		}
	})
	for name, data := range pdftest.Hostile(t) {
		t.Run("refuses_"+name, func(t *testing.T) {
			if len(data) > verify.MaxSize {
				t.Fatalf("%d bytes: the size limit would hide what is tested", len(data))
			}
			r := read(t, data)
			if r.Reason != verify.Unreadable && r.Reason != verify.NotOurs {
				t.Fatalf("%+v", r)
			}
		})
	}
	t.Run("a_file_over_the_limit_needs_no_child", func(t *testing.T) {
		if r := read(t, make([]byte, verify.MaxSize+1)); r.Reason != verify.TooLarge {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("a_caller_who_gave_up_gets_an_error_and_no_judgement", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if r, err := reader.Verify(ctx, pdftest.Plain("<<>>")); !errors.Is(err, context.Canceled) || r.Reason != verify.Valid || r.Genuine {
			t.Fatalf("%+v %v", r, err)
		}
	})
	t.Run("many_at_once_wait_for_each_other", func(t *testing.T) {
		data := pdftest.Make(t, maker, pdftest.Facts(t, 2))
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				if r, err := reader.Verify(t.Context(), data); err != nil || r.Reason != verify.Valid {
					t.Errorf("%+v %v", r, err)
				}
			})
		}
		wait.Wait()
	})
}

// probe makes TestMain behave as a child that wants more than it may have.
const probe = "SANDBOX_TEST_PROBE"

func greedy(megabytes string) {
	if err := sandbox.Limit(); err != nil {
		os.Exit(3)
	}
	n, err := strconv.Atoi(megabytes)
	if err != nil {
		os.Exit(4)
	}
	b := make([]byte, n<<20)
	for i := range b {
		b[i] = 1
	}
	os.Exit(int(b[len(b)-1]) - 1)
}

func TestLimits(t *testing.T) {
	for megabytes, lives := range map[string]bool{"300": true, "600": false} {
		t.Run("a_child_that_takes_"+megabytes+"_MB", func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = []string{probe + "=" + megabytes}
			out, err := cmd.CombinedOutput()
			if (err == nil) != lives {
				t.Fatalf("%v\n%.300s", err, out)
			}
			if !lives && !strings.Contains(string(out), "out of memory") && !strings.Contains(string(out), "cannot allocate") {
				t.Fatalf("died of something else: %.300s", out)
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	k := pdftest.Keys(b)
	data := pdftest.Make(b, pdftest.Maker(b, k), pdftest.Facts(b, 10))
	reader, err := sandbox.New(k.Trust())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if r, err := reader.Verify(b.Context(), data); err != nil || r.Reason != verify.Valid {
			b.Fatalf("%+v %v", r, err)
		}
	}
}
