package debit

import (
	"context"
	"fmt"

	"shebao/server/contribution"
	"shebao/shared/agreement"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/period"
)

// prepare claims the file's people and, on the debit date, sends it.
func (w *work) prepare(ctx context.Context) error {
	now := w.Now()
	switch {
	case w.run.Stopped:
		return w.stop(ctx)
	case w.f.State == model.FilePlanned && now.Before(w.run.CutOff):
		return w.wait(ctx, w.run.CutOff)
	}
	mandates, err := w.mandates(ctx)
	if err != nil {
		return err
	}
	if w.f.State == model.FilePlanned {
		if err := w.claim(ctx, mandates); err != nil || w.f.State != model.FileClaimed {
			return err
		}
	}
	if period.DateOf(now).Before(w.f.Date) {
		return w.wait(ctx, w.f.Date.Start())
	}
	if until, ok := w.pace(now); !ok {
		return w.wait(ctx, until)
	}
	return w.send(ctx, mandates)
}

// mandates loads the agreements of the items without an end, by id.
func (w *work) mandates(ctx context.Context) (map[string]Mandate, error) {
	if err := w.load(ctx); err != nil {
		return nil, err
	}
	var ids []string
	for _, it := range w.items {
		if it.State == model.Chosen {
			ids = append(ids, it.Agreement)
		}
	}
	list, err := w.Store.Mandates(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("load agreements: %w", err)
	}
	by := make(map[string]Mandate, len(list))
	for _, m := range list {
		by[m.ID] = m
	}
	return by, nil
}

// claim takes the dues of everybody whose amount and agreement still stand, tells them, and
// notes who was given up.
func (w *work) claim(ctx context.Context, mandates map[string]Mandate) error {
	dues, settings, err := w.now(ctx)
	if err != nil {
		return err
	}
	var orders []contribution.Order
	var takers []int
	gone := map[model.Exclusion][]string{}
	for i, it := range w.items {
		if it.State != model.Chosen {
			continue
		}
		it := *it
		m, d := mandates[it.Agreement], dues[it.Due]
		if why := w.obstacle(it, m, d, settings[it.Enrolment]); why != model.NotExcluded {
			gone[why] = append(gone[why], paymentID(it))
			w.skip(i, why)
			continue
		}
		takers = append(takers, i)
		orders = append(orders, contribution.Order{
			Payment: paymentID(it), Declaration: declarationID(it), Due: d, Amount: it.Amount, Agreement: it.Agreement,
			Bank: m.Bank, Account: m.Account, Mandate: m.Mandate, Date: w.f.Date.String(),
		})
	}
	for why, ids := range gone { // an interrupted claim may have taken their dues
		if err := w.Payments.GiveUpBatch(ctx, ids, why.Label()); err != nil {
			return fmt.Errorf("give up: %w", err)
		}
	}
	held, err := w.Payments.ClaimBatch(ctx, orders)
	if err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	w.held = make(map[string]shared.Payment, len(held))
	for _, p := range held {
		w.held[p.ID] = p
	}
	var told []contribution.Notice
	for n, i := range takers {
		if _, ok := w.held[orders[n].Payment]; !ok {
			w.skip(i, model.AlreadyDeclared)
			continue
		}
		told = append(told, w.announce(*w.items[i]))
	}
	if err := w.finishClaim(ctx, told); err != nil {
		return err
	}
	w.f = count(w.f, w.items)
	w.Checkpoint("file.held")
	if len(told) == 0 {
		w.f.State = model.FileClaimed // both edges at once
		return w.step(ctx, model.Settle)
	}
	err = w.step(ctx, model.Claim)
	w.Checkpoint("file.claimed")
	return err
}

func (w *work) finishClaim(ctx context.Context, told []contribution.Notice) error {
	if err := w.saveItems(ctx); err != nil {
		return err
	}
	if w.Notices == nil || len(told) == 0 {
		return nil
	}
	return contribution.TellAll(ctx, w.Notices, told)
}

// now loads what may have changed since the dry run: dues by id, made where nobody has asked
// for them yet, and settings by enrolment.
func (w *work) now(ctx context.Context) (map[string]shared.Due, map[string]shared.Setting, error) {
	var due, enrolment []string
	for _, it := range w.items {
		if it.State == model.Chosen {
			due, enrolment = append(due, it.Due), append(enrolment, it.Enrolment)
		}
	}
	ds, err := w.Store.DuesOf(ctx, due)
	if err == nil && len(ds) < len(due) {
		ds, err = w.demand(ctx, ds, due, enrolment)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("load dues: %w", err)
	}
	vs, err := w.Store.SettingsOf(ctx, enrolment)
	if err != nil {
		return nil, nil, fmt.Errorf("load settings: %w", err)
	}
	dues, settings := make(map[string]shared.Due, len(ds)), make(map[string]shared.Setting, len(vs))
	for _, d := range ds {
		dues[d.ID] = d
	}
	for _, v := range vs {
		settings[v.Enrolment] = v
	}
	return dues, settings, w.asPlanned(ctx, settings)
}

// demand makes the dues that are wanted and not among those that are there, and returns all.
func (w *work) demand(ctx context.Context, there []shared.Due, wanted, enrolments []string) ([]shared.Due, error) {
	known := make(map[string]bool, len(there))
	for _, d := range there {
		known[d.ID] = true
	}
	es, err := w.Store.EnrolmentsByID(ctx, enrolments)
	if err != nil {
		return nil, err
	}
	var fresh []shared.Due
	for _, e := range es {
		rate, ok := w.Rates().Find(w.run.Scheme, e.Category, w.run.Year)
		if !ok {
			continue
		}
		if d := contribution.RegularDue(e, rate); !known[d.ID] {
			fresh = append(fresh, d)
		}
	}
	if err := w.Store.AddDues(ctx, fresh); err != nil {
		return nil, err
	}
	return w.Store.DuesOf(ctx, wanted) // somebody may have been quicker
}

// obstacle is what has changed since the dry run so that the item can't be taken. A due that
// an earlier, interrupted claim of ours holds is no obstacle.
func (w *work) obstacle(it model.Item, m Mandate, d shared.Due, v shared.Setting) model.Exclusion {
	switch {
	case v.ID != it.Setting || v.Amount() != it.Amount:
		return model.AmountChanged
	case d.ID == "": // the category has lost its rate since
		return model.NoRate
	case m.ID == "" || m.ObstacleOn(w.f.Date, it.Authority) != agreement.None:
		return model.AgreementGone
	case d.State == shared.DueClosed:
		return model.AlreadyPaid
	case d.Refund != "" && d.Declaration != declarationID(it):
		return model.GivenBack
	case d.State == shared.DuePaid && d.Declaration != declarationID(it):
		return model.AlreadyPaid
	case d.State == shared.DueDeclared && d.Declaration != declarationID(it):
		return model.AlreadyDeclared
	case w.f.Date.After(d.Deadline):
		return model.OutsideWindow
	default:
		return model.NotExcluded
	}
}
