package reconcile

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"shebao/server/contribution"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	"shebao/shared/period"
)

// page is how many payments are loaded at a time.
const page = 1000

// Look compares the bank's file of the day with our payments (对账). Payments in 待核实 that
// the file has are settled by it first. Differences found before and gone now are resolved,
// new ones are open. It may be repeated until the day is closed.
func (s *Service) Look(ctx context.Context, by, authority string, date period.Date) (Day, error) {
	if by == "" {
		return Day{}, RefuseOfficer
	}
	if date.After(period.DateOf(s.Now())) {
		return Day{}, RefuseFuture
	}
	d, err := s.open(ctx, authority, date)
	if err != nil {
		return d, err
	}
	st, err := s.Bank.Statement(ctx, bankapi.StatementQuery{Authority: authority, Day: date.String()})
	if err != nil {
		return d, fmt.Errorf("day file of %s: %w", d.ID, err)
	}
	m := &match{Service: s, day: d, rows: st.Rows, byID: map[string]shared.Payment{}, found: map[string]Difference{}}
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
	found map[string]Difference
}

func (m *match) run(ctx context.Context) error {
	if err := m.load(ctx); err != nil {
		return err
	}
	if err := m.settle(ctx); err != nil {
		return err
	}
	ours, err := m.ours(ctx)
	if err != nil {
		return err
	}
	m.compare(ours)
	if err := m.doubtful(ctx); err != nil {
		return err
	}
	return m.write(ctx)
}

// load finds the payments that the file's rows name: a payment's serial is its id.
func (m *match) load(ctx context.Context) error {
	ids := make([]string, 0, len(m.rows))
	for _, r := range m.rows {
		ids = append(ids, r.Serial)
	}
	ps, err := m.Payments.PaymentsByID(ctx, ids)
	if err != nil {
		return err
	}
	for _, p := range ps {
		m.byID[p.ID] = p
	}
	return nil
}

// settle ends payments in 待核实 that the bank has posted with the right amount.
func (m *match) settle(ctx context.Context) error {
	var outcomes []contribution.Outcome
	var ids []string
	for _, r := range m.rows {
		p, ok := m.byID[r.Serial]
		if !ok || p.Ref != r.Ref || p.State != shared.InDoubt || p.Amount != r.Amount {
			continue
		}
		ids = append(ids, p.ID)
		outcomes = append(outcomes, contribution.Outcome{Payment: p.ID, Result: bankapi.Result{
			Ref: r.Ref, Code: bankapi.OK, Trace: r.Trace, Amount: r.Amount, At: r.At,
		}})
	}
	if len(outcomes) == 0 {
		return nil
	}
	if err := m.Payments.ResolveBatch(ctx, outcomes); err != nil {
		return err
	}
	m.day.Settled += int64(len(outcomes))
	ps, err := m.Payments.PaymentsByID(ctx, ids)
	for _, p := range ps {
		m.byID[p.ID] = p
	}
	return err
}

// ours are our payments whose money moved on the day, by id.
func (m *match) ours(ctx context.Context) (map[string]shared.Payment, error) {
	all := map[string]shared.Payment{}
	m.day.Ours = Total{}
	from, to := m.day.Date.Start(), m.day.Date.AddDays(1).Start()
	var last *shared.Payment
	for {
		ps, err := m.Store.PaidBetween(ctx, m.day.Authority, from, to, last, page)
		if err != nil {
			return nil, err
		}
		for _, p := range ps {
			all[p.ID] = p
			m.day.Ours = m.day.Ours.add(p.Amount)
		}
		if len(ps) < page {
			return all, nil
		}
		last = &ps[len(ps)-1]
	}
}

// compare finds every difference between the rows and our payments.
func (m *match) compare(ours map[string]shared.Payment) {
	m.day.Bank, m.day.Both, m.day.Kinds = Total{}, Total{}, map[Kind]int64{}
	seen := map[bankapi.Ref]bool{}
	for n, r := range m.rows {
		m.day.Bank = m.day.Bank.add(r.Amount)
		p, ok := m.byID[r.Serial]
		ok = ok && p.Ref == r.Ref
		_, today := ours[r.Serial]
		switch {
		case seen[r.Ref]:
			m.differ(Duplicate, r.Serial+":"+strconv.Itoa(n), r, p)
		case !ok, p.State != shared.Succeeded:
			m.differ(BankOnly, r.Serial, r, p)
		case p.Amount != r.Amount:
			m.differ(Amount, r.Serial, r, p)
		case !today:
			m.differ(Crossed, r.Serial, r, p)
		default:
			m.day.Both = m.day.Both.add(r.Amount)
		}
		seen[r.Ref] = true
	}
	for id, p := range ours {
		if !seen[p.Ref] {
			m.differ(OursOnly, id, bankapi.StatementRow{Ref: p.Ref, Bank: p.Bank}, p)
		}
	}
}

// doubtful notes payments of the day that the bank has not told about in any way.
func (m *match) doubtful(ctx context.Context) error {
	ps, err := m.Store.DoubtfulBetween(ctx, m.day.Authority, m.day.Date.Start(), m.day.Date.AddDays(1).Start(), page)
	for _, p := range ps {
		m.differ(InDoubt, p.ID, bankapi.StatementRow{Ref: p.Ref, Bank: p.Bank}, p)
	}
	return err
}

func (m *match) differ(k Kind, serial string, r bankapi.StatementRow, p shared.Payment) {
	id := m.day.ID + ":" + string(k) + ":" + serial
	m.day.Kinds[k]++
	m.found[id] = Difference{
		ID: id, Day: m.day.ID, Kind: k, Ref: r.Ref, Trace: r.Trace, Payment: p.ID, Bank: r.Bank, Ours: p.Amount, Theirs: r.Amount,
		State: Open, Found: m.Now(), Changed: m.Now(),
	}
}

// write stores new differences and moves those that have gone or come back. One that officers
// have resolved stays resolved as long as it is the same.
func (m *match) write(ctx context.Context) error {
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
	changed := still && (d.Ours != now.Ours || d.Theirs != now.Theirs)
	gone := len(d.History) > 0 && d.History[len(d.History)-1].Event == Vanish
	var err error
	switch {
	case !still && d.State != Resolved:
		_, _, err = m.move(ctx, d, Vanish, "", "再次对账后一致")
	case still && d.State == Resolved && (changed || gone):
		d.Ours, d.Theirs = now.Ours, now.Theirs
		_, _, err = m.move(ctx, d, Return, "", "再次对账后仍有差异")
	}
	return err
}
