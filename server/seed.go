package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/config"
	"shebao/server/demo"
	"shebao/server/store"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	"shebao/shared/bankcard"
	shared "shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/money"
	"shebao/shared/period"
	"shebao/shared/person"
)

// seedDemo stores the demo people, once; what is there already stays as it is.
func (b *backend) seedDemo(ctx context.Context) error {
	set, err := demo.Make(b.clock.Now(), b.city.Rates)
	if err != nil {
		return err
	}
	if err := b.seedOfficers(ctx); err != nil {
		return err
	}
	if _, known, err := b.store.Person(ctx, set.People[0].ID); err != nil || known {
		return errors.Join(err, b.seedMandates(ctx, set.Agreements))
	}
	err = b.store.AddBulk(ctx, store.Bulk{Enrolments: set.Enrolments, Dues: set.Dues, Settings: set.Settings})
	if err != nil {
		return fmt.Errorf("demo data: %w", err)
	}
	for _, d := range set.Declarations {
		if err := b.store.PutDeclaration(ctx, d); err != nil {
			return fmt.Errorf("demo data: %w", err)
		}
	}
	for _, a := range set.Agreements {
		if _, err := b.store.AddAgreement(ctx, a.Agreement, a.Number); err != nil {
			return fmt.Errorf("demo data: %w", err)
		}
	}
	if err := b.seedMandates(ctx, set.Agreements); err != nil {
		return err
	}
	for i := len(set.People) - 1; i >= 0; i-- { // the first one last: it tells that all is there
		p := set.People[i]
		if err := b.accounts.provide(ctx, p, demo.Password); err != nil {
			return fmt.Errorf("demo account %s: %w", p.ID, err)
		}
		if _, err := b.store.AddPerson(ctx, p); err != nil {
			return fmt.Errorf("demo person %s: %w", p.ID, err)
		}
	}
	for _, id := range set.Care {
		if err := b.store.SetDisplay(ctx, id, person.Care); err != nil {
			return err
		}
	}
	return nil
}

// seedMandates tells the simulator of the mandates that the demo people have signed.
func (b *backend) seedMandates(ctx context.Context, agreements []demo.Agreement) error {
	if b.bank.sim == nil {
		return nil
	}
	seeds := make([]banksim.Seed, 0, len(agreements))
	for _, a := range agreements {
		seeds = append(seeds, banksim.Seed{
			Mandate: a.Mandate, Authority: a.Authority, Bank: a.Bank, Account: a.Number, Holder: a.Holder.Name,
			Document: string(a.Holder.Document.Type), Number: a.Holder.Document.Number, Phone: a.Holder.Phone,
			Revoked: a.State == agreement.Revoked,
		})
	}
	return b.bank.sim.Seed(ctx, seeds...)
}

// seed is the command that adds synthetic residents.
func seed(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("seed", flag.ContinueOnError)
	f.SetOutput(out)
	n := f.Int("people", 1000, "how many synthetic residents")
	difficult := f.Bool("difficult", false, "give the first residents the simulator's difficult cards: refused, late, missing from the day file …")
	payers := f.Int("payers", -1, "how many of them have an agreement; everybody when negative")
	if err := f.Parse(args); err != nil {
		return err
	}
	cfg, err := config.Load(os.Getenv, os.ReadFile)
	if err != nil {
		return err
	}
	if !cfg.IsDemo() {
		return errors.New("seed adds synthetic people and is refused in production")
	}
	b, err := openBackend(ctx, cfg, slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	started := time.Now()
	cards := cardsOf(banksim.SyntheticAccount)
	if *difficult {
		if cards, err = difficultCards(); err != nil {
			return errors.Join(err, b.close(ctx))
		}
	}
	if *payers < 0 {
		*payers = *n
	}
	err = seedPeople(ctx, b, seeding{people: *n, payers: *payers, cards: cards}, func(done int) { _, _ = fmt.Fprintf(out, "\r%d / %d", done, *n) })
	_, _ = fmt.Fprintf(out, "\r%d people in %s\n", *n, time.Since(started).Round(time.Second))
	return errors.Join(err, b.close(ctx))
}

const (
	seedAuthority = "11101020000"
	seedBatch     = 1000
	seedPayers    = 500 // of the benches' residents have an agreement
)

func seedPerson(i int) string { return fmt.Sprintf("s%07d", i) }

// seedDue is the id of the regular due of seedPerson(i) in the year.
func seedDue(i, year int) string {
	return fmt.Sprintf("due:%s:pension:%d:regular:1", seedPerson(i), year)
}

func seedAgreement(person string) string { return "a-" + person }

// seeding is how many synthetic residents there are to be, how many of them, the first ones,
// have an agreement, and for which cards.
type seeding struct {
	people, payers int
	cards          cards
}

// seedPeople stores synthetic residents, each with a pension enrolment, this year's due and a
// setting of 3,000.
func seedPeople(ctx context.Context, b *backend, s seeding, progress func(done int)) error {
	n := s.people
	today := period.DateOf(b.clock.Now())
	rate, ok := b.city.Rates.Find(shared.Pension, "10", today.Year)
	if !ok {
		return fmt.Errorf("no pension rate for %d", today.Year)
	}
	for from := 0; from < n; from += seedBatch {
		bulk := store.Bulk{}
		for i := from; i < min(n, from+seedBatch); i++ {
			p, e := synthetic(i, today)
			bulk.People, bulk.Enrolments = append(bulk.People, p), append(bulk.Enrolments, e)
			bulk.Dues = append(bulk.Dues, shared.Due{
				ID: seedDue(i, rate.Year), Person: p.ID, Enrolment: e.ID, Scheme: shared.Pension, Kind: shared.Regular, Year: rate.Year,
				Period: rate.Benefit, Authority: seedAuthority, Opens: rate.Opens, Deadline: rate.Closes, State: shared.DueOpen,
			})
			bulk.Settings = append(bulk.Settings, shared.Setting{
				ID: "set:" + e.ID + ":1", Person: p.ID, Enrolment: e.ID, Scheme: shared.Pension, Tier: money.Yuan(3000),
				From: rate.Benefit.From.First(), To: rate.Benefit.To.Last(), Set: b.clock.Now(),
			})
		}
		var mandates []demo.Agreement
		for i, p := range bulk.People {
			if from+i < s.payers {
				bank, account := s.cards(from + i)
				a := synthesize(b, p, bank, account)
				bulk.Agreements = append(bulk.Agreements, store.Signed{Agreement: a, Account: account})
				mandates = append(mandates, demo.Agreement{Agreement: a, Number: account, Holder: p})
			}
		}
		if err := b.store.AddBulk(ctx, bulk); err != nil {
			return err
		}
		if len(mandates) > 0 {
			if err := b.seedMandates(ctx, mandates); err != nil {
				return err
			}
		}
		progress(min(n, from+seedBatch))
	}
	return nil
}

// synthetic is the i-th synthetic resident.
func synthetic(i int, today period.Date) (person.Person, shared.Enrolment) {
	birth := period.Date{Year: 1960, Month: 1, Day: 1}.AddDays(i % 14000)
	front := fmt.Sprintf("110102%04d%02d%02d%03d", birth.Year, birth.Month, birth.Day, i/14000%1000)
	p := person.Person{
		ID: seedPerson(i), Name: "测试" + string(rune(0x4e00+i%2000)), Nationality: "CHN", Birth: birth, Phone: fmt.Sprintf("139%08d", i),
		Document: idcard.Document{Type: idcard.ResidentID, Number: front + string(idcard.Check([17]byte([]byte(front))))},
	}
	return p, shared.Enrolment{
		ID: "enr:" + p.ID + ":pension", Person: p.ID, Scheme: shared.Pension, Category: "10", Authority: seedAuthority,
		Agency: "西城区社会保险基金管理中心", Number: fmt.Sprintf("11%012d", i), From: today.AddYears(-5),
	}
}

// synthesize is the agreement of a synthetic resident.
func synthesize(b *backend, p person.Person, bank, account string) agreement.Agreement {
	today := period.DateOf(b.clock.Now())
	return agreement.Agreement{
		ID: seedAgreement(p.ID), Payer: p.ID, Authority: seedAuthority, Bank: bank, Account: bankcard.Mask(account),
		Holder: person.MaskName(p.Name), Phone: person.MaskPhone(p.Phone), Mandate: "MS" + p.ID, State: agreement.Verified,
		Ref:     bankapi.Ref{Authority: seedAuthority, Date: today.String(), Serial: "sign" + p.ID},
		Applied: b.clock.Now().AddDate(0, -1, 0), Effective: today.AddMonths(-1),
	}
}

// cards gives the bank and account of the i-th resident.
type cards func(i int) (bank, account string)

func cardsOf(account func(i int) string) cards {
	return func(i int) (string, string) { return "313", account(i) }
}

// difficultCards are the simulator's own cards of one bank, then usual ones. One whose debit
// ends with 96 is not among them: a query answered 96 tells nothing, so it stays 待核实.
func difficultCards() (cards, error) {
	all, err := banksim.DemoAccounts()
	if err != nil {
		return nil, err
	}
	var list []banksim.Account
	for _, a := range all {
		if a.Bank == "103" && a.Sign == "" && a.Late != bankapi.SystemError {
			list = append(list, a)
		}
	}
	usual := cardsOf(banksim.SyntheticAccount)
	return func(i int) (string, string) {
		if i < len(list) {
			return list[i].Bank, list[i].Number
		}
		return usual(i)
	}, nil
}
