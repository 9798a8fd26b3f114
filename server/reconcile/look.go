package reconcile

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"shebao/server/contribution"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
	"shebao/shared/refund"
)

// page is how many payments are loaded at a time.
const page = 1000

// Look compares the bank's file of the day with our payments (对账). Payments in 待核实 that
// the file has are settled by it first. Differences found before and gone now are resolved,
// new ones are open. It may be repeated until the day is closed. RefuseNoFile when the bank
// has no file of the day or can't be reached.
func (s *Service) Look(ctx context.Context, by, authority string, date period.Date) (Day, error) {
	if by == "" {
		return Day{}, RefuseOfficer
	}
	if date.After(period.DateOf(s.Now())) {
		return Day{}, RefuseFuture
	}
	if d, err := s.Load(ctx, DayID(authority, date)); err == nil && d.Closed {
		return d, RefuseClosed
	}
	st, err := s.Bank.Statement(ctx, bankapi.StatementQuery{Authority: authority, Day: date.String()})
	if err != nil { // nothing is stored of a day that the bank has no file of
		return Day{}, fmt.Errorf("day file of %s: %w: %w", DayID(authority, date), RefuseNoFile, err)
	}
	d, err := s.open(ctx, authority, date)
	if err != nil {
		return d, err
	}
	m := &match{Service: s, day: d, rows: st.Rows, byID: map[string]shared.Payment{}, backs: map[string]refund.Refund{}, found: map[string]Difference{}, strange: map[string]string{}}
	if err := m.run(ctx); err != nil {
		return d, fmt.Errorf("reconcile %s: %w", d.ID, err)
	}
	m.day.Final, m.day.Looked = st.Closed, s.Now()
	ok, err := s.Store.SwapDay(ctx, m.day)
	if err != nil || !ok {
		return d, errors.Join(fmt.Errorf("write day %s, unchanged %t", d.ID, ok), err)
	}
	m.day.Rev++
	return m.day, s.note(ctx, Entry{Officer: by, Action: "day_look", Subject: d.ID, Result: strconv.Itoa(len(m.found)) + " differences"})
}

// open loads the day, or makes it.
func (s *Service) open(ctx context.Context, authority string, date period.Date) (Day, error) {
	d := Day{ID: DayID(authority, date), Authority: authority, Date: date}
	if _, err := s.Store.AddDay(ctx, d); err != nil {
		return d, fmt.Errorf("add day %s: %w", d.ID, err)
	}
	d, err := s.Load(ctx, d.ID)
	if err == nil && d.Closed {
		err = RefuseClosed
	}
	return d, err
}

// match is one look at one day.
type match struct {
	*Service
	day   Day
	rows  []bankapi.StatementRow
	byID  map[string]shared.Payment // payments that rows name
	backs map[string]refund.Refund  // refunds that rows name, by the serial of the instruction
	found map[string]Difference

	strange map[string]string // account of rows that are none of ours, by difference
}

func (m *match) run(ctx context.Context) error {
	if err := m.carryDay(ctx); err != nil {
		return err
	}
	if err := m.load(ctx); err != nil {
		return err
	}
	if err := m.settle(ctx); err != nil {
		return err
	}
	if err := m.settleRefunds(ctx); err != nil {
		return err
	}
	ours, err := m.ours(ctx)
	if err != nil {
		return err
	}
	if err := m.oursBack(ctx, ours); err != nil {
		return err
	}
	m.compare(ours)
	if err := m.holders(ctx); err != nil {
		return err
	}
	if err := m.doubtful(ctx); err != nil {
		return err
	}
	return m.write(ctx)
}

// load finds the payments and refunds that the file's rows name: a payment's serial is its id.
func (m *match) load(ctx context.Context) error {
	var ids, backs []string
	for _, r := range m.rows {
		if r.Movement == bankapi.Returned {
			backs = append(backs, r.Serial)
		} else {
			ids = append(ids, r.Serial)
		}
	}
	ps, err := m.Payments.PaymentsByID(ctx, ids)
	if err != nil {
		return err
	}
	for _, p := range ps {
		m.byID[p.ID] = p
	}
	return m.loadRefunds(ctx, backs)
}

// settle ends payments in 待核实 that the bank has posted with the right amount.
func (m *match) settle(ctx context.Context) error {
	var outcomes []contribution.Outcome
	for _, r := range m.rows {
		p, ok := m.byID[r.Serial]
		if !ok || r.Movement != bankapi.Debited || p.Ref != r.Ref || p.State != shared.InDoubt || p.Amount != r.Amount {
			continue
		}
		outcomes = append(outcomes, contribution.Outcome{Payment: p.ID, Result: posted(r)})
	}
	if len(outcomes) == 0 {
		return nil
	}
	ps, err := m.Payments.ResolveBatch(ctx, outcomes)
	if err != nil {
		return err
	}
	m.day.Settled += int64(len(outcomes))
	for _, p := range ps {
		m.byID[p.ID] = p
	}
	return nil
}

// posted is what a row of the file says as the answer to a query.
func posted(r bankapi.StatementRow) bankapi.Result {
	return bankapi.Result{Ref: r.Ref, Code: bankapi.OK, Trace: r.Trace, Amount: r.Amount, At: r.At}
}

// entry is one of our payments or refunds, as it is held against a row.
type entry struct {
	payment, refund string // id of the one it is
	person, account string
	ref             bankapi.Ref
	bank            string
	amount          money.Fen
	movement        bankapi.Movement
	moved           bool // the money has moved
}

func paid(p shared.Payment) entry {
	return entry{payment: p.ID, person: p.Payer, account: p.Account, ref: p.Ref, bank: p.Bank, amount: p.Amount, movement: bankapi.Debited, moved: p.State == shared.Succeeded}
}

// of is our entry that the row names, zero for none.
func (m *match) of(r bankapi.StatementRow) entry {
	if r.Movement == bankapi.Returned {
		if b, ok := m.backs[r.Serial]; ok && b.Ref == r.Ref {
			return givenBack(b)
		}
		return entry{}
	}
	if p, ok := m.byID[r.Serial]; ok && p.Ref == r.Ref {
		return paid(p)
	}
	return entry{}
}

// ours are our payments whose money moved on the day.
func (m *match) ours(ctx context.Context) (map[bankapi.Ref]entry, error) {
	all := map[bankapi.Ref]entry{}
	m.day.Ours = Total{}
	from, to := m.day.Date.Start(), m.day.Date.AddDays(1).Start()
	var last *shared.Payment
	for {
		ps, err := m.Store.PaidBetween(ctx, m.day.Authority, from, to, last, page)
		if err != nil {
			return nil, err
		}
		for _, p := range ps {
			all[p.Ref] = paid(p)
			m.day.Ours = m.day.Ours.add(p.Amount)
		}
		if len(ps) < page {
			return all, nil
		}
		last = &ps[len(ps)-1]
	}
}

// compare finds every difference between the rows and our payments and refunds.
func (m *match) compare(ours map[bankapi.Ref]entry) {
	m.day.Bank, m.day.Both, m.day.BankBack, m.day.BothBack, m.day.Kinds = Total{}, Total{}, Total{}, Total{}, map[Kind]int64{}
	seen := map[bankapi.Ref]bool{}
	for n, r := range m.rows {
		bank, both := &m.day.Bank, &m.day.Both
		if r.Movement == bankapi.Returned {
			bank, both = &m.day.BankBack, &m.day.BothBack
		}
		*bank = bank.add(r.Amount)
		e := m.of(r)
		_, today := ours[r.Ref]
		switch {
		case seen[r.Ref]:
			m.differ(Duplicate, r.Serial+":"+strconv.Itoa(n), r, e)
		case !e.moved:
			m.differ(BankOnly, r.Serial, r, e)
		case e.amount != r.Amount:
			m.differ(Amount, r.Serial, r, e)
		case !today:
			m.differ(Crossed, r.Serial, r, e)
		default:
			*both = both.add(r.Amount)
		}
		seen[r.Ref] = true
	}
	for ref, e := range ours {
		if !seen[ref] {
			m.differ(OursOnly, ref.Serial, bankapi.StatementRow{Ref: ref, Bank: e.bank, Movement: e.movement}, e)
		}
	}
}

// doubtful notes payments and refunds of the day that the bank has not told about in any way.
func (m *match) doubtful(ctx context.Context) error {
	from, to := m.day.Date.Start(), m.day.Date.AddDays(1).Start()
	ps, err := m.Store.DoubtfulBetween(ctx, m.day.Authority, from, to, page)
	if err != nil {
		return err
	}
	backs, err := m.Store.DoubtfulRefunds(ctx, m.day.Authority, from, to, page)
	for _, p := range ps {
		m.inDoubt(paid(p))
	}
	for _, b := range backs {
		m.inDoubt(givenBack(b))
	}
	return err
}

func (m *match) inDoubt(e entry) {
	m.differ(InDoubt, e.ref.Serial, bankapi.StatementRow{Ref: e.ref, Bank: e.bank, Movement: e.movement}, e)
}

func (m *match) differ(k Kind, serial string, r bankapi.StatementRow, e entry) {
	id := m.day.ID + ":" + string(k) + ":" + serial
	m.day.Kinds[k]++
	m.found[id] = Difference{
		ID: id, Day: m.day.ID, Kind: k, Movement: r.Movement, Ref: r.Ref, Trace: r.Trace, Payment: e.payment, Refund: e.refund, Bank: r.Bank,
		Person: e.person, Account: e.account, At: r.At, Ours: e.amount, Theirs: r.Amount, State: Open, Found: m.Now(), Changed: m.Now(),
	}
	if e == (entry{}) && r.Movement == bankapi.Debited {
		m.strange[id] = r.Account
	}
}

// holders finds whose accounts the debits are that we know nothing of.
func (m *match) holders(ctx context.Context) error {
	for id, account := range m.strange {
		a, ok, err := m.Store.LiveAgreement(ctx, m.day.Authority, account)
		if err != nil {
			return err
		}
		if d := m.found[id]; ok {
			d.Person, d.Account = a.Payer, a.Account
			m.found[id] = d
		}
	}
	return nil
}

// carryDay carries out corrections of the day that were left half-way, before it is looked at.
func (m *match) carryDay(ctx context.Context) error {
	list, err := m.Store.Differences(ctx, Filter{Day: m.day.ID, State: Approved, Limit: page})
	if err != nil {
		return err
	}
	for _, d := range list {
		if _, err := m.carry(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// write stores new differences and moves those that have gone or come back. One that officers
// have corrected stays so as long as it is the same, and counts in the sums.
func (m *match) write(ctx context.Context) error {
	m.day.Fixed = Fix{}
	after := ""
	for {
		old, err := m.Store.Differences(ctx, Filter{Day: m.day.ID, After: after, Limit: page})
		if err != nil {
			return err
		}
		for _, d := range old {
			after = d.ID
			now, still := m.found[d.ID]
			delete(m.found, d.ID)
			if err := m.update(ctx, d, now, still); err != nil {
				return err
			}
		}
		if len(old) < page {
			break
		}
	}
	fresh := make([]Difference, 0, len(m.found))
	for _, d := range m.found {
		fresh = append(fresh, d)
	}
	return m.Store.AddDifferences(ctx, fresh)
}

func (m *match) update(ctx context.Context, d, now Difference, still bool) error {
	if d.Kind == Against {
		return m.updateAgainst(ctx, d)
	}
	changed := still && (d.Ours != now.Ours || d.Theirs != now.Theirs)
	gone := len(d.History) > 0 && d.History[len(d.History)-1].Event == Vanish
	var err error
	switch {
	case !still && d.State != Resolved && d.State != Approved:
		d, _, err = m.move(ctx, d, Vanish, "", "再次对账后一致")
	case still && (changed && d.State != Open && d.State != Proposed && d.State != Approved || gone && d.State == Resolved):
		d.Ours, d.Theirs = now.Ours, now.Theirs
		d, _, err = m.move(ctx, d, Return, "", "再次对账后仍有差异")
	}
	if still {
		m.day.Fixed = m.day.Fixed.add(d)
	}
	return err
}

// updateAgainst ends one that does not come from the file once our payment is as the bank says.
func (m *match) updateAgainst(ctx context.Context, d Difference) error {
	paid, err := m.counted(ctx, d.Payment)
	if err != nil {
		return err
	}
	if paid == (d.Theirs > 0) {
		if d.State != Resolved && d.State != Approved {
			_, _, err = m.move(ctx, d, Vanish, "", "再次对账后一致")
		}
		return err
	}
	m.day.Kinds[Against]++
	return nil
}
