package admin

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"shebao/server/doubt"
	"shebao/server/reconcile"
	"shebao/shared/contribution"
	"shebao/shared/debit"
	"shebao/shared/refund"
)

// pulseFresh is how long a look at the workbench's figures counts for every open screen.
const pulseFresh = 2 * time.Second

// Pulse tells open workbenches when their figures have changed. Many screens cost no more
// than one. Safe for concurrent use.
type Pulse struct {
	deps Deps
	now  func() time.Time
	mu   sync.Mutex
	at   time.Time
	text string
}

// NewPulse returns the pulse of the console.
func NewPulse(d Deps, now func() time.Time) *Pulse { return &Pulse{deps: d, now: now} }

// Look is what the figures come to: it differs when a workbench would.
func (p *Pulse) Look(ctx context.Context, _ string) (string, bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); p.text == "" || now.Sub(p.at) >= pulseFresh {
		text, err := p.deps.figures(ctx)
		if err != nil {
			return "", true, err
		}
		p.at, p.text = now, text
	}
	return p.text, true, nil
}

// figures are what the workbench shows of today, of what waits and of the run under way.
func (d Deps) figures(ctx context.Context) (string, error) {
	var b strings.Builder
	days, err := d.Days.Last(ctx, 1)
	if err != nil {
		return "", err
	}
	today := days[0]
	fmt.Fprintf(&b, "%d.%d.%d", today.Amount, today.Paid, today.Failed)
	doubtful, err := d.Records.PaymentsIn(ctx, contribution.InDoubt, mostWaiting)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "-%d", len(doubtful))
	for _, state := range []reconcile.State{reconcile.Open, reconcile.Proposed, reconcile.Confirming} {
		list, err := d.Recon.Waiting(ctx, state, mostWaiting)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "-%d", len(list))
	}
	for _, state := range []refund.State{refund.Applied, refund.Checked, refund.Failed, refund.InDoubt} {
		list, err := d.Refunds.In(ctx, state, "", mostWaiting)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "-%d", len(list))
	}
	proposed, err := d.Doubts.In(ctx, doubt.Proposed, mostWaiting)
	if err != nil {
		return "", err
	}
	changes, err := d.Rates.Pending(ctx)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "-%d-%d", len(proposed), len(changes))
	runs, err := d.Runs.List(ctx, "", 3)
	if err != nil {
		return "", err
	}
	for _, r := range runs {
		fmt.Fprintf(&b, "-%s.%d", r.State, r.Round)
		if r.State != debit.Running {
			continue
		}
		report, err := d.Runs.Report(ctx, r.ID)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, ".%d", report.Total.Waiting())
	}
	return b.String(), nil
}
