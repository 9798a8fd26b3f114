package main

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"shebao/server/account"
	"shebao/server/contribution"
	"shebao/server/demo"
	shared "shebao/shared/contribution"
)

// benchReads measures the store's point and list reads.
func benchReads(ctx context.Context, b *backend, people int, o benchOptions, say func(any)) error {
	year := b.payments.Today().Year
	for _, clients := range []int{1, 8, 32} {
		say(hammer(ctx, "point reads", clients, o.during, func(ctx context.Context, n int64) error {
			ds, err := b.store.DuesByID(ctx, []string{seedDue(int(n)%people, year)})
			if err == nil && len(ds) != 1 {
				err = fmt.Errorf("%d dues", len(ds))
			}
			return err
		}))
		say(hammer(ctx, "list reads", clients, o.during, func(ctx context.Context, n int64) error {
			_, err := b.store.Dues(ctx, seedPerson(int(n)%people), shared.Pension)
			return err
		}))
	}
	return nil
}

// benchPayments measures whole payments: declare, debit at a bank without delay,
// settled and closed. Every payment is of another due, made before the clock starts.
func benchPayments(ctx context.Context, b *backend, people int, o benchOptions, say func(any)) error {
	offset := 0
	for _, clients := range []int{1, 8, 32} {
		var mu sync.Mutex
		var first error
		m := hammer(ctx, "complete payments", clients, o.during, func(ctx context.Context, n int64) error {
			err := benchPay(ctx, b, offset+int(n), people)
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				if first == nil {
					first = err
				}
			}
			return err
		})
		if first != nil {
			return fmt.Errorf("complete payment: %w", first)
		}
		offset += int(m.perSec) * 10
		say(m)
	}
	return nil
}

// benchPay pays one assessed due that nobody else pays.
func benchPay(ctx context.Context, b *backend, n, people int) error {
	person := seedPerson(n % min(people, seedPayers))
	due := shared.Due{
		ID: fmt.Sprintf("due:%s:pension:2020:assessed:%d", person, n), Person: person, Enrolment: "enr:" + person + ":pension",
		Scheme: shared.Pension, Kind: shared.Assessed, Year: 2020, Authority: seedAuthority, Amount: 100000, State: shared.DueOpen,
	}
	return payNewDue(ctx, b, due, n)
}

// payNewDue stores the due, declares it and pays it. The insert stands for the
// assessment that another system would have made; it counts against us.
func payNewDue(ctx context.Context, b *backend, due shared.Due, n int) error {
	rate := b.city.Rates[0]
	today := b.payments.Today()
	due.Period, due.Opens, due.Deadline = rate.Benefit, today.AddDays(-1), today.AddDays(30)
	if _, err := b.store.AddDue(ctx, due); err != nil {
		return err
	}
	ds, err := b.payments.Declare(ctx, contribution.DeclareRequest{
		Payer: due.Person, Insured: due.Person, Scheme: due.Scheme, Channel: shared.ChannelMobile,
		Choices: []contribution.Choice{{Due: due.ID, Amount: due.Amount}},
	})
	if err != nil {
		return err
	}
	p, err := b.payments.Pay(ctx, contribution.PayRequest{
		Payer: due.Person, Declarations: []string{ds[0].ID}, Agreement: seedAgreement(due.Person), Key: fmt.Sprint("bench", n),
		Channel: shared.ChannelMobile,
	})
	if err != nil {
		return err
	}
	if p.State != shared.Succeeded || p.Open {
		return fmt.Errorf("payment is %s (%s), open %t", p.State, p.Reason, p.Open)
	}
	return nil
}

// benchPages measures pages as a logged-in resident gets them.
func benchPages(ctx context.Context, p *program, people int, o benchOptions, say func(any)) error {
	token, err := benchLogin(ctx, p.backend, seedPerson(people/2))
	if err != nil {
		return err
	}
	cookies := map[string]string{"sid": token}
	base := "http://" + p.addr()
	for _, path := range []string{"/login", "/", "/pension/pay", "/pension/payments"} {
		jar := cookies
		if path == "/login" {
			jar = nil
		}
		name := "page " + path
		if path != "/login" {
			name += " with data"
		}
		say(hammer(ctx, strings.TrimSpace(name), 32, o.during, getter(base+path, jar)))
	}
	return nil
}

// benchLogin gives a synthetic resident an account and logs them in.
func benchLogin(ctx context.Context, b *backend, id string) (string, error) {
	who, ok, err := b.store.Person(ctx, id)
	if err != nil || !ok {
		return "", fmt.Errorf("person %s: found %t: %w", id, ok, err)
	}
	if err := b.accounts.provide(ctx, who, demo.Password); err != nil {
		return "", err
	}
	token, _, err := b.accounts.Login(ctx, account.PasswordLogin{Number: who.Document.Number, Password: demo.Password, Address: "127.0.0.1"})
	return token, err
}
