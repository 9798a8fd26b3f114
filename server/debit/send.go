package debit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"shebao/server/contribution"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
)

// notSent is what is noted for an instruction that certainly never left.
const notSent = "指令未发出"

// send sends a claimed file, as the only server to get past the swap into Sending. From
// there on the file is only ever asked about, unless it certainly did not leave.
func (w *work) send(ctx context.Context, mandates map[string]Mandate) error {
	if err := w.dropGone(ctx, mandates); err != nil {
		return err
	}
	at, ids := w.chosen()
	w.f = count(w.f, w.items)
	if len(at) == 0 {
		return w.step(ctx, model.Settle)
	}
	now := w.Now()
	w.f.SentAt = now
	if err := w.step(ctx, model.Send); err != nil {
		return err
	}
	w.Checkpoint("file.sending")
	ps, err := w.sent(ctx, ids, now)
	if err != nil {
		return err
	}
	b, err := w.batch(ps, mandates)
	if err != nil {
		return err
	}
	for _, i := range b.Items {
		w.f.Sent = w.f.Sent.Add(i.Amount)
	}
	w.Checkpoint("file.send")
	within, cancel := context.WithTimeout(ctx, w.BankTimeout)
	receipt, err := w.Bank.SubmitBatch(within, b)
	cancel()
	w.Checkpoint("file.answered")
	switch {
	case errors.Is(err, bankapi.ErrNotSent):
		w.Log.WarnContext(ctx, "bank file not sent", "file", w.f.ID, "error", err)
		w.f.Sent = model.Total{}
		tries := w.f.Tries
		if err := w.step(ctx, model.Unsent); err != nil {
			return err
		}
		w.f.Tries = tries + 3
		return w.again(ctx)
	case err != nil:
		w.Log.WarnContext(ctx, "bank answer to a file lost", "file", w.f.ID, "error", err)
		return w.again(ctx)
	}
	return w.received(ctx, b, receipt)
}

// sent marks the payments as sent and returns them in the order of their ids.
func (w *work) sent(ctx context.Context, ids []string, at time.Time) ([]shared.Payment, error) {
	if w.held == nil {
		ps, err := w.Payments.PaymentsByID(ctx, ids)
		if err != nil {
			return nil, err
		}
		w.held = make(map[string]shared.Payment, len(ps))
		for _, p := range ps {
			w.held[p.ID] = p
		}
	}
	ps := make([]shared.Payment, 0, len(ids))
	for _, id := range ids {
		if p, ok := w.held[id]; ok {
			ps = append(ps, p)
		}
	}
	ps, err := w.Payments.SendBatch(ctx, ps, at)
	if err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	for _, p := range ps {
		w.held[p.ID] = p
	}
	return ps, nil
}

// dropGone gives up those whose agreement has ended since they were claimed.
func (w *work) dropGone(ctx context.Context, mandates map[string]Mandate) error {
	var gone []int
	var ids []string
	for i, it := range w.items {
		if it.State != model.Chosen {
			continue
		}
		m := mandates[it.Agreement]
		if m.ObstacleOn(w.f.Date, it.Authority) != agreement.None {
			gone, ids = append(gone, i), append(ids, paymentID(*it))
		}
	}
	if err := w.recall(ctx, ids); err != nil { // an earlier try that certainly did not leave has marked them as sent
		return err
	}
	return w.giveUp(ctx, gone, ids, model.AgreementGone)
}

// batch is the file's content: the same whenever it is made of the same payments.
func (w *work) batch(ps []shared.Payment, mandates map[string]Mandate) (bankapi.Batch, error) {
	b := bankapi.Batch{Ref: w.ref(), Bank: w.f.Bank}
	for _, p := range ps {
		m, ok := mandates[p.Agreement]
		if !ok || p.Ref.Date != w.ref().Date {
			return b, fmt.Errorf("payment %s does not belong in the file", p.ID)
		}
		b.Items = append(b.Items, bankapi.BatchItem{
			Serial: p.Ref.Serial, Mandate: p.Mandate, Account: m.Number, Amount: p.Amount, Purpose: "社会保险费",
		})
	}
	return b, nil
}

func (w *work) ref() bankapi.Ref {
	return bankapi.Ref{Authority: w.f.Authority, Date: w.f.Date.String(), Serial: w.f.Serial}
}

// received goes on by the bank's receipt.
func (w *work) received(ctx context.Context, b bankapi.Batch, r bankapi.BatchReceipt) error {
	w.f.Code, w.f.Trace = string(r.Code), r.Trace
	switch {
	case r.Code == bankapi.Accepted, r.Code == bankapi.FileDone && w.same(b, r):
		w.f.Taken = w.Now()
		if err := w.step(ctx, model.Take); err != nil {
			return err
		}
		w.Checkpoint("file.taken")
		return w.again(ctx)
	case r.Code.FileLevel(), r.Code == bankapi.NotFound: // the reference is closed
		return w.refused(ctx, bankapi.Result{Code: r.Code, Message: r.Message, Final: true})
	default:
		w.Log.ErrorContext(ctx, "bank answers a file strangely; it is asked about", "file", w.f.ID, "code", string(r.Code))
		return w.again(ctx)
	}
}

func (w *work) same(b bankapi.Batch, r bankapi.BatchReceipt) bool {
	text, err := b.Encode()
	return err == nil && bankapi.FileDigest(text) == r.Digest
}

// ask asks what became of a file that was sent, or may have been.
func (w *work) ask(ctx context.Context) error {
	within, cancel := context.WithTimeout(ctx, w.BankTimeout)
	r, err := w.Bank.FetchBatch(within, bankapi.BatchQuery{Ref: w.ref(), Bank: w.f.Bank, Sent: w.f.SentAt})
	cancel()
	w.Checkpoint("file.fetched")
	switch {
	case err != nil:
		w.Log.WarnContext(ctx, "bank answer about a file lost", "file", w.f.ID, "error", err)
		return w.again(ctx)
	case r.Code == bankapi.OK:
		return w.results(ctx, r)
	case r.Code == bankapi.Accepted && w.f.State == model.FileSending:
		w.f.Code, w.f.Taken = string(r.Code), w.Now()
		if err := w.step(ctx, model.Take); err != nil {
			return err
		}
		return w.again(ctx)
	case r.Code == bankapi.NotFound && r.Final && w.f.State == model.FileSending:
		w.f.Code = string(r.Code)
		return w.refused(ctx, bankapi.Result{Code: r.Code, Message: r.Message, Final: true})
	case r.Code == bankapi.NotFound && w.f.State == model.FileTaken:
		w.Log.ErrorContext(ctx, "bank no longer knows a file that it has taken", "file", w.f.ID)
	}
	return w.again(ctx)
}

// refused ends every item of a file of which the bank will never debit any.
func (w *work) refused(ctx context.Context, r bankapi.Result) error {
	if err := w.load(ctx); err != nil {
		return err
	}
	_, ids := w.chosen()
	// An interrupted sender may have left payments that were not yet marked as sent.
	if _, err := w.sent(ctx, ids, w.f.SentAt); err != nil {
		return err
	}
	outcomes := make([]contribution.Outcome, len(ids))
	for i, id := range ids {
		outcomes[i] = contribution.Outcome{Payment: id, Result: r}
	}
	return w.apply(ctx, outcomes, model.Refuse)
}

// results applies a result file, each result to its own item. An item that the file does
// not tell about is in doubt.
func (w *work) results(ctx context.Context, r bankapi.BatchResult) error {
	if err := w.load(ctx); err != nil {
		return err
	}
	told := make(map[string]bankapi.Result, len(r.Items))
	for _, i := range r.Items {
		told[i.Serial] = i
	}
	_, ids := w.chosen()
	outcomes := make([]contribution.Outcome, len(ids))
	for i, id := range ids {
		result, ok := told[id]
		if !ok {
			w.Log.ErrorContext(ctx, "no result for an item of a file", "file", w.f.ID, "payment", id)
			result = bankapi.Result{Code: bankapi.Timeout}
		}
		outcomes[i] = contribution.Outcome{Payment: id, Result: result}
	}
	w.f.Code = string(r.Code)
	return w.apply(ctx, outcomes, model.Result)
}

func (w *work) apply(ctx context.Context, outcomes []contribution.Outcome, e model.Event) error {
	ps, err := w.Payments.ResolveBatch(ctx, outcomes)
	if err != nil {
		return fmt.Errorf("apply results: %w", err)
	}
	w.Checkpoint("file.resolved")
	if err := w.step(ctx, e); err != nil {
		return err
	}
	return w.follow(ctx, ps)
}

// settle looks where the payments of a file are that waits for some.
func (w *work) settle(ctx context.Context) error {
	if err := w.load(ctx); err != nil {
		return err
	}
	var ids []string
	for _, it := range w.items {
		if it.State == model.Chosen || it.State == model.Doubt {
			ids = append(ids, paymentID(*it))
		}
	}
	ps, err := w.Payments.PaymentsByID(ctx, ids)
	if err != nil {
		return err
	}
	return w.follow(ctx, ps)
}

// follow brings the items to where their payments are. Payments in doubt are the payment
// core's to settle; the file waits for them.
func (w *work) follow(ctx context.Context, ps []shared.Payment) error {
	by := make(map[string]shared.Payment, len(ps))
	for _, p := range ps {
		by[p.ID] = p
	}
	waiting := 0
	for i, it := range w.items {
		if it.State != model.Chosen && it.State != model.Doubt {
			continue
		}
		next := *it
		if p, ok := by[paymentID(next)]; ok {
			next = ended(next, p)
		}
		if next.State == model.Chosen || next.State == model.Doubt {
			waiting++
		}
		if next.State != it.State {
			w.put(i, next)
		}
	}
	if err := w.saveItems(ctx); err != nil {
		return err
	}
	w.Checkpoint("file.items")
	w.f = count(w.f, w.items)
	if waiting > 0 {
		return w.again(ctx)
	}
	return w.step(ctx, model.Settle)
}

// ended is the item as its payment has it: a final payment counts once dues and
// declarations follow it.
func ended(it model.Item, p shared.Payment) model.Item {
	switch {
	case p.State == shared.InDoubt:
		it.State = model.Doubt
	case !p.State.Final() || p.Open:
		return it
	case p.State == shared.Succeeded:
		it.State = model.Paid
	case p.State == shared.Failed:
		it.State = model.Failed
	default:
		it.State, it.Exclusion = model.Skipped, model.RunStopped
	}
	it.Payment, it.Code, it.Reason, it.Ended = p.ID, string(p.Code), p.Reason, p.Ended
	return it
}

// sentPayments are those of the ids that stand in Sending though their file never left.
func sentPayments(ps []shared.Payment) []string {
	var ids []string
	for _, p := range ps {
		if p.State == shared.Sending {
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(ids)
	return ids
}
