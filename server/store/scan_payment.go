package store

import (
	"errors"

	"go.mongodb.org/mongo-driver/bson"

	"shebao/shared/bankapi"
	"shebao/shared/contribution"
	"shebao/shared/money"
)

// scanPayment reads a whole payment.
func scanPayment(doc bson.Raw) (contribution.Payment, error) {
	var p contribution.Payment
	var inside error
	err := fields(doc, func(key []byte, v value) {
		switch string(key) {
		case "_id":
			p.ID = v.text()
		case "payer":
			p.Payer = v.text()
		case "items":
			p.Items, inside = scanItems(v.data)
		case "amount":
			p.Amount = money.Fen(v.int())
		case "auth":
			p.Authority = v.text()
			p.Ref.Authority = p.Authority
		case "agreement":
			p.Agreement = v.text()
		case "bank":
			p.Bank = v.text()
		case "account":
			p.Account = v.text()
		case "mandate":
			p.Mandate = v.text()
		case "date":
			p.Ref.Date = v.text()
		case "serial":
			p.Ref.Serial = v.text()
		case "channel":
			p.Channel = contribution.Channel(v.text())
		case "digest":
			p.Digest = v.text()
		default:
			scanProgress(&p, key, v)
		}
	})
	return p, errors.Join(err, inside)
}

// scanProgress reads a field of a payment that its way through the states changes.
func scanProgress(p *contribution.Payment, key []byte, v value) {
	switch string(key) {
	case "state":
		p.State = contribution.PaymentState(v.text())
	case "code":
		p.Code = bankapi.Code(v.text())
	case "reason":
		p.Reason = v.text()
	case "trace":
		p.Trace = v.text()
	case "created":
		p.Created = v.time()
	case "sent":
		p.Sent = instant(v.time())
	case "ended":
		p.Ended = instant(v.time())
	case "open":
		p.Open = v.truth()
	case "next":
		p.Next = v.time()
	case "tries":
		p.Tries = int(v.int())
	}
}

// scanItems reads an array of payment items.
func scanItems(list bson.Raw) ([]contribution.Item, error) {
	items := []contribution.Item{}
	var inside error
	err := fields(list, func(_ []byte, v value) {
		var it contribution.Item
		inside = errors.Join(inside, fields(v.data, func(key []byte, v value) {
			switch string(key) {
			case "decl":
				it.Declaration = v.text()
			case "due":
				it.Due = v.text()
			case "amount":
				it.Amount = money.Fen(v.int())
			case "ticket":
				it.Ticket = v.text()
			}
		}))
		items = append(items, it)
	})
	return items, errors.Join(err, inside)
}

// scanDeclaration reads a whole declaration.
func scanDeclaration(doc bson.Raw) (contribution.Declaration, error) {
	var d contribution.Declaration
	from, to := "", ""
	var inside error
	err := fields(doc, func(key []byte, v value) {
		switch string(key) {
		case "_id":
			d.ID = v.text()
		case "due":
			d.Due = v.text()
		case "kind":
			d.Kind = contribution.Kind(v.text())
		case "insured":
			d.Insured = v.text()
		case "payer":
			d.Payer = v.text()
		case "scheme":
			d.Scheme = contribution.Scheme(v.text())
		case "enr":
			d.Enrolment = v.text()
		case "auth":
			d.Authority = v.text()
		case "year":
			d.Year = int(v.int())
		case "from":
			from = v.text()
		case "to":
			to = v.text()
		case "amount":
			d.Amount = money.Fen(v.int())
		case "deadline":
			d.Deadline = day(v.text())
		case "settled":
			d.Settled, inside = scanSettlement(v.data)
		default:
			scanStanding(&d, key, v)
		}
	})
	d.Period = months(from, to)
	return d, errors.Join(err, inside)
}

// scanStanding reads a field of a declaration that its way through the states changes.
func scanStanding(d *contribution.Declaration, key []byte, v value) {
	switch string(key) {
	case "channel":
		d.Channel = contribution.Channel(v.text())
	case "declared":
		d.Declared = v.time()
	case "state":
		d.State = contribution.DeclarationState(v.text())
	case "voided":
		d.Voided = instant(v.time())
	case "voidedFor":
		d.VoidedFor = v.text()
	case "pay":
		d.Pay = contribution.PayState(v.text())
	case "payment":
		d.Payment = v.text()
	case "failure":
		d.Failure = v.text()
	}
}

func scanSettlement(doc bson.Raw) (contribution.Settlement, error) {
	var s contribution.Settlement
	if len(doc) == 0 { // null
		return s, nil
	}
	err := fields(doc, func(key []byte, v value) {
		switch string(key) {
		case "ticket":
			s.Ticket = v.text()
		case "at":
			s.At = instant(v.time())
		case "booked":
			s.Booked = day(v.text())
		case "channel":
			s.Channel = contribution.Channel(v.text())
		case "bank":
			s.Bank = v.text()
		case "account":
			s.Account = v.text()
		}
	})
	return s, err
}
