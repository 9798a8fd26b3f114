// Package city reads what differs from city to city: names, tax authorities, rates
// and helplines. Another city runs the service by giving another file.
package city

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"shebao/shared/contribution"
	"shebao/shared/period"
	"shebao/shared/region"
)

//go:embed beijing.json
var beijing []byte

// City is the data of one deployment.
type City struct {
	Name        string             `json:"name"`
	Service     string             `json:"service"` // the service's name
	Label       string             `json:"label"`   // its name below an icon on a phone; the service's name when it is not given
	Issuer      string             `json:"issuer"`  // who issues certificates
	Helplines   Helplines          `json:"helplines"`
	Authorities []region.Authority `json:"authorities"`
	Rates       contribution.Rates `json:"rates"`
	DaysOff     []DaysOff          `json:"daysOff"`    // public holidays
	WorkedDays  []period.Date      `json:"workedDays"` // Saturdays and Sundays that are worked (调休上班)
	// Translations are the names above, and templates of them, in other languages of the
	// screens: language code, Chinese text, translation.
	Translations map[string]map[string]string `json:"translations"`
}

// DaysOff is a public holiday (法定节假日) with the days around it that are free, as the
// State Council announces them each year.
type DaysOff struct {
	Name string      `json:"name"`
	From period.Date `json:"from"`
	To   period.Date `json:"to"`
}

// Helplines are the telephone numbers of those who hold the data.
type Helplines struct {
	Tax     string `json:"tax"`     // 税务
	Social  string `json:"social"`  // 人社
	Medical string `json:"medical"` // 医保
}

// Load reads the file, or the built-in Beijing data when path is empty.
func Load(path string) (*City, error) {
	data := beijing
	if path != "" {
		var err error
		if data, err = os.ReadFile(path); err != nil { //nolint:gosec // the operator names the file
			return nil, fmt.Errorf("read city file: %w", err)
		}
	}
	c := &City{}
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(c); err != nil {
		return nil, fmt.Errorf("read city file %s: %w", path, err)
	}
	if c.Label == "" {
		c.Label = c.Service
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("city file %s: %w", path, err)
	}
	return c, nil
}

func (c *City) check() error {
	if c.Name == "" || c.Service == "" || c.Issuer == "" {
		return fmt.Errorf("name, service and issuer must be given")
	}
	seen := map[string]bool{}
	for _, a := range c.Authorities {
		if len(a.Code) != 11 || a.Name == "" || seen[a.Code] {
			return fmt.Errorf("authority %q: code must be 11 digits and given once, name must be given", a.Code)
		}
		seen[a.Code] = true
	}
	if len(seen) == 0 {
		return fmt.Errorf("no authorities")
	}
	for _, h := range c.DaysOff {
		if h.Name == "" || !h.From.Valid() || h.To.Before(h.From) {
			return fmt.Errorf("days off %q: give a name and dates in order", h.Name)
		}
	}
	for _, r := range c.Rates {
		fixed, tiered := r.Amount > 0, r.Max > 0 && r.Min > 0 && r.Min <= r.Max
		if fixed == tiered || r.Year == 0 || r.Closes.Before(r.Opens) || r.Category == "" {
			return fmt.Errorf("rate %s %s %d: give either an amount or a range of tiers, and dates in order", r.Scheme, r.Category, r.Year)
		}
	}
	return nil
}

// Authority returns the authority with the code.
func (c *City) Authority(code string) (region.Authority, bool) {
	for _, a := range c.Authorities {
		if a.Code == code {
			return a, true
		}
	}
	return region.Authority{}, false
}

// Short is the short name of an authority for cards, or its code when unknown.
func (c *City) Short(code string) string {
	if a, ok := c.Authority(code); ok {
		return a.Short()
	}
	return code
}

// FullName is the authority's whole name, or its code when unknown.
func (c *City) FullName(code string) string {
	if a, ok := c.Authority(code); ok {
		return a.Name
	}
	return code
}

// Free says why banks and offices are closed on the day: the holiday's name or 周末; "" on
// a working day.
func (c *City) Free(day period.Date) string {
	for _, h := range c.DaysOff {
		if !day.Before(h.From) && !day.After(h.To) {
			return h.Name
		}
	}
	weekday := day.Start().Weekday()
	if weekday != time.Saturday && weekday != time.Sunday || slices.Contains(c.WorkedDays, day) {
		return ""
	}
	return "周末"
}

// ExtendTo adds sample rates for years without any up to the year given, copied from the
// newest year and marked 示例. Demonstrations on a later date need them.
func (c *City) ExtendTo(year int) {
	newest := 0
	for _, r := range c.Rates {
		newest = max(newest, r.Year)
	}
	for _, r := range c.Rates {
		if r.Year != newest {
			continue
		}
		for y := newest + 1; y <= year; y++ {
			c.Rates = append(c.Rates, shift(r, y-newest))
		}
	}
}

func shift(r contribution.Rate, years int) contribution.Rate {
	r.Year += years
	r.Opens, r.Closes = r.Opens.AddYears(years), r.Closes.AddYears(years)
	r.Benefit = period.Period{From: r.Benefit.From.AddMonths(12 * years), To: r.Benefit.To.AddMonths(12 * years)}
	r.Note = "示例"
	return r
}
