package browsertest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
)

// Pushed delivers a message to the service worker that looks after the tab's pages, as the
// browser vendor's push service would; notifications are allowed.
func (t *Tab) Pushed(data string) error {
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	_, err := chromedp.Call(ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: "notifications"}, Setting: browser.PermissionSettingGranted, Origin: t.base,
		BrowserContextID: chromedp.FromContext(ctx).BrowserContextID,
	})
	if err != nil {
		return fmt.Errorf("allow notifications: %w", err)
	}
	found := make(chan serviceworker.RegistrationID, 8)
	err = chromedp.Listen(ctx, func(ev any) {
		e, ok := ev.(*serviceworker.EventWorkerRegistrationUpdated)
		if !ok {
			return
		}
		for _, r := range e.Registrations {
			if !r.IsDeleted && r.ScopeURL == t.base+"/" {
				select {
				case found <- r.RegistrationID:
				default:
				}
			}
		}
	})
	if err != nil {
		return fmt.Errorf("listen for service workers: %w", err)
	}
	if err := call(ctx, serviceworker.Enable, cdp.Empty{}); err != nil {
		return fmt.Errorf("look for service workers: %w", err)
	}
	defer func() { _ = call(ctx, serviceworker.Disable, cdp.Empty{}) }() // being switched on again tells of all workers again
	select {
	case id := <-found:
		return call(ctx, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{Origin: t.base, RegistrationID: id, Data: data})
	case <-ctx.Done():
		return errors.Join(errors.New("no service worker is registered"), ctx.Err())
	}
}

// InWorker gives the value of a promise, made in the service worker that looks after the
// tab's pages, as text.
func (t *Tab) InWorker(js string) (string, error) {
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	all, err := chromedp.Targets(ctx)
	if err != nil {
		return "", fmt.Errorf("look for service workers: %w", err)
	}
	own := chromedp.FromContext(ctx).BrowserContextID
	for _, info := range all {
		if info.Type != "service_worker" || info.BrowserContextID != own || !strings.HasPrefix(info.URL, t.base+"/") {
			continue
		}
		worker, stop := chromedp.NewContext(t.ctx, chromedp.WithTargetID(info.TargetID))
		before := t.stop
		t.stop = func() { stop(); before() } // not earlier: it would end the worker
		return chromedp.Run(worker, chromedp.Evaluate[string]("Promise.resolve("+js+").then(String)", chromedp.EvalAwaitPromise))
	}
	return "", errors.New("no service worker is running")
}
