package bank

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"shebao/shared/bankapi"
)

// Options configure a Client.
type Options struct {
	URL string // base address of the gateway, https://host or http://host
	Key Key
	// Transport carries the requests; nil for a pooled HTTP transport without a proxy.
	Transport http.RoundTripper
	// Timeout is the longest wait for one answer, 0 for 30 s. The context may end it earlier.
	Timeout time.Duration
	Now     func() time.Time
	Random  io.Reader // for nonces
}

// Client is the Gateway over HTTP. It is safe for concurrent use.
type Client struct {
	base    string
	key     Key
	http    http.Client
	timeout time.Duration
	now     func() time.Time
	random  io.Reader
}

var _ Gateway = (*Client)(nil)

// maxAnswer bounds an answer: a file of the largest size inside JSON.
const maxAnswer = 2*bankapi.MaxFile + 4096

// NewClient is a client of the gateway at o.URL.
func NewClient(o Options) (*Client, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.Path != "" && u.Path != "/" || u.RawQuery != "" {
		return nil, errors.New("bank client: URL must be http(s)://host without a path")
	}
	if err := o.Key.Check(); err != nil {
		return nil, err
	}
	if o.Now == nil || o.Random == nil {
		return nil, errors.New("bank client: no clock or no source of randomness")
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Transport == nil {
		o.Transport = &http.Transport{
			MaxIdleConns: 128, MaxIdleConnsPerHost: 128, IdleConnTimeout: 30 * time.Second,
			DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout: 5 * time.Second, DisableCompression: true,
		}
	}
	return &Client{
		base: u.Scheme + "://" + u.Host, key: o.Key, timeout: o.Timeout, now: o.Now, random: o.Random,
		http: http.Client{
			Transport:     o.Transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// Sign implements Gateway.
func (c *Client) Sign(ctx context.Context, m bankapi.Mandate) (bankapi.Result, error) {
	return c.result(ctx, PathSign, m.Ref, m)
}

// Confirm implements Gateway.
func (c *Client) Confirm(ctx context.Context, m bankapi.Confirm) (bankapi.Result, error) {
	return c.result(ctx, PathConfirm, m.Ref, m)
}

// Revoke implements Gateway.
func (c *Client) Revoke(ctx context.Context, m bankapi.Revoke) (bankapi.Result, error) {
	return c.result(ctx, PathRevoke, m.Ref, m)
}

// Debit implements Gateway.
func (c *Client) Debit(ctx context.Context, m bankapi.Debit) (bankapi.Result, error) {
	return c.result(ctx, PathDebit, m.Ref, m)
}

// Refund implements Gateway.
func (c *Client) Refund(ctx context.Context, m bankapi.Refund) (bankapi.Result, error) {
	return c.result(ctx, PathRefund, m.Ref, m)
}

// Query implements Gateway.
func (c *Client) Query(ctx context.Context, m bankapi.Query) (bankapi.Result, error) {
	return c.result(ctx, PathQuery, m.Ref, m)
}

// SubmitBatch implements Gateway. A batch that can't be written as a file is a
// *NotSentError around a *bankapi.FileError or *bankapi.FormatError.
func (c *Client) SubmitBatch(ctx context.Context, m bankapi.Batch) (bankapi.BatchReceipt, error) {
	var answer bankapi.BatchReceipt
	text, err := m.Encode()
	if err != nil {
		return answer, &NotSentError{PathBatch, m.Key(), err}
	}
	if err := c.send(ctx, PathBatch, m.Ref, []byte(text), &answer); err != nil {
		return bankapi.BatchReceipt{}, err
	}
	if answer.Ref != m.Ref || answer.Code == "" {
		return bankapi.BatchReceipt{}, &LostError{PathBatch, m.Key(), errOther}
	}
	return answer, nil
}

// FetchBatch implements Gateway.
func (c *Client) FetchBatch(ctx context.Context, m bankapi.BatchQuery) (bankapi.BatchResult, error) {
	answer, err := c.file(ctx, PathBatchFetch, m.Ref, m)
	if err != nil {
		return bankapi.BatchResult{}, err
	}
	if answer.Code != bankapi.OK {
		return bankapi.BatchResult{Ref: m.Ref, Bank: m.Bank, Code: answer.Code, Message: answer.Message, Final: answer.Final}, nil
	}
	result, err := bankapi.ParseResult(answer.File)
	if err == nil && (result.Ref != m.Ref || result.Bank != m.Bank) {
		err = errOther
	}
	if err != nil {
		return bankapi.BatchResult{}, &LostError{PathBatchFetch, m.Key(), err}
	}
	return result, nil
}

// Statement implements Gateway.
func (c *Client) Statement(ctx context.Context, m bankapi.StatementQuery) (bankapi.Statement, error) {
	ref := bankapi.Ref{Authority: m.Authority, Date: m.Day, Serial: m.Bank}
	answer, err := c.file(ctx, PathStatement, ref, m)
	if err != nil {
		return bankapi.Statement{}, err
	}
	if answer.Code != bankapi.OK {
		return bankapi.Statement{}, &LostError{PathStatement, ref.Key(), fmt.Errorf("code %s", answer.Code)}
	}
	statement, err := bankapi.ParseStatement(answer.File)
	if err == nil && statement.StatementQuery != m {
		err = errOther
	}
	if err != nil {
		return bankapi.Statement{}, &LostError{PathStatement, ref.Key(), err}
	}
	return statement, nil
}

var errOther = errors.New("the answer is about something else")

type message interface{ Check() error }

func (c *Client) result(ctx context.Context, path string, ref bankapi.Ref, m message) (bankapi.Result, error) {
	var answer bankapi.Result
	if err := c.marshal(ctx, path, ref, m, &answer); err != nil {
		return bankapi.Result{}, err
	}
	if answer.Ref != ref || answer.Code == "" {
		return bankapi.Result{}, &LostError{path, ref.Key(), errOther}
	}
	return answer, nil
}

func (c *Client) file(ctx context.Context, path string, ref bankapi.Ref, m message) (bankapi.FileAnswer, error) {
	var answer bankapi.FileAnswer
	err := c.marshal(ctx, path, ref, m, &answer)
	return answer, err
}

func (c *Client) marshal(ctx context.Context, path string, ref bankapi.Ref, m message, answer any) error {
	if err := m.Check(); err != nil {
		return &NotSentError{path, ref.Key(), err}
	}
	body, err := json.Marshal(m)
	if err != nil {
		return &NotSentError{path, ref.Key(), err}
	}
	return c.send(ctx, path, ref, body, answer)
}

// send signs and posts the body and reads the verified answer. Its error is a
// *NotSentError or a *LostError.
func (c *Client) send(ctx context.Context, path string, ref bankapi.Ref, body []byte, answer any) error {
	notSent := func(err error) error { return &NotSentError{path, ref.Key(), err} }
	if err := ctx.Err(); err != nil {
		return notSent(err)
	}
	random := make([]byte, 16)
	if _, err := io.ReadFull(c.random, random); err != nil {
		return notSent(err)
	}
	nonce := hex.EncodeToString(random)
	// Set as soon as there is a connection to write on: from then on nothing is certain.
	var connected atomic.Bool
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		return notSent(err)
	}
	req.Header.Set("Content-Type", "application/json")
	c.key.SignRequest(req, body, c.now(), nonce)
	res, err := c.http.Do(req)
	if err != nil {
		var dial *net.OpError
		if errors.As(err, &dial) && dial.Op == "dial" && !connected.Load() {
			return notSent(err)
		}
		return &LostError{path, ref.Key(), err}
	}
	defer func() { _ = res.Body.Close() }()
	if err := c.read(res, nonce, answer); err != nil {
		return &LostError{path, ref.Key(), err}
	}
	return nil
}

func (c *Client) read(res *http.Response, nonce string, answer any) error {
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return err
	}
	if len(text) > maxAnswer {
		return errors.New("answer too long")
	}
	if err := c.key.VerifyAnswer(res.Header, res.StatusCode, text, nonce); err != nil {
		return fmt.Errorf("status %d: %w", res.StatusCode, err)
	}
	if res.StatusCode != http.StatusOK {
		// Even a signed refusal is not proof: the network may have delivered the
		// message twice and this be the answer to the second.
		return fmt.Errorf("status %d", res.StatusCode)
	}
	return json.Unmarshal(text, answer)
}
