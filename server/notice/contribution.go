package notice

import (
	"context"

	"shebao/server/contribution"
	model "shebao/shared/notice"
)

// Payments is the port through which server/contribution tells people.
type Payments struct{ *Service }

// Tell adds the notice of a payment.
func (p Payments) Tell(ctx context.Context, n contribution.Notice) error {
	return p.Service.Tell(ctx, model.Notice{
		ID: n.ID, Person: n.Person, Kind: model.Kind(n.Kind), Title: n.Title, Text: n.Text, Link: n.Link,
	})
}
