package browsertest

import (
	"context"
	"fmt"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Keys that people find their way with.
const (
	KeyTab   = kb.Tab
	KeyEnter = kb.Enter
	KeySpace = " "
	KeyDown  = kb.ArrowDown
	KeyUp    = kb.ArrowUp
	KeyEsc   = kb.Escape
)

// Key presses keys one after the other, wherever the focus is.
func (t *Tab) Key(keys string) error { return t.key(keys) }

// BackTab presses Shift+Tab.
func (t *Tab) BackTab() error { return t.key(KeyTab, chromedp.KeyModifiers(chromedp.ModifierShift)) }

func (t *Tab) key(keys string, options ...chromedp.KeyOption) error {
	if t.failed != nil {
		return t.failed
	}
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.KeyEvent(keys, options...)); err != nil {
		return fmt.Errorf("press %q: %w", keys, err)
	}
	return nil
}

// focused is the accessible name of what has the focus, without spaces; "" where nothing has it.
const focused = `((e) => (e === document.body ? "" : e.getAttribute("aria-label") || (e.labels && e.labels.length ? [...e.labels].map((l) => l.innerText).join("") : "") || e.innerText || e.value || "").replace(/\s+/g, ""))(document.activeElement)`

// mostStops bounds how many controls a page may have before the one that is looked for.
const mostStops = 60

// TabTo presses Tab until the focus is on the control whose name is, or begins with, the
// label. On the way every control that gets the focus has to show it.
func (t *Tab) TabTo(label string) error {
	return t.walkTo(label, func() error { return t.Key(KeyTab) })
}

// BackTabTo does the same with Shift+Tab.
func (t *Tab) BackTabTo(label string) error { return t.walkTo(label, t.BackTab) }

func (t *Tab) walkTo(label string, step func() error) error {
	if err := t.Until(`document.readyState === "complete" && performance.getEntriesByType("paint").length > 0`); err != nil {
		return err
	}
	var passed []string
	for range mostStops {
		if err := step(); err != nil {
			return err
		}
		name, err := t.Eval(focused)
		if err != nil {
			return fmt.Errorf("tab to %s: %w", label, err)
		}
		shown, err := t.Eval(`((e) => e === document.body || (e.matches(":focus-visible") && getComputedStyle(e).outlineStyle !== "none"))(document.activeElement)`)
		if err != nil {
			return fmt.Errorf("tab to %s: %w", label, err)
		}
		if shown != "true" {
			t.failed = fmt.Errorf("tab to %s: %q does not show that it has the focus", label, name)
			return t.failed
		}
		same, err := t.Eval(quote(name) + `.startsWith(` + quote(label) + `.replace(/\s+/g, ""))`)
		if err != nil {
			return fmt.Errorf("tab to %s: %w", label, err)
		}
		if same == "true" {
			return nil
		}
		passed = append(passed, name)
	}
	t.failed = fmt.Errorf("no control called %s in %d steps: %q", label, mostStops, passed)
	return t.failed
}
