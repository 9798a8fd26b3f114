package contribution

import (
	"errors"

	"shebao/shared/money"
	"shebao/shared/period"
)

// Rate is what one category of a scheme costs in one year: effective-dated data that
// the deployer keeps, never a constant in code.
type Rate struct {
	Scheme       Scheme        `json:"scheme"`
	Category     string        `json:"category"`
	CategoryName string        `json:"categoryName"`
	Year         int           `json:"year"`              // contribution year; for medical the benefit year
	Amount       money.Fen     `json:"amount,omitempty"`  // fixed yearly amount (缴费标准), fen; 0 when a tier is chosen
	Min          money.Fen     `json:"min,omitempty"`     // lowest tier, fen
	Max          money.Fen     `json:"max,omitempty"`     // highest tier, fen
	Tiers        []money.Fen   `json:"tiers,omitempty"`   // tiers offered on screens
	Bonuses      []Bonus       `json:"bonuses,omitempty"` // ascending by From
	Opens        period.Date   `json:"opens"`             // first day of payment
	Closes       period.Date   `json:"closes"`            // last day of payment
	Benefit      period.Period `json:"benefit"`
	Note         string        `json:"note,omitempty"` // 示例 and the like, shown beside the amount
}

// Bonus is what government adds to the account for a tier (缴费补贴).
type Bonus struct {
	From money.Fen `json:"from"` // lowest tier it applies to, fen
	Add  money.Fen `json:"add"`  // fen a year
}

// Errors of CheckTier.
var (
	ErrTierRange = errors.New("tier outside the year's range")
	ErrTierYuan  = errors.New("tier is not in whole yuan")
	ErrNoTier    = errors.New("the scheme has no tiers")
)

// CheckTier tells whether the amount may be chosen as the year's tier.
func (r Rate) CheckTier(tier money.Fen) error {
	switch {
	case r.Max == 0:
		return ErrNoTier
	case tier%100 != 0:
		return ErrTierYuan
	case tier < r.Min || tier > r.Max:
		return ErrTierRange
	default:
		return nil
	}
}

// GovernmentAdds is the yearly contribution subsidy for the tier, fen.
func (r Rate) GovernmentAdds(tier money.Fen) money.Fen {
	var add money.Fen
	for _, b := range r.Bonuses {
		if tier >= b.From {
			add = b.Add
		}
	}
	return add
}

// OpenOn tells whether the year can be paid on the day.
func (r Rate) OpenOn(day period.Date) bool { return !day.Before(r.Opens) && !day.After(r.Closes) }

// Rates is a table of rates.
type Rates []Rate

// Find returns the rate of a scheme, category and year.
func (rs Rates) Find(scheme Scheme, category string, year int) (Rate, bool) {
	for _, r := range rs {
		if r.Scheme == scheme && r.Category == category && r.Year == year {
			return r, true
		}
	}
	return Rate{}, false
}

// OpenOn lists the rates of a scheme and category that can be paid on the day, in table order.
func (rs Rates) OpenOn(day period.Date, scheme Scheme, category string) []Rate {
	var open []Rate
	for _, r := range rs {
		if r.Scheme == scheme && r.Category == category && r.OpenOn(day) {
			open = append(open, r)
		}
	}
	return open
}

// CategoryName is the category's name in the newest year that has it, "" when unknown.
func (rs Rates) CategoryName(scheme Scheme, category string) string {
	name, year := "", 0
	for _, r := range rs {
		if r.Scheme == scheme && r.Category == category && r.Year > year {
			name, year = r.CategoryName, r.Year
		}
	}
	return name
}
