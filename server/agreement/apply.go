package agreement

import (
	"context"
	"errors"
	"fmt"
	"time"

	model "shebao/shared/agreement"
	"shebao/shared/api"
	"shebao/shared/bankapi"
	"shebao/shared/bankcard"
	"shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
	"shebao/shared/region"
	"shebao/shared/words"
)

// Application is what a payer fills in (新增协议). The payer is always the one who is
// logged in.
type Application struct {
	Payer     string
	Authority string // code
	Bank      string // three-digit code
	Holder    string // 持卡人姓名, as typed
	Account   string // as typed
	Passbook  bool   // the payer says that a number that is no card's is a passbook's (存折)
	Phone     string // 预留手机号, as typed
	Consent   bool
}

// Defaults is what a new application starts with.
type Defaults struct {
	Payer     person.Person
	Authority string   // of an enrolment in force, "" when there is none
	Enrolled  []string // authorities of all enrolments in force, each once
}

// Defaults returns what a new application of the payer starts with.
func (s *Service) Defaults(ctx context.Context, payer string) (Defaults, error) {
	p, err := s.person(ctx, payer)
	if err != nil {
		return Defaults{}, err
	}
	d := Defaults{Payer: p}
	seen := map[string]bool{}
	today := period.DateOf(s.Now())
	for _, scheme := range []contribution.Scheme{contribution.Pension, contribution.Medical} {
		list, err := s.Enrolments.Enrolments(ctx, payer, scheme)
		if err != nil {
			return Defaults{}, fmt.Errorf("list enrolments of %s: %w", payer, err)
		}
		for _, e := range list {
			if _, known := region.Find(s.Authorities(), e.Authority); known && e.ActiveOn(today) && !seen[e.Authority] {
				seen[e.Authority] = true
				d.Enrolled = append(d.Enrolled, e.Authority)
			}
		}
	}
	if len(d.Enrolled) > 0 {
		d.Authority = d.Enrolled[0]
	}
	return d, nil
}

func (s *Service) person(ctx context.Context, id string) (person.Person, error) {
	p, ok, err := s.People.Person(ctx, id)
	if err != nil {
		return person.Person{}, fmt.Errorf("load person %s: %w", id, err)
	}
	if !ok {
		return person.Person{}, ErrPerson
	}
	return p, nil
}

// Apply starts signing: it stores the application and then asks the bank. The answer
// is the agreement as far as it came: Verifying (the payer has an SMS code to type),
// Verified, Failed with the bank's reason, or Signing when the bank has not answered;
// recovery then goes on. An application of the same payer for the same account that is
// being signed already is answered with that one. Errors are api.Invalid with the
// fields of package page, ErrExists, ErrTooMany, ErrPerson.
func (s *Service) Apply(ctx context.Context, in Application) (model.Agreement, error) {
	payer, err := s.person(ctx, in.Payer)
	if err != nil {
		return model.Agreement{}, err
	}
	n, problems := s.check(in, payer)
	if len(problems) > 0 {
		return model.Agreement{}, api.Invalid(problems...)
	}
	if a, ok, err := s.standing(ctx, in, n.Account); err != nil || ok {
		return a, err
	}
	if err := s.limit(ctx, in.Payer); err != nil {
		return model.Agreement{}, err
	}
	now := s.Now()
	a := model.Agreement{
		ID: s.NewID("a"), Payer: in.Payer, Authority: in.Authority, Bank: in.Bank, Account: bankcard.Mask(n.Account),
		Holder: person.MaskName(payer.Name), Phone: person.MaskPhone(n.Phone), State: model.Signing,
		Applied: now, Sent: now, Open: true, Next: now.Add(s.Lease),
	}
	a.Ref = s.refer(a, "s", 1)
	added, err := s.Store.AddApplication(context.WithoutCancel(ctx), a, n)
	if err != nil {
		return model.Agreement{}, fmt.Errorf("add agreement %s: %w", a.ID, err)
	}
	if !added { // another phone was quicker
		a, ok, err := s.standing(ctx, in, n.Account)
		if err == nil && !ok {
			err = ErrExists
		}
		return a, err
	}
	s.record(ctx, a, "apply")
	return s.work(ctx, a, func(ctx context.Context) error { return s.sign(ctx, a, payer, n) })
}

// check reads what was typed; the problems name fields of package page.
func (s *Service) check(in Application, payer person.Person) (Numbers, []page.Problem) {
	var n Numbers
	var problems []page.Problem
	wrong := func(field, message string) { problems = append(problems, page.Problem{Field: field, Message: message}) }
	if _, ok := region.Find(s.Authorities(), in.Authority); !ok {
		wrong(page.SignFieldAuthority, words.SignAuthority)
	}
	if _, ok := bankcard.Lookup(in.Bank); !ok {
		wrong(page.SignFieldBank, words.SignBank)
	}
	switch holder := person.NormaliseName(in.Holder); holder {
	case "":
		wrong(page.SignFieldHolder, words.SignHolder)
	case person.NormaliseName(payer.Name):
	default:
		wrong(page.SignFieldHolder, words.HolderMismatch)
	}
	account, warning, err := bankcard.Check(in.Account)
	switch {
	case err != nil:
		wrong(page.SignFieldAccount, err.Error())
	case warning != "" && !in.Passbook:
		wrong(page.SignFieldAccount, words.SignPassbook)
	}
	n.Account, n.Phone = account, person.NormalisePhone(in.Phone)
	if err := person.CheckPhone(n.Phone); err != nil {
		wrong(page.SignFieldPhone, err.Error())
	}
	if !in.Consent {
		wrong(page.SignFieldConsent, words.SignConsent)
	}
	return n, problems
}

// standing finds the live agreement of the account: the payer's own that is being
// signed is returned to go on with, any other refuses.
func (s *Service) standing(ctx context.Context, in Application, account string) (model.Agreement, bool, error) {
	a, ok, err := s.Store.LiveAgreement(ctx, in.Authority, account)
	switch {
	case err != nil:
		return model.Agreement{}, false, fmt.Errorf("look for a live agreement of %s: %w", in.Payer, err)
	case !ok:
		return model.Agreement{}, false, nil
	case a.Payer == in.Payer && a.State.InProgress():
		return a, true, nil
	default:
		return model.Agreement{}, false, ErrExists
	}
}

func (s *Service) limit(ctx context.Context, payer string) error {
	list, err := s.List(ctx, payer)
	if err != nil {
		return err
	}
	recent := 0
	for _, a := range list {
		if s.Now().Sub(a.Applied) < 24*time.Hour {
			recent++
		}
	}
	if recent >= ApplyLimit {
		return ErrTooMany
	}
	return nil
}

// sign asks the bank for the mandate under the stored reference and applies the answer.
func (s *Service) sign(ctx context.Context, a model.Agreement, payer person.Person, n Numbers) error {
	within, cancel := context.WithTimeout(ctx, s.BankTimeout)
	defer cancel()
	r, err := s.Bank.Sign(within, bankapi.Mandate{
		Ref: a.Ref, Bank: a.Bank, Account: n.Account, Holder: payer.Name,
		Document: string(payer.Document.Type), Number: payer.Document.Number, Phone: n.Phone,
	})
	switch {
	case errors.Is(err, bankapi.ErrNotSent):
		return s.step(ctx, a, model.Vanish, bankapi.Result{Message: words.SignNotSent})
	case err != nil:
		s.Log.WarnContext(ctx, "bank answer to a signing lost", "agreement", a.ID, "error", err)
		return s.wait(ctx, a)
	}
	if verdictOf(r) == busy { // the bank did not take it and will not under this reference
		return s.step(ctx, a, model.Refuse, r)
	}
	return s.signed(ctx, a, r)
}
