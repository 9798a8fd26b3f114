package browsertest

import (
	"context"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Upload chooses the file in the field with the label.
func (t *Tab) Upload(label, path string) error {
	if err := t.Until(find + `(` + quote(label) + `, "input[type=file]")`); err != nil {
		return fmt.Errorf("no file field is called %s: %w", label, err)
	}
	id, err := t.Eval(find + `(` + quote(label) + `, "input[type=file]").id`)
	if err != nil {
		return fmt.Errorf("upload to %s: %w", label, err)
	}
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.SetUploadFiles("#"+id, []string{path})); err != nil {
		return fmt.Errorf("upload to %s: %w", label, err)
	}
	return nil
}

// Cookies are the tab's cookies for the service, as the header Cookie.
func (t *Tab) Cookies() (string, error) {
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	found, err := chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{t.base}})
	if err != nil {
		return "", fmt.Errorf("read cookies: %w", err)
	}
	all := make([]string, len(found.Cookies))
	for i, c := range found.Cookies {
		all[i] = c.Name + "=" + c.Value
	}
	return strings.Join(all, "; "), nil
}
