package account

import (
	"context"
	"errors"
	"fmt"

	"shebao/shared/api"
	"shebao/shared/idcard"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

// Registration is what someone types to get an account or a new password.
type Registration struct {
	Name     string
	Type     idcard.Type
	Number   string
	Phone    string
	Code     string // sent for ForRegister
	Password string
	Address  string
}

// Register opens an account for someone whom the population register knows by
// exactly this name, document and phone, and who holds the phone. They log in
// afterwards. Errors: api.Invalid, ErrCode, ErrRegister (the same whatever does
// not match), ErrRegistered, api.TooMany, ErrBusy.
func (s *Service) Register(ctx context.Context, in Registration) error {
	p, code, err := s.prove(ctx, &in)
	if err != nil {
		return err
	}
	hash, err := s.newHash(ctx, in.Password)
	if err != nil {
		return err
	}
	if err := s.take(ctx, code); err != nil {
		return err
	}
	added, err := s.Accounts.AddAccount(ctx, s.account(p, hash))
	if err != nil {
		return fmt.Errorf("register person %s: %w", p.ID, err)
	}
	if !added {
		return ErrRegistered
	}
	s.note(ctx, Event{Resident, p.ID, "register", "ok", in.Address})
	return nil
}

// Reset gives someone who proves who they are as in Register a new password and
// ends all their sessions. Someone without an account gets one. Errors as
// Register's, and api.Conflict if the password was changed meanwhile.
func (s *Service) Reset(ctx context.Context, in Registration) error {
	p, code, err := s.prove(ctx, &in)
	if err != nil {
		return err
	}
	hash, err := s.newHash(ctx, in.Password)
	if err != nil {
		return err
	}
	if err := s.take(ctx, code); err != nil {
		return err
	}
	a, known, err := s.Accounts.AccountByLogin(ctx, Resident, p.Document.Number)
	if err != nil {
		return fmt.Errorf("reset password of person %s: %w", p.ID, err)
	}
	if !known || a.Subject != p.ID {
		added, err := s.Accounts.AddAccount(ctx, s.account(p, hash))
		if err == nil && !added {
			err = ErrRegistered
		}
		return err
	}
	if err := s.replace(ctx, a, hash); err != nil {
		return err
	}
	s.note(ctx, Event{Resident, p.ID, "reset", "ok", in.Address})
	return nil
}

func (s *Service) replace(ctx context.Context, a Account, hash string) error {
	swapped, err := s.Accounts.SwapHash(ctx, a.ID, a.Hash, hash)
	if err != nil {
		return fmt.Errorf("change password of %s: %w", a.ID, err)
	}
	if !swapped {
		return api.Conflict("")
	}
	err = errors.Join(
		s.Sessions.EndSessions(ctx, a.ID, ""),
		s.Tries.ForgetTries(ctx, triesKey(a.Kind, a.Login)),
	)
	if err != nil {
		return fmt.Errorf("change password of %s: %w", a.ID, err)
	}
	return nil
}

// ChangePassword replaces the password of someone who is logged in and ends all
// their other sessions. Errors: api.Invalid, ErrLogin for a wrong old password,
// ErrLocked, api.TooMany, api.Conflict, ErrBusy.
func (s *Service) ChangePassword(ctx context.Context, ses Session, login, old, fresh, address string) error {
	if err := CheckPassword(fresh, login); err != nil {
		return err
	}
	a, err := s.authenticate(ctx, ses.Kind, login, old, address)
	if err != nil {
		return err
	}
	if a.ID != ses.Account {
		return ErrLogin
	}
	hash, err := s.newHash(ctx, fresh)
	if err != nil {
		return err
	}
	// The hash may have been renewed by authenticate.
	if a, _, err = s.Accounts.AccountByLogin(ctx, ses.Kind, login); err != nil {
		return fmt.Errorf("change password of %s: %w", ses.Account, err)
	}
	swapped, err := s.Accounts.SwapHash(ctx, a.ID, a.Hash, hash)
	if err != nil {
		return fmt.Errorf("change password of %s: %w", a.ID, err)
	}
	if !swapped {
		return api.Conflict("")
	}
	if err := s.Sessions.EndSessions(ctx, a.ID, ses.ID); err != nil {
		return fmt.Errorf("change password of %s: %w", a.ID, err)
	}
	s.note(ctx, Event{a.Kind, a.Subject, "password", "ok", address})
	return nil
}

// Provide opens an account without proof, for people whom the operator of the
// service has brought in (demo people); false when they have one.
func (s *Service) Provide(ctx context.Context, p person.Person, password string) (bool, error) {
	hash, err := s.newHash(ctx, password)
	if err != nil {
		return false, err
	}
	added, err := s.Accounts.AddAccount(ctx, s.account(p, hash))
	if err != nil {
		return false, fmt.Errorf("provide account for person %s: %w", p.ID, err)
	}
	return added, nil
}

func (s *Service) account(p person.Person, hash string) Account {
	return Account{
		ID: string(Resident) + ":" + p.ID, Kind: Resident, Subject: p.ID, Login: p.Document.Number,
		Name: p.Name, Phone: p.Phone, Hash: hash, Created: s.Now(),
	}
}

// prove checks the form, the code and the register. The code is not used up, so
// that a mistyped name does not cost a minute's wait; its tries are few.
func (s *Service) prove(ctx context.Context, in *Registration) (person.Person, Code, error) {
	doc, err := in.check(period.DateOf(s.Now()))
	if err != nil {
		return person.Person{}, Code{}, err
	}
	if err := s.fromAddress(ctx, in.Address); err != nil {
		return person.Person{}, Code{}, err
	}
	code, err := s.checkCode(ctx, ForRegister, in.Phone, in.Code)
	if err != nil {
		return person.Person{}, Code{}, err
	}
	p, known, err := s.Population.PersonByDocument(ctx, doc)
	if err != nil {
		return person.Person{}, Code{}, fmt.Errorf("ask the population register: %w", err)
	}
	if !known || p.Name != in.Name || p.Phone != in.Phone {
		s.note(ctx, Event{Resident, p.ID, "register", "refused", in.Address})
		return person.Person{}, Code{}, ErrRegister
	}
	return p, code, nil
}

// check normalises the form in place and lists all that is wrong with it.
func (in *Registration) check(today period.Date) (idcard.Document, error) {
	var fields []page.Problem
	in.Name = person.NormaliseName(in.Name)
	if err := person.CheckName(in.Name); err != nil {
		fields = append(fields, api.Field("name", err.Error()))
	}
	doc, err := idcard.ParseOn(in.Type, in.Number, today)
	if errors.Is(err, idcard.ErrType) {
		fields = append(fields, api.Field("type", err.Error()))
	} else if err != nil {
		fields = append(fields, api.Field("number", err.Error()))
	}
	in.Phone, in.Code = person.NormalisePhone(in.Phone), idcard.Normalise(in.Code)
	fields = append(fields, phoneProblem(in.Phone)...)
	fields = append(fields, codeProblem(in.Code)...)
	if bad := CheckPassword(in.Password, doc.Number, in.Phone); bad != nil {
		fields = append(fields, api.From(bad).Fields...)
	}
	if len(fields) > 0 {
		return idcard.Document{}, api.Invalid(fields...)
	}
	return doc, nil
}
