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
	return p.Service.Tell(ctx, ofPayment(n))
}

// TellAll adds the notices of many payments.
func (p Payments) TellAll(ctx context.Context, ns []contribution.Notice) error {
	list := make([]model.Notice, len(ns))
	for i, n := range ns {
		list[i] = ofPayment(n)
	}
	return p.Service.TellAll(ctx, list)
}

func ofPayment(n contribution.Notice) model.Notice {
	return model.Notice{ID: n.ID, Person: n.Person, Kind: model.Kind(n.Kind), Title: n.Title, Text: n.Text, Link: n.Link}
}
