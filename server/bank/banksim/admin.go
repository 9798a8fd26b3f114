package banksim

import (
	"encoding/json"
	"io"
	"net"
	"net/http"

	"shebao/shared/bankapi"
)

// admin serves what tests and operators want to see and change:
//
//	GET  /sim/ledger                 all postings
//	GET  /sim/returns                all refunds that were posted
//	GET  /sim/instructions?account=  what arrived for an account
//	GET  /sim/counters, /sim/sms, /sim/accounts
//	GET  /sim/faults, POST /sim/faults (Faults as JSON)
//	POST /sim/mandates               ([]Seed as JSON)
func (s *Sim) admin(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, "message too long", http.StatusRequestEntityTooLarge)
		return
	}
	if !fromHere(r) {
		if _, _, err := s.authenticate(r, body); err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
	}
	ctx := r.Context()
	switch r.Method + " " + r.URL.Path {
	case "GET /sim/ledger":
		all, err := s.Ledger(ctx)
		reply(w, all, err)
	case "GET /sim/returns":
		all, err := s.Returns(ctx)
		reply(w, all, err)
	case "GET /sim/instructions":
		all, err := s.Instructions(ctx, r.URL.Query().Get("account"))
		reply(w, all, err)
	case "GET /sim/counters":
		reply(w, s.count.values(), nil)
	case "GET /sim/sms":
		reply(w, s.Inbox(), nil)
	case "GET /sim/accounts":
		reply(w, s.data.Accounts, nil)
	case "GET /sim/faults":
		reply(w, s.dice.get(), nil)
	case "POST /sim/faults":
		var f Faults
		if err := json.Unmarshal(body, &f); err != nil || s.SetFaults(f) != nil {
			reply(w, nil, &bankapi.FormatError{Field: "faults"})
			return
		}
		reply(w, f, nil)
	case "POST /sim/mandates":
		var seeds []Seed
		if err := json.Unmarshal(body, &seeds); err != nil {
			reply(w, nil, &bankapi.FormatError{Field: "mandates"})
			return
		}
		reply(w, len(seeds), s.Seed(ctx, seeds...))
	default:
		http.NotFound(w, r)
	}
}

// fromHere tells that the request comes from a program on this machine, not
// from a web page in its browser.
func fromHere(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || !loopback(host) {
		return false
	}
	named, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		named = r.Host
	}
	page := r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("X-Forwarded-For") != ""
	return (named == "localhost" || loopback(named)) && !page
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func reply(w http.ResponseWriter, out any, err error) {
	status := http.StatusOK
	if err != nil {
		status, out = http.StatusBadRequest, problem{bankapi.BadMessage, err.Error()}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(out)
}

func (c *Counters) values() map[string]int64 {
	return map[string]int64{
		"messages": c.Messages.Load(), "bad_signature": c.BadSignature.Load(), "old_time": c.OldTime.Load(),
		"replayed_nonce": c.ReplayedNonce.Load(), "bad_message": c.BadMessage.Load(), "repeats": c.Repeats.Load(),
		"conflicts": c.Conflicts.Load(), "closed": c.Closed.Load(), "faults": c.Faults.Load(),
	}
}
