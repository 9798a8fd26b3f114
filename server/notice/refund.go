package notice

import (
	"context"

	"shebao/server/refund"
	model "shebao/shared/notice"
	refunds "shebao/shared/refund"
)

// Refunds is the port through which server/refund tells people.
type Refunds struct{ *Service }

// Tell adds the notice of a refund.
func (r Refunds) Tell(ctx context.Context, n refund.Notice) error {
	kind := model.NotRefunded
	if n.State == refunds.Refunded {
		kind = model.Refunded
	}
	return r.Service.Tell(ctx, model.Notice{ID: n.ID, Person: n.Person, Kind: kind, Title: n.Title, Text: n.Text, Link: n.Link})
}
