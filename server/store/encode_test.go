package store

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"shebao/server/audit"
	"shebao/shared/bankapi"
	"shebao/shared/contribution"
	"shebao/shared/debit"
	"shebao/shared/money"
	"shebao/shared/notice"
	"shebao/shared/period"
)

// dice make values of which many are empty, as in real documents.
type dice struct{ *rand.Rand }

func (d dice) text() string {
	return []string{"", "x", "城乡居民 𠮷", "11101010000", fmt.Sprint("b", d.Uint64())}[d.IntN(5)]
}

func (d dice) time() time.Time {
	if d.IntN(3) == 0 {
		return time.Time{}
	}
	return time.UnixMilli(d.Int64N(4e12)).UTC()
}

func (d dice) day() period.Date {
	if d.IntN(3) == 0 {
		return period.Date{}
	}
	return period.DateOf(time.Unix(d.Int64N(4e9), 0))
}

func (d dice) whole() int { return []int{0, 1, 2026, 1 << 31, -(1 << 40)}[d.IntN(5)] }

func (d dice) truth() bool { return d.IntN(2) == 0 }

func (d dice) fen() money.Fen { return money.Fen(d.Int64() >> d.IntN(64)) }

func (d dice) payment() contribution.Payment {
	p := contribution.Payment{
		ID: d.text(), Payer: d.text(), Amount: d.fen(), Authority: d.text(), Agreement: d.text(), Bank: d.text(), Account: d.text(), Mandate: d.text(),
		Channel: contribution.Channel(d.text()), State: contribution.PaymentState(d.text()), Code: bankapi.Code(d.text()), Reason: d.text(),
		Trace: d.text(), Created: d.time(), Sent: d.time(), Ended: d.time(), Open: d.truth(), Next: d.time(), Tries: d.whole(), Digest: d.text(),
		Items: []contribution.Item{},
	}
	p.Ref = bankapi.Ref{Authority: p.Authority, Date: d.text(), Serial: d.text()}
	for range d.IntN(12) {
		p.Items = append(p.Items, contribution.Item{Declaration: d.text(), Due: d.text(), Amount: d.fen(), Ticket: d.text()})
	}
	return p
}

func (d dice) declaration() contribution.Declaration {
	c := contribution.Declaration{
		ID: d.text(), Due: d.text(), Kind: contribution.Kind(d.text()), Insured: d.text(), Payer: d.text(), Scheme: contribution.Scheme(d.text()),
		Enrolment: d.text(), Authority: d.text(), Year: d.whole(), Period: period.YearPeriod(1990 + d.IntN(50)), Amount: d.fen(), Deadline: d.day(),
		Channel: contribution.Channel(d.text()), Declared: d.time(), State: contribution.DeclarationState(d.text()), Voided: d.time(),
		VoidedFor: d.text(), Pay: contribution.PayState(d.text()), Payment: d.text(), Failure: d.text(),
	}
	switch d.IntN(4) {
	case 0:
		c.State = contribution.Processing
	case 1:
		c.Pay = contribution.Debiting
	case 2:
		c.Pay = contribution.Paid
		c.Settled = contribution.Settlement{Ticket: d.text(), At: d.time(), Booked: d.day(), Channel: contribution.Channel(d.text()), Bank: d.text(), Account: d.text()}
	}
	return c
}

func (d dice) due() contribution.Due {
	return contribution.Due{
		ID: d.text(), Person: d.text(), Enrolment: d.text(), Scheme: contribution.Scheme(d.text()), Kind: contribution.Kind(d.text()), Year: d.whole(),
		Period: period.YearPeriod(1990 + d.IntN(50)), Authority: d.text(), Amount: d.fen(), Reason: d.text(), Opens: d.day(), Deadline: d.day(),
		State: contribution.DueState(d.text()), Declaration: d.text(), Refund: d.text(),
	}
}

func (d dice) record() audit.Record {
	r := audit.Record{Day: d.day(), Seq: d.Int64N(1e9), Prev: d.text(), Hash: d.text(), Event: audit.Event{
		WhoKind: d.text(), Who: d.text(), What: d.text(), Subject: d.text(), Result: d.text(), At: d.time(), Address: d.text(), Request: d.text(),
	}}
	for range d.IntN(4) {
		if r.Event.Details == nil {
			r.Event.Details = map[string]string{}
		}
		r.Event.Details[d.text()] = d.text()
	}
	return r
}

func TestEncode_isWhatTheDriverWouldWrite(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(3, 5))}
	same := func(doc any, encode func(e *encoder)) {
		t.Helper()
		want, err := bson.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		e := &encoder{}
		e.document()
		encode(e)
		e.end()
		if !bytes.Equal(e.b, want) {
			t.Fatalf("encoded\n%v\ninstead of\n%v", bson.Raw(e.b), bson.Raw(want))
		}
	}
	for range 2000 {
		p, c, r, owed, due := d.payment(), d.declaration(), d.record(), d.due(), d.time()
		n := notice.Notice{
			ID: d.text(), Person: d.text(), Key: d.text(), Kind: notice.Kind(d.text()), Title: d.text(), Text: d.text(), Link: d.text(), At: d.time(), Unread: d.truth(),
		}
		same(paymentToDoc(p), func(e *encoder) { encodePayment(e, p) })
		same(declarationToDoc(c), func(e *encoder) { encodeDeclaration(e, c) })
		same(dueToDoc(owed), func(e *encoder) { encodeDue(e, owed) })
		same(recordToDoc(r), func(e *encoder) { encodeRecord(e, r) })
		same(noticeToDoc(n, due), func(e *encoder) { encodeNotice(e, n, due) })
	}
}

func (d dice) page() debit.Page {
	p := debit.Page{ID: d.text(), Run: d.text(), Round: d.whole(), File: d.text(), From: d.text(), Step: d.Int64(), Rev: d.Int64()}
	for range d.IntN(20) {
		p.Items = append(p.Items, debit.Item{
			ID: d.text(), Run: p.Run, Person: d.text(), Enrolment: d.text(), Scheme: contribution.Scheme(d.text()), Authority: d.text(), Bank: d.text(),
			Agreement: d.text(), Account: d.text(), Due: d.text(), Setting: d.text(), Amount: d.fen(), State: debit.ItemState(d.text()),
			Exclusion: debit.Exclusion(d.text()), File: p.File, Round: p.Round, Payment: d.text(), Code: d.text(), Reason: d.text(), Ended: d.time(),
		})
	}
	return p
}

func TestScan_readsAPageAsItWasWritten(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(11, 2))}
	for range 2000 {
		p := d.page()
		e := &encoder{}
		e.document()
		encodePage(e, p)
		e.end()
		if err := bson.Raw(e.b).Validate(); err != nil {
			t.Fatal(err)
		}
		if got, err := scanPage(e.b); err != nil || !reflect.DeepEqual(got, p) {
			t.Fatalf("read %+v\ninstead of %+v, %v", got, p, err)
		}
		for _, it := range p.Items {
			if has := statesIn(p.Items); !slices.Contains(has, hasItem(it.State, "")) || !slices.Contains(has, hasItem(it.State, it.Exclusion)) {
				t.Fatalf("%v lacks %s %s", has, it.State, it.Exclusion)
			}
		}
	}
}

func TestScan_readsADueAsTheDriverDoes(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(13, 4))}
	for range 2000 {
		doc, err := bson.Marshal(dueToDoc(d.due()))
		if err != nil {
			t.Fatal(err)
		}
		var decoded dueDoc
		if err := bson.Unmarshal(doc, &decoded); err != nil {
			t.Fatal(err)
		}
		if got, err := scanDue(doc); err != nil || got != decoded.value() {
			t.Fatalf("read %+v\ninstead of %+v, %v", got, decoded.value(), err)
		}
	}
}

func TestScan_readsADeclarationAsTheDriverDoes(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(17, 6))}
	for range 2000 {
		doc, err := bson.Marshal(declarationToDoc(d.declaration()))
		if err != nil {
			t.Fatal(err)
		}
		var decoded declarationDoc
		if err := bson.Unmarshal(doc, &decoded); err != nil {
			t.Fatal(err)
		}
		if got, err := scanDeclaration(doc); err != nil || got != decoded.value() {
			t.Fatalf("read %+v\ninstead of %+v, %v", got, decoded.value(), err)
		}
	}
}

func TestScan_readsAPaymentAsTheDriverDoes(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(7, 1))}
	for range 2000 {
		doc, err := bson.Marshal(paymentToDoc(d.payment()))
		if err != nil {
			t.Fatal(err)
		}
		var decoded paymentDoc
		if err := bson.Unmarshal(doc, &decoded); err != nil {
			t.Fatal(err)
		}
		got, err := scanPayment(doc)
		if want := decoded.value(); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("read %+v\ninstead of %+v, %v", got, want, err)
		}
	}
}
