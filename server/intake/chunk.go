package intake

import (
	"context"
	"fmt"

	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/intake"
)

// chunk takes the rows of a chunk together: each is one document, stored or refused by itself.
// Rows stored before an error are found Known when the chunk is tried again.
func (s *Service) chunk(ctx context.Context, kind intake.Kind, rows []intake.Row) ([]intake.Result, error) {
	drafts := make([]draft, len(rows))
	for i, row := range rows {
		drafts[i] = s.read(kind, row.Cells)
	}
	if err := s.find(ctx, drafts); err != nil {
		return nil, fmt.Errorf("find people from line %d on: %w", rows[0].Line, err)
	}
	store := s.storeDues
	if kind == intake.Enrolments {
		store = s.storeEnrolments
	}
	if err := store(ctx, drafts); err != nil {
		return nil, fmt.Errorf("store rows from line %d on: %w", rows[0].Line, err)
	}
	results := make([]intake.Result, len(rows))
	for i, row := range rows {
		results[i] = intake.Result{Line: row.Line, Who: who(row.Cells), Verdict: drafts[i].verdict}
		if why := drafts[i].why(); why != "" {
			results[i].Verdict, results[i].Message = intake.Refused, string(why)
		}
	}
	return results, nil
}

// why is the reason why the row is not taken, "" for none.
func (d draft) why() refusal {
	if d.early != "" {
		return d.early
	}
	return d.late
}

// find looks the rows' people up in the register.
func (s *Service) find(ctx context.Context, drafts []draft) error {
	var docs []idcard.Document
	asked := map[idcard.Document]bool{}
	for _, d := range drafts {
		if d.early == "" && !asked[d.doc] {
			asked[d.doc] = true
			docs = append(docs, d.doc)
		}
	}
	list, err := s.Register.PeopleByDocuments(ctx, docs)
	if err != nil {
		return err
	}
	ids, names := map[idcard.Document]string{}, map[idcard.Document]string{}
	for _, p := range list {
		ids[p.Document], names[p.Document] = p.ID, p.Name
	}
	for i := range drafts {
		d := &drafts[i]
		switch id := ids[d.doc]; {
		case d.early != "":
		case id == "" || names[d.doc] != d.name:
			d.early = "人口登记中没有姓名和证件都相符的人员"
		default:
			d.enrolment.Person, d.due.Person = id, id
		}
	}
	return nil
}

// enrolments lists those of the rows' people, by person and scheme.
func (s *Service) enrolments(ctx context.Context, drafts []draft) (map[string]contribution.Enrolment, error) {
	var people []string
	asked := map[string]bool{}
	for _, d := range drafts {
		if d.why() == "" && !asked[d.due.Person] {
			asked[d.due.Person] = true
			people = append(people, d.due.Person)
		}
	}
	list, err := s.Records.EnrolmentsOf(ctx, people)
	by := make(map[string]contribution.Enrolment, len(list))
	for _, e := range list {
		by[enrolmentID(e.Person, e.Scheme)] = e
	}
	return by, err
}

func enrolmentID(person string, scheme contribution.Scheme) string {
	return "enr:" + person + ":" + string(scheme)
}

// storeEnrolments stores what is new. A row is Taken when it is new, Known when what stands
// there says the same, and refused otherwise.
func (s *Service) storeEnrolments(ctx context.Context, drafts []draft) error {
	have, err := s.enrolments(ctx, drafts)
	if err != nil {
		return err
	}
	var fresh []contribution.Enrolment
	for i := range drafts {
		d := &drafts[i]
		if d.why() != "" {
			continue
		}
		d.enrolment.ID = enrolmentID(d.enrolment.Person, d.enrolment.Scheme)
		if _, known := have[d.enrolment.ID]; !known {
			have[d.enrolment.ID], d.verdict = d.enrolment, intake.Taken
			fresh = append(fresh, d.enrolment)
		}
	}
	if len(fresh) > 0 { // another import may have been quicker with some
		if err := s.Records.AddEnrolments(ctx, fresh); err != nil {
			return err
		}
		if have, err = s.enrolments(ctx, drafts); err != nil {
			return err
		}
	}
	for i := range drafts {
		d := &drafts[i]
		switch {
		case d.why() != "":
		case have[d.enrolment.ID] != d.enrolment:
			d.late = "该人员该险种已有内容不同的参保登记"
		case d.verdict == "":
			d.verdict = intake.Known
		}
	}
	return nil
}

// storeDues stores what is new, as storeEnrolments does.
func (s *Service) storeDues(ctx context.Context, drafts []draft) error {
	enrolled, err := s.enrolments(ctx, drafts)
	if err != nil {
		return err
	}
	for i := range drafts {
		d := &drafts[i]
		if d.why() != "" {
			continue
		}
		e, ok := enrolled[enrolmentID(d.due.Person, d.scheme)]
		if !ok {
			d.late = "该人员没有该险种的参保登记"
			continue
		}
		d.due.Enrolment, d.due.Authority = e.ID, e.Authority
		d.due.ID = fmt.Sprintf("due:%s:%s:%d:%s:%s", d.due.Person, d.scheme, d.due.Year, d.due.Kind, d.number)
	}
	have, err := s.dues(ctx, drafts)
	if err != nil {
		return err
	}
	var fresh []contribution.Due
	for i := range drafts {
		d := &drafts[i]
		if _, known := have[d.due.ID]; d.why() == "" && !known {
			have[d.due.ID], d.verdict = d.due, intake.Taken
			fresh = append(fresh, d.due)
		}
	}
	if len(fresh) > 0 {
		if err := s.Records.AddDues(ctx, fresh); err != nil {
			return err
		}
		if have, err = s.dues(ctx, drafts); err != nil {
			return err
		}
	}
	for i := range drafts {
		d := &drafts[i]
		switch {
		case d.why() != "":
		case !same(have[d.due.ID], d.due):
			d.late = "核定编号已登记，内容不同"
		case d.verdict == "":
			d.verdict = intake.Known
		}
	}
	return nil
}

// dues are those of the rows that are stored, by id.
func (s *Service) dues(ctx context.Context, drafts []draft) (map[string]contribution.Due, error) {
	var ids []string
	for _, d := range drafts {
		if d.why() == "" {
			ids = append(ids, d.due.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := s.Records.DuesOf(ctx, ids)
	by := make(map[string]contribution.Due, len(list))
	for _, u := range list {
		by[u.ID] = u
	}
	return by, err
}
