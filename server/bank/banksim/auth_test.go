package banksim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/shared/bankapi"
)

// post sends a signed message after change has had its way with it.
func (r *rig) post(path string, body []byte, nonce string, change func(*http.Request)) (int, string) {
	r.t.Helper()
	req, err := http.NewRequest(http.MethodPost, "http://"+r.addr+path, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	key.SignRequest(req, body, r.clock.Now(), nonce)
	if change != nil {
		change(req)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func TestAuthentication(t *testing.T) {
	resign := func(at time.Time, nonce string, k bank.Key) func(*http.Request, []byte) {
		return func(r *http.Request, body []byte) { k.SignRequest(r, body, at, nonce) }
	}
	now := newClock().Now()
	for _, c := range []struct {
		name   string
		change func(*http.Request, []byte)
		status int
	}{
		{"a right signature", func(*http.Request, []byte) {}, 200},
		{"no signature", func(r *http.Request, _ []byte) { r.Header = http.Header{} }, 401},
		{"another body", func(r *http.Request, b []byte) {
			r.Body = io.NopCloser(bytes.NewReader(bytes.Replace(b, []byte("300000"), []byte("300001"), 1)))
		}, 401},
		{"another path", func(r *http.Request, _ []byte) { r.URL.Path = bank.PathQuery }, 401},
		{"another query string", func(r *http.Request, _ []byte) { r.URL.RawQuery = "x=1" }, 401},
		{"another method", func(r *http.Request, _ []byte) { r.Method = http.MethodPut }, 401},
		{"another time", func(r *http.Request, _ []byte) { r.Header.Set(bank.HeaderTime, "1795399200001") }, 401},
		{"another nonce", func(r *http.Request, _ []byte) { r.Header.Set(bank.HeaderNonce, "n2") }, 401},
		{"a flipped signature", func(r *http.Request, _ []byte) {
			s := []byte(r.Header.Get(bank.HeaderSignature))
			s[0] ^= 1
			r.Header.Set(bank.HeaderSignature, string(s))
		}, 401},
		{"an unknown key", resign(now, "n", bank.Key{ID: "other", Secret: key.Secret}), 401},
		{"another secret", resign(now, "n", bank.Key{ID: key.ID, Secret: []byte(strings.Repeat("x", 32))}), 401},
		{"just old enough", resign(now.Add(-30*time.Second), "n", key), 200},
		{"too old", resign(now.Add(-30*time.Second-time.Millisecond), "n", key), 401},
		{"too early", resign(now.Add(30*time.Second+time.Millisecond), "n", key), 401},
		{"no nonce", resign(now, "", key), 401},
		{"an endless nonce", resign(now, strings.Repeat("n", 65), key), 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, banksim.Options{})
			d := r.seed(plain)
			body, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			status, text := r.post(bank.PathDebit, body, "n", func(req *http.Request) { c.change(req, body) })
			if status != c.status {
				t.Errorf("status %d %s, want %d", status, text, c.status)
			}
			want := 0
			if c.status == 200 {
				want = 1
			}
			r.posted(d.Ref, want)
		})
	}
}

func TestAuthentication_replay(t *testing.T) {
	r := start(t, banksim.Options{})
	d := r.seed(plain)
	body, _ := json.Marshal(d)
	stamp := r.clock.Now()
	again := func(req *http.Request) { key.SignRequest(req, body, stamp, "once") }
	if status, text := r.post(bank.PathDebit, body, "once", again); status != 200 {
		t.Fatalf("status %d %s", status, text)
	}
	for range 30 { // through the whole life of the message
		if status, _ := r.post(bank.PathDebit, body, "once", again); status != 401 {
			t.Fatalf("status %d", status)
		}
		r.clock.Move(time.Second)
	}
	if n := r.Counts().ReplayedNonce.Load(); n != 30 {
		t.Errorf("%d counted", n)
	}
}

func TestAnswers_areSigned(t *testing.T) {
	r := start(t, banksim.Options{})
	d := r.seed(plain)
	body, _ := json.Marshal(d)
	req, _ := http.NewRequest(http.MethodPost, "http://"+r.addr+bank.PathDebit, bytes.NewReader(body))
	key.SignRequest(req, body, r.clock.Now(), "n")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err := key.VerifyAnswer(res.Header, res.StatusCode, text, "n"); err != nil {
		t.Fatal(err)
	}
	if key.VerifyAnswer(res.Header, res.StatusCode, text, "m") == nil {
		t.Error("the answer is accepted for another request")
	}
	if key.VerifyAnswer(res.Header, 201, text, "n") == nil {
		t.Error("the answer is accepted with another status")
	}
	if key.VerifyAnswer(res.Header, 200, append(text, ' '), "n") == nil {
		t.Error("the answer is accepted with another body")
	}
}

func TestMessages_thatBreakTheFormat(t *testing.T) {
	for name, c := range map[string]struct {
		path, body string
		status     int
	}{
		"not JSON":       {bank.PathDebit, `{`, 400},
		"unknown field":  {bank.PathQuery, `{"authority":"11101010000","date":"2026-11-23","serial":"1","bank":"103","x":1}`, 400},
		"two messages":   {bank.PathQuery, `{"authority":"11101010000","date":"2026-11-23","serial":"1","bank":"103"}{}`, 400},
		"no such day":    {bank.PathQuery, `{"authority":"11101010000","date":"2026-02-30","serial":"1","bank":"103"}`, 400},
		"negative":       {bank.PathDebit, `{"authority":"11101010000","date":"2026-11-23","serial":"1","bank":"103","mandate":"M","account":"6228480000000000018","amount":-1}`, 400},
		"fraction":       {bank.PathDebit, `{"authority":"11101010000","date":"2026-11-23","serial":"1","bank":"103","mandate":"M","account":"6228480000000000018","amount":1.5}`, 400},
		"no such path":   {"/v1/other", `{}`, 404},
		"empty":          {bank.PathSign, ``, 400},
		"far too long":   {bank.PathConfirm, `{"sms":"` + strings.Repeat("1", 20000) + `"}`, 400},
		"unbounded body": {bank.PathBatch, strings.Repeat("x", bankapi.MaxFile+1), 413},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, banksim.Options{})
			if status, text := r.post(c.path, []byte(c.body), "n", nil); status != c.status {
				t.Errorf("status %d %s, want %d", status, text, c.status)
			}
		})
	}
	t.Run("a batch file gets its file-level code", func(t *testing.T) {
		r := start(t, banksim.Options{})
		status, text := r.post(bank.PathBatch, []byte("H|DB1|11101010000|2026-11-23|F1|103|0|0\nT|0|0|00\n"), "n", nil)
		var got bankapi.BatchReceipt
		if err := json.Unmarshal([]byte(text), &got); err != nil || status != 200 || got.Code != bankapi.BadFile || got.Serial != "F1" {
			t.Errorf("status %d, %s", status, text)
		}
	})
}

func TestAdmin(t *testing.T) {
	r := start(t, banksim.Options{})
	get := func(path string, change func(*http.Request)) (int, string) {
		t.Helper()
		req, _ := http.NewRequest(http.MethodGet, "http://"+r.addr+path, nil)
		if change != nil {
			change(req)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		return res.StatusCode, string(text)
	}
	post := func(path, body string) int {
		t.Helper()
		res, err := http.Post("http://"+r.addr+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	d := r.seed(plain)
	r.code(bankapi.OK)(r.client.Debit(t.Context(), d))
	for _, c := range []struct{ path, want string }{
		{"/sim/ledger", d.Serial},
		{"/sim/instructions?account=" + plain, `"seen":1`},
		{"/sim/counters", `"messages":1`},
		{"/sim/sms", `[]`},
		{"/sim/accounts", demoPays},
		{"/sim/faults", `"lost_after":0`},
	} {
		if status, text := get(c.path, nil); status != 200 || !strings.Contains(text, c.want) {
			t.Errorf("%s: %d %s", c.path, status, text)
		}
	}
	if status, _ := get("/sim/other", nil); status != 404 {
		t.Errorf("status %d", status)
	}
	for name, change := range map[string]func(*http.Request){
		"a page of another site": func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") },
		"a rebound name":         func(r *http.Request) { r.Host = "evil.example" },
		"a proxy":                func(r *http.Request) { r.Header.Set("X-Forwarded-For", "192.0.2.7") },
	} {
		if status, _ := get("/sim/ledger", change); status != 401 {
			t.Errorf("%s: status %d", name, status)
		}
	}
	signed := func(r *http.Request) { r.Host = "bank.example"; key.SignRequest(r, nil, newClock().Now(), "admin") }
	if status, _ := get("/sim/ledger", signed); status != 200 {
		t.Errorf("signed: status %d", status)
	}
	if post("/sim/faults", `{"lost_after":1000}`) != 200 || post("/sim/faults", `{"lost_after":1001}`) != 400 || post("/sim/faults", `x`) != 400 {
		t.Error("faults")
	}
	d.Ref = r.ref()
	_, err := r.client.Debit(t.Context(), d)
	lost(t, err)
	if post("/sim/mandates", `[{"mandate":"M-9","authority":"11101010000","bank":"313","account":"6217000000000000012","holder":"李明","document":"201","number":"110101199003071233","phone":"13800000001"}]`) != 200 {
		t.Error("mandates")
	}
	if post("/sim/mandates", `[{"mandate":"M-8"}]`) != 400 {
		t.Error("a bad mandate is accepted")
	}
	if _, ok, _ := r.Balance(t.Context(), demoPays); !ok {
		t.Error("the account is not open")
	}
}
