package browsertest

import (
	"context"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Await gives the value of a promise as text.
func (t *Tab) Await(js string) (string, error) {
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[string]("Promise.resolve("+js+").then(String)", chromedp.EvalAwaitPromise))
	if err != nil {
		return "", fmt.Errorf("await %.200s: %w", js, err)
	}
	return got, nil
}

// UntilAwait waits until the promise, made again and again, gives true.
func (t *Tab) UntilAwait(js string) error {
	deadline := time.NewTimer(Wait)
	defer deadline.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		got, err := t.Await(js)
		if err == nil && got == "true" {
			return nil
		}
		select {
		case <-look.C:
		case <-deadline.C:
			return fmt.Errorf("never true but %s (%w): %s", got, err, js)
		}
	}
}

// Tell makes the tab's pages believe that the network is gone, or back, and tells them so.
// What is really sent is stopped by ending the server.
func (t *Tab) Tell(n Network) error {
	return call(t.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{
		Offline: n == Gone, DownloadThroughput: -1, UploadThroughput: -1,
	})
}

// Network is what a phone says of its network.
type Network string

// The states of the network.
const (
	Gone Network = "gone"
	Back Network = "back"
)

// Installable lists what Chromium has against installing the page as an app, besides that
// a test's tab is private.
func (t *Tab) Installable() ([]string, error) {
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	found, err := chromedp.Call(ctx, page.GetInstallabilityErrors, cdp.Empty{})
	if err != nil {
		return nil, fmt.Errorf("ask whether it can be installed: %w", err)
	}
	var all []string
	for _, e := range found.InstallabilityErrors {
		if e.ErrorID != "in-incognito" {
			all = append(all, e.ErrorID)
		}
	}
	return all, nil
}

// Forget takes the tab's cookies away, as closing a browser does with those of a session.
func (t *Tab) Forget() error {
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	if _, err := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		return fmt.Errorf("forget cookies: %w", err)
	}
	return nil
}
