package main

import "shebao/server/contribution"

// amounts are the rules of the standing yearly amount on this backend.
func (b *backend) amounts() *contribution.Amounts {
	return contribution.NewAmounts(contribution.AmountConfig{
		Store: b.store, Dues: b.payments, Runs: b.debits, Trail: paymentTrail{b.audit}, Rates: b.console.rates.Rates,
		Now: b.clock.Now, NewID: newID,
	})
}

// principals are the rules of paying for 他人 on this backend.
func (b *backend) principals() *contribution.Principals {
	return contribution.NewPrincipals(contribution.PrincipalConfig{
		Store: b.store, Register: b.store, Limiter: b.store, Trail: paymentTrail{b.audit}, Now: b.clock.Now, NewID: newID,
	})
}
