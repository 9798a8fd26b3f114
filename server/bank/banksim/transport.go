package banksim

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
)

// Transport carries requests to the simulator inside the process, for
// benchmarks and crash tests. As over a network, the caller's context ends the
// caller's wait and not the bank's work, and a lost answer is an error.
func (s *Sim) Transport() http.RoundTripper { return transport{s.Handler()} }

type transport struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(context.WithoutCancel(r.Context()))
	in.RemoteAddr = "192.0.2.1:1" // a network peer: /sim/… needs a signature
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	var body []byte
	if r.Body != nil {
		var err error
		body, err = io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	in.Body = io.NopCloser(bytes.NewReader(body))
	w := &recorder{header: http.Header{}, status: http.StatusOK}
	done := make(chan error, 1)
	go func() {
		defer func() {
			switch v := recover(); v {
			case nil:
			case http.ErrAbortHandler:
				done <- io.ErrUnexpectedEOF
			default:
				panic(v)
			}
		}()
		t.handler.ServeHTTP(w, in)
		done <- nil
	}()
	select {
	case <-r.Context().Done():
		return nil, r.Context().Err()
	case err := <-done:
		if err != nil {
			return nil, err
		}
	}
	return &http.Response{
		Status: strconv.Itoa(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}, nil
}

type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(status int)      { w.status = status }
func (w *recorder) Write(p []byte) (int, error) { return w.body.Write(p) }
