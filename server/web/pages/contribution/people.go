package contribution

import (
	"context"

	"shebao/server/web"
	"shebao/shared/page"
)

func peoplePage(d Deps) web.Route {
	return web.Page[page.SavedPeople]{
		Pattern: page.PatternMedicalSaved,
		Frame:   page.Frame{Title: "常用缴费人", Back: page.PathMe},
		Load:    d.people,
		Act:     d.changePeople,
	}.Route()
}

// people lists the 常用缴费人, or asks for a new name or before one is forgotten.
func (d Deps) people(ctx context.Context, r *web.Request) (page.SavedPeople, error) {
	saved, err := d.Principals.Saved(ctx, r.Person)
	if err != nil {
		return page.SavedPeople{}, err
	}
	var s page.SavedPeople
	for _, p := range saved {
		one := page.SavedPay{ID: p.ID, Label: p.Label, Number: p.Document}
		if p.Label != p.Name { // the person chose another word
			one.Number = p.Name + " · " + p.Document
		}
		switch p.ID {
		case r.Query.Get(page.FieldOtherSaved):
			edit := one
			if r.Form.Has(page.FieldSavedLabel) {
				edit.Label = r.Form.Get(page.FieldSavedLabel)
			}
			s.Edit = &edit
		case r.Query.Get(page.FieldSavedRemove):
			s.Remove = &one
		}
		s.People = append(s.People, one)
	}
	return s, nil
}

func (d Deps) changePeople(ctx context.Context, r *web.Request) (web.Answer[page.SavedPeople], error) {
	if id := r.Query.Get(page.FieldSavedRemove); id != "" {
		if err := d.Principals.Remove(ctx, r.Person, id); err != nil {
			return web.Answer[page.SavedPeople]{}, err
		}
		return web.GoSaying[page.SavedPeople](page.PatternMedicalSaved, "已删除"), nil
	}
	err := d.Principals.Rename(ctx, r.Person, r.Query.Get(page.FieldOtherSaved), r.Form.Get(page.FieldSavedLabel))
	if err == nil {
		return web.GoSaying[page.SavedPeople](page.PatternMedicalSaved, "已保存"), nil
	}
	problems, ok := problemsOf(err)
	if !ok {
		return web.Answer[page.SavedPeople]{}, err
	}
	s, err := d.people(ctx, r)
	if err != nil {
		return web.Answer[page.SavedPeople]{}, err
	}
	s.Problems = problems
	return web.Stay(s), nil
}
