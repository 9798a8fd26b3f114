package contribution

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"shebao/shared/api"
	"shebao/shared/idcard"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
	"shebao/shared/words"
)

// Limits of paying for 他人.
const (
	MaxNamedADay = 10        // lookups in the register per owner and day
	MaxSaved     = 20        // 常用缴费人 per owner
	GrantLasts   = time.Hour // from naming the principal to declaring
	guardedUnder = 14        // years; below it a guardian consents
)

// Grant allows its owner, for an hour, to see and pay a principal's medical dues. Its id
// is all that addresses and forms carry.
type Grant struct {
	ID        string // principal:{random}
	Owner     string // person id
	Principal string // person id
	Name      string // masked
	Consent   string // what the owner ticked
	Expires   time.Time
}

// SavedPrincipal is one 常用缴费人 of an owner.
type SavedPrincipal struct {
	ID        string
	Owner     string
	Principal string // person id
	Label     string // as the owner calls them; the masked name at first
	Name      string // masked
	Document  string // kind and masked number
	Added     time.Time
}

// Register is the population register, seen through a keyhole: only an exact match is
// found, by name and document together.
type Register interface {
	FindExact(ctx context.Context, name string, document idcard.Document) (person.Person, bool, error)
}

// Limiter counts what somebody does in fixed windows.
type Limiter interface {
	// Count adds one to the key's count in the window that begins at start and
	// returns it, atomically. The count may be forgotten after ends.
	Count(ctx context.Context, key string, start, ends time.Time) (int, error)
}

// PrincipalStore keeps grants and 常用缴费人.
type PrincipalStore interface {
	AddGrant(ctx context.Context, g Grant) error
	Grant(ctx context.Context, id string) (Grant, bool, error)
	// SavedPrincipals lists an owner's, oldest first, at most MaxSaved.
	SavedPrincipals(ctx context.Context, owner string) ([]SavedPrincipal, error)
	// SavePrincipal stores one; false when it is there already.
	SavePrincipal(ctx context.Context, p SavedPrincipal) (bool, error)
	// RenamePrincipal changes the label of the owner's; false when there is none.
	RenamePrincipal(ctx context.Context, owner, id, label string) (bool, error)
	// RemovePrincipal forgets the owner's; false when there is none.
	RemovePrincipal(ctx context.Context, owner, id string) (bool, error)
}

// PrincipalConfig is what Principals works with. Trail may be nil.
type PrincipalConfig struct {
	Store    PrincipalStore
	Register Register
	Limiter  Limiter
	Trail    Trail
	Now      func() time.Time
	NewID    func(prefix string) string
}

// Principals applies the rules of paying for 他人. Safe for concurrent use.
type Principals struct{ PrincipalConfig }

// NewPrincipals returns the rules.
func NewPrincipals(c PrincipalConfig) *Principals { return &Principals{c} }

// PrincipalRequest names the principal, as typed.
type PrincipalRequest struct {
	Owner       string
	Name        string
	Type        idcard.Type
	Number      string
	Nationality string // alpha-3
	Consent     Consent
	Remember    Remember
}

// Consent is whether the owner ticked that the principal (or, as guardian, they) consent.
type Consent string

// The answers.
const (
	NoConsent Consent = ""
	Consented Consent = "1"
)

// Remember is whether the owner wants the principal among their 常用缴费人.
type Remember string

// The answers.
const (
	Forget      Remember = ""
	RememberHim Remember = "1"
)

// NeedsGuardian tells whether the holder of the document is under 14 on the day.
func NeedsGuardian(d idcard.Document, today period.Date) bool {
	birth, ok := d.Birth()
	return ok && idcard.AgeOn(birth, today) < guardedUnder
}

// Name finds the principal by an exact match and grants the owner to pay for them. What
// is malformed comes back as api.CodeInvalid with the fields; a person who is not
// found, or found with another nationality, as RefusePrincipal: always the same.
func (p *Principals) Name(ctx context.Context, r PrincipalRequest) (Grant, error) {
	name := person.NormaliseName(r.Name)
	doc, err := p.check(r, name)
	if err != nil {
		return Grant{}, err
	}
	today := period.DateOf(p.Now())
	n, err := p.Limiter.Count(ctx, "principal:"+r.Owner, today.Start(), today.AddDays(1).Start())
	if err != nil {
		return Grant{}, fmt.Errorf("count lookups of %s: %w", r.Owner, err)
	}
	if n > MaxNamedADay {
		return Grant{}, RefuseLookups
	}
	found, ok, err := p.Register.FindExact(ctx, name, doc)
	if err != nil {
		return Grant{}, fmt.Errorf("find principal for %s: %w", r.Owner, err)
	}
	if !ok || found.Nationality != r.Nationality {
		p.record(ctx, r.Owner, "", "nomatch")
		return Grant{}, RefusePrincipal
	}
	if found.ID == r.Owner {
		return Grant{}, RefuseOneself
	}
	if r.Remember == RememberHim {
		if err := p.save(ctx, r.Owner, found); err != nil {
			return Grant{}, err
		}
	}
	return p.grant(ctx, r.Owner, found.ID, person.MaskName(found.Name), consentWords(doc, today))
}

func consentWords(d idcard.Document, today period.Date) string {
	if NeedsGuardian(d, today) {
		return "guardian"
	}
	return "principal"
}

// check reads what was typed; every problem stands beside its field.
func (p *Principals) check(r PrincipalRequest, name string) (idcard.Document, error) {
	var bad []page.Problem
	if err := person.CheckName(name); err != nil {
		bad = append(bad, api.Field(page.FieldOtherName, err.Error()))
	}
	doc, err := idcard.ParseOn(r.Type, r.Number, period.DateOf(p.Now()))
	if err != nil {
		bad = append(bad, api.Field(page.FieldOtherNumber, err.Error()))
	}
	if r.Nationality == "" {
		bad = append(bad, api.Field(page.FieldOtherNationality, words.NationalityNeeded))
	} else if err := idcard.CheckNationality(r.Type, r.Nationality); err != nil {
		bad = append(bad, api.Field(page.FieldOtherNationality, err.Error()))
	}
	if r.Consent != Consented {
		bad = append(bad, api.Field(page.FieldOtherConsent, words.ConsentNeeded))
	}
	if len(bad) > 0 {
		return idcard.Document{}, api.Invalid(bad...)
	}
	return doc, nil
}

func (p *Principals) grant(ctx context.Context, owner, principal, name, consent string) (Grant, error) {
	g := Grant{
		ID: p.NewID("g"), Owner: owner, Principal: principal, Name: name, Consent: consent, Expires: p.Now().Add(GrantLasts),
	}
	if err := p.Store.AddGrant(ctx, g); err != nil {
		return Grant{}, fmt.Errorf("add grant of %s: %w", owner, err)
	}
	p.record(ctx, owner, principal, consent)
	return g, nil
}

// Grant returns a live grant of the owner; false when it is not theirs or over.
func (p *Principals) Grant(ctx context.Context, owner, id string) (Grant, bool, error) {
	g, ok, err := p.Store.Grant(ctx, id)
	if err != nil {
		return Grant{}, false, fmt.Errorf("load grant: %w", err)
	}
	if !ok || g.Owner != owner || !p.Now().Before(g.Expires) {
		return Grant{}, false, nil
	}
	return g, true, nil
}

// Saved lists the owner's 常用缴费人.
func (p *Principals) Saved(ctx context.Context, owner string) ([]SavedPrincipal, error) {
	return p.Store.SavedPrincipals(ctx, owner)
}

// GrantSaved grants the owner to pay for a saved one; RefusePrincipal when it is not theirs.
func (p *Principals) GrantSaved(ctx context.Context, owner, saved string) (Grant, error) {
	list, err := p.Store.SavedPrincipals(ctx, owner)
	if err != nil {
		return Grant{}, fmt.Errorf("list saved of %s: %w", owner, err)
	}
	for _, s := range list {
		if s.ID == saved {
			return p.grant(ctx, owner, s.Principal, s.Name, "saved")
		}
	}
	return Grant{}, RefusePrincipal
}

// savedID is the same for the same owner and principal and says nothing about either.
func savedID(owner, principal string) string {
	sum := sha256.Sum256([]byte(owner + "\x00" + principal))
	return "saved" + hex.EncodeToString(sum[:12])
}

func (p *Principals) save(ctx context.Context, owner string, who person.Person) error {
	list, err := p.Store.SavedPrincipals(ctx, owner)
	if err != nil {
		return fmt.Errorf("list saved of %s: %w", owner, err)
	}
	if len(list) >= MaxSaved {
		return RefuseTooManySaved
	}
	masked := person.MaskName(who.Name)
	_, err = p.Store.SavePrincipal(ctx, SavedPrincipal{
		ID: savedID(owner, who.ID), Owner: owner, Principal: who.ID, Label: masked, Name: masked,
		Document: who.Document.Type.Label() + " " + who.Document.Masked(), Added: p.Now(),
	})
	if err != nil {
		return fmt.Errorf("save principal of %s: %w", owner, err)
	}
	return nil
}

// Rename changes what the owner calls a saved one: 1 to 12 characters.
func (p *Principals) Rename(ctx context.Context, owner, saved, label string) error {
	label = person.NormaliseName(label)
	if n := len([]rune(label)); n < 1 || n > 12 {
		return api.Invalid(api.Field(page.FieldSavedLabel, words.SavedLabel))
	}
	return known(p.Store.RenamePrincipal(ctx, owner, saved, label))
}

// Remove forgets a saved one.
func (p *Principals) Remove(ctx context.Context, owner, saved string) error {
	return known(p.Store.RemovePrincipal(ctx, owner, saved))
}

func known(ok bool, err error) error {
	if err == nil && !ok {
		return api.NotFound("")
	}
	return err
}

func (p *Principals) record(ctx context.Context, owner, principal, result string) {
	if p.Trail == nil {
		return
	}
	_ = p.Trail.Record(ctx, Entry{Person: owner, Action: "principal", Subject: principal, Result: result}) // naming must not fail with the trail
}
