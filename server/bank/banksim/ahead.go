package banksim

import (
	"slices"
	"strings"

	"shebao/shared/bankapi"
)

// maxAhead is how many rows one query reads ahead.
const maxAhead = 64

// ahead reads the mandates and accounts of a file that are not known yet, many at a time.
func (t *tx) ahead(b bankapi.Batch) error {
	var mandates, accounts []string
	for _, i := range b.Items {
		if _, ok := t.mandates[i.Mandate]; !ok {
			mandates = append(mandates, i.Mandate)
		}
		if t.accounts[i.Account] == nil {
			accounts = append(accounts, i.Account)
		}
	}
	err := t.eachOf(`SELECT number, authority, account, bank, state FROM mandate WHERE number IN `, nil, mandates, func(scan func(...any) error) error {
		var number string
		var m mandate
		err := scan(&number, &m.authority, &m.account, &m.bank, &m.state)
		t.mandates[number] = m
		return err
	})
	if err != nil {
		return err
	}
	return t.eachOf(`SELECT number, bank, holder, document, id, phone, balance, debits FROM account WHERE number IN `, nil, accounts,
		func(scan func(...any) error) error {
			var number string
			var h holder
			err := scan(&number, &h.bank, &h.name, &h.document, &h.id, &h.phone, &h.balance, &h.debits)
			t.accounts[number] = &cachedAccount{h, false}
			return err
		})
}

// instructionsOf returns what is known under the references of a file's items.
func (t *tx) instructionsOf(b bankapi.Batch) (map[bankapi.Ref]Instruction, error) {
	serials := make([]string, len(b.Items))
	for i, item := range b.Items {
		serials[i] = item.Serial
	}
	known := make(map[bankapi.Ref]Instruction, len(serials))
	err := t.eachOf(`SELECT `+instructionColumns+` FROM instruction WHERE authority = ? AND date = ? AND serial IN `, []any{b.Authority, b.Date},
		serials, func(scan func(...any) error) error {
			i, err := scanInstruction(scan)
			known[i.Ref] = i
			return err
		})
	return known, err
}

// eachOf runs the query, which ends with IN, for the values, some at a time.
func (t *tx) eachOf(query string, first []any, values []string, row func(scan func(...any) error) error) error {
	for part := range slices.Chunk(values, maxAhead) {
		args := slices.Clone(first)
		for _, v := range part {
			args = append(args, v)
		}
		if err := t.each(query+"(?"+strings.Repeat(",?", len(part)-1)+")", args, row); err != nil {
			return err
		}
	}
	return nil
}
