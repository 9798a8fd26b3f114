package web

import (
	"bufio"
	"context"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"shebao/shared/api"
	"shebao/shared/contribution"
)

// PaymentSource tells what became of a payment.
type PaymentSource interface {
	Payment(ctx context.Context, id string) (contribution.Payment, bool, error)
}

// Watch wakes those who wait for the next state of a payment or agreement in this process.
type Watch interface {
	Watch(id string) (changes <-chan struct{}, end func())
}

// Timing of live events.
const (
	livePoll  = 2 * time.Second // other servers' changes are seen by asking
	liveLasts = 4 * time.Minute // then the browser connects anew
)

// LivePayment is the address of a payment's live events for a page that shows the state.
func LivePayment(id string, shown contribution.PaymentState) string {
	return "/live/payments/" + url.PathEscape(id) + "?shown=" + look(shown)
}

// look is what a page makes of a state: it changes only when the page would.
func look(s contribution.PaymentState) string {
	switch s {
	case contribution.Pending, contribution.Sending:
		return "wait"
	case contribution.InDoubt:
		return "doubt"
	case contribution.Succeeded, contribution.Failed, contribution.Cancelled:
		return string(s)
	default:
		return string(s)
	}
}

// LivePayments serves the events of payments to their payers until ctx ends: one event
// "page" as soon as the page would look different from what it shows.
func LivePayments(ctx context.Context, source PaymentSource, watch Watch) func(fiber.Router) {
	return func(app fiber.Router) {
		app.Get("/live/payments/:id", func(c *fiber.Ctx) error {
			id, shown := c.Params("id"), c.Query("shown")
			who := sessionOf(c)
			p, ok, err := source.Payment(c.UserContext(), id) //nolint:contextcheck // the request ends before the program does
			if err != nil {
				return err
			}
			if !ok || who.Person == "" || who.Officer || p.Payer != who.Person {
				return api.NotFound("")
			}
			c.Set(fiber.HeaderContentType, "text/event-stream")
			c.Set(fiber.HeaderCacheControl, "no-store")
			c.Set("X-Accel-Buffering", "no") // proxies must not hold events back
			c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
				within, cancel := context.WithTimeout(ctx, liveLasts)
				defer cancel()
				follow(within, w, source, watch, id, shown)
			})
			return nil
		})
	}
}

// follow writes to w until the payment looks different, the reader is gone or ctx ends.
func follow(ctx context.Context, w *bufio.Writer, source PaymentSource, watch Watch, id, shown string) {
	stream(ctx, w, watch, id, func(ctx context.Context) (string, bool, error) {
		p, ok, err := source.Payment(ctx, id)
		return string(p.State), err == nil && ok && look(p.State) != shown, err
	})
}

// stream writes to w until the page has changed, the reader is gone or ctx ends.
func stream(ctx context.Context, w *bufio.Writer, watch Watch, id string, look func(context.Context) (state string, changed bool, err error)) {
	changes, end := watch.Watch(id)
	defer end()
	tick := time.NewTicker(livePoll)
	defer tick.Stop()
	if !send(w, "retry: 3000\n\n") {
		return
	}
	for {
		state, changed, err := look(ctx)
		if changed {
			send(w, "event: page\ndata: "+state+"\n\n")
			return
		}
		if err == nil && !send(w, ": \n\n") { // shows whether somebody still listens
			return
		}
		select {
		case <-changes:
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func send(w *bufio.Writer, text string) bool {
	if _, err := w.WriteString(text); err != nil {
		return false
	}
	return w.Flush() == nil
}
