package debit

import (
	"context"
	"fmt"

	"shebao/server/contribution"
	"shebao/shared/bankapi"
	model "shebao/shared/debit"
)

// skip gives up the item before it is sent.
func (w *work) skip(i int, why model.Exclusion) {
	it := *w.items[i]
	it.State, it.Exclusion, it.Reason, it.Ended = model.Skipped, why, why.Label(), w.Now()
	w.put(i, it)
}

// stop gives everybody in the file back.
func (w *work) stop(ctx context.Context) error {
	if err := w.load(ctx); err != nil {
		return err
	}
	at, payments := w.chosen()
	if err := w.recall(ctx, payments); err != nil {
		return err
	}
	if err := w.giveUp(ctx, at, payments, model.RunStopped); err != nil {
		return err
	}
	w.f = count(w.f, w.items)
	return w.step(ctx, model.Stop)
}

// giveUp cancels payments that were never sent and skips their items.
func (w *work) giveUp(ctx context.Context, at []int, payments []string, why model.Exclusion) error {
	if len(at) == 0 {
		return nil
	}
	if err := w.Payments.GiveUpBatch(ctx, payments, why.Label()); err != nil {
		return fmt.Errorf("give up: %w", err)
	}
	for _, i := range at {
		w.skip(i, why)
	}
	return w.saveItems(ctx)
}

// recall ends payments that were marked as sent though their file certainly never left.
func (w *work) recall(ctx context.Context, ids []string) error {
	ps, err := w.Payments.PaymentsByID(ctx, ids)
	if err != nil {
		return err
	}
	var outcomes []contribution.Outcome
	for _, id := range sentPayments(ps) {
		outcomes = append(outcomes, contribution.Outcome{Payment: id, Result: bankapi.Result{Code: bankapi.SystemError, Message: notSent}})
	}
	if len(outcomes) == 0 {
		return nil
	}
	_, err = w.Payments.ResolveBatch(ctx, outcomes)
	return err
}
