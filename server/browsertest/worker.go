package browsertest

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
)

// Sleep ends the service workers, as the browser does some time after the last page that
// they did something for. They start again when they are needed.
func (t *Tab) Sleep() error {
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	if _, err := chromedp.Call(ctx, serviceworker.Enable, cdp.Empty{}); err != nil {
		return fmt.Errorf("reach the service workers: %w", err)
	}
	if _, err := chromedp.Call(ctx, serviceworker.StopAllWorkers, cdp.Empty{}); err != nil {
		return fmt.Errorf("end the service workers: %w", err)
	}
	return nil
}

// Scripts switches the pages' JavaScript on or off. A service worker that is there stays.
func (t *Tab) Scripts(on bool) error {
	return call(t.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}
