package contribution

import (
	"context"
	"errors"
	"fmt"

	model "shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/money"
	"shebao/shared/period"
	"shebao/shared/person"
)

// MaxImport is how many rows one import takes.
const MaxImport = 200

// ImportRow is one declaration made in another channel: at a counter, a bank, an agency.
type ImportRow struct {
	Reference string // the channel's own, repeated in the result
	Name      string
	Type      idcard.Type
	Number    string
	Scheme    model.Scheme
	Kind      model.Kind
	Year      int
	Amount    money.Fen // fen; must be what is owed
}

// ImportResult is what became of a row.
type ImportResult struct {
	Reference   string
	Declaration string   // "" when refused
	Refusal     *Refusal // nil when it stands
}

// Declarer declares dues. *Service is one.
type Declarer interface {
	DueLister
	Declare(ctx context.Context, r DeclareRequest) ([]model.Declaration, error)
}

// Imports takes declarations of other channels.
type Imports struct {
	Rules    Declarer
	Register Register
	Today    func() period.Date
}

// Take declares each row on its own, so that one refusal does not touch the others.
// Sending a row again answers the declaration that stands. An error ends the import; rows
// before it stand, and the whole may be sent again.
func (m *Imports) Take(ctx context.Context, channel model.Channel, rows []ImportRow) ([]ImportResult, error) {
	if len(rows) > MaxImport {
		return nil, RefuseTooMany
	}
	results := make([]ImportResult, len(rows))
	for i, row := range rows {
		id, err := m.take(ctx, channel, row)
		var refused *Refusal
		if err != nil && !errors.As(err, &refused) {
			return nil, fmt.Errorf("import row %d: %w", i+1, err)
		}
		results[i] = ImportResult{Reference: row.Reference, Declaration: id, Refusal: refused}
	}
	return results, nil
}

func (m *Imports) take(ctx context.Context, channel model.Channel, row ImportRow) (string, error) {
	doc, err := idcard.ParseOn(row.Type, row.Number, m.Today())
	if err != nil {
		return "", RefusePerson
	}
	who, ok, err := m.Register.FindExact(ctx, person.NormaliseName(row.Name), doc)
	if err != nil {
		return "", fmt.Errorf("find person: %w", err)
	}
	if !ok {
		return "", RefusePerson
	}
	views, err := m.Rules.Dues(ctx, who.ID, row.Scheme)
	if err != nil {
		return "", err
	}
	v, ok := match(views, row)
	if !ok {
		return "", RefuseUnknown
	}
	ds, err := m.Rules.Declare(ctx, DeclareRequest{
		Payer: who.ID, Insured: who.ID, Scheme: row.Scheme, Channel: channel, Choices: []Choice{{Due: v.Due.ID, Amount: row.Amount}},
	})
	if err != nil {
		return "", err
	}
	return ds[0].ID, nil
}

// match finds the due that a row is about: of several assessed in one year, the one
// with the row's amount.
func match(views []View, row ImportRow) (View, bool) {
	var found View
	ok := false
	for _, v := range views {
		if v.Due.Kind != row.Kind || v.Due.Year != row.Year {
			continue
		}
		if !ok || v.Amount == row.Amount {
			found, ok = v, true
		}
	}
	return found, ok
}
