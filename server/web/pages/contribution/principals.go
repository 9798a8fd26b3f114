package contribution

import (
	"context"

	rules "shebao/server/contribution"
	model "shebao/shared/contribution"
)

// Principals are the rules of paying for 他人. *contribution.Principals is one.
type Principals interface {
	// Grant returns a live grant of the owner; false when it is not theirs or over.
	Grant(ctx context.Context, owner, id string) (rules.Grant, bool, error)
	// Name finds the principal in the register and grants the owner to pay for them.
	Name(ctx context.Context, r rules.PrincipalRequest) (rules.Grant, error)
	// Saved lists the owner's 常用缴费人.
	Saved(ctx context.Context, owner string) ([]rules.SavedPrincipal, error)
	// GrantSaved grants the owner to pay for a saved one.
	GrantSaved(ctx context.Context, owner, saved string) (rules.Grant, error)
	// Rename changes what the owner calls a saved one.
	Rename(ctx context.Context, owner, saved, label string) error
	// Remove forgets a saved one.
	Remove(ctx context.Context, owner, saved string) error
}

// Amounts are the rules of the standing amount. *contribution.Amounts is one.
type Amounts interface {
	List(ctx context.Context, person string) ([]rules.AmountView, error)
	Set(ctx context.Context, r rules.AmountRequest) (model.Setting, error)
	Void(ctx context.Context, r rules.VoidAmountRequest) ([]rules.AmountView, error)
}
