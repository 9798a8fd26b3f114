package contribution_test

import (
	"context"
	"testing"

	"shebao/server/contribution"
	model "shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/money"
	"shebao/shared/period"
)

// counterRules has two assessed dues of one year and refuses what does not match.
type counterRules struct{ asked []contribution.DeclareRequest }

func (*counterRules) Dues(context.Context, string, model.Scheme) ([]contribution.View, error) {
	due := func(id string, yuan int64) contribution.View {
		return contribution.View{Due: model.Due{ID: id, Kind: model.Assessed, Year: 2020}, Amount: money.Yuan(yuan)}
	}
	return []contribution.View{due("one", 1000), due("two", 800)}, nil
}

func (r *counterRules) Declare(_ context.Context, q contribution.DeclareRequest) ([]model.Declaration, error) {
	r.asked = append(r.asked, q)
	if q.Choices[0].Due == "two" && q.Choices[0].Amount != money.Yuan(800) || q.Choices[0].Due == "one" && q.Choices[0].Amount != money.Yuan(1000) {
		return nil, contribution.RefuseAmount
	}
	return []model.Declaration{{ID: "d-" + q.Choices[0].Due}}, nil
}

func TestImports(t *testing.T) {
	r := &counterRules{}
	m := &contribution.Imports{
		Rules: r, Register: &register{}, Today: func() period.Date { return period.Date{Year: 2026, Month: 11, Day: 23} },
	}
	row := func(change func(*contribution.ImportRow)) contribution.ImportRow {
		v := contribution.ImportRow{
			Reference: "r", Name: child.Name, Type: idcard.ResidentID, Number: child.Document.Number, Scheme: model.Pension,
			Kind: model.Assessed, Year: 2020, Amount: money.Yuan(800),
		}
		change(&v)
		return v
	}
	got, err := m.Take(t.Context(), model.ChannelHall, []contribution.ImportRow{
		row(func(*contribution.ImportRow) {}),
		row(func(v *contribution.ImportRow) { v.Amount = money.Yuan(900) }),
		row(func(v *contribution.ImportRow) { v.Name = "张大雨" }),
		row(func(v *contribution.ImportRow) { v.Number = "1" }),
		row(func(v *contribution.ImportRow) { v.Year = 2019 }),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []*contribution.Refusal{
		nil, contribution.RefuseAmount, contribution.RefusePerson, contribution.RefusePerson, contribution.RefuseUnknown,
	}
	for i, w := range want {
		if got[i].Refusal != w {
			t.Errorf("row %d: %v, want %v", i+1, got[i].Refusal, w)
		}
	}
	t.Run("of several in a year the one with the amount is declared for the person by the channel", func(t *testing.T) {
		q := r.asked[0]
		if got[0].Declaration != "d-two" || q.Payer != child.ID || q.Insured != child.ID || q.Channel != model.ChannelHall {
			t.Errorf("%+v, asked %+v", got[0], q)
		}
	})
	t.Run("too many rows are refused as a whole", func(t *testing.T) {
		if _, err := m.Take(t.Context(), model.ChannelHall, make([]contribution.ImportRow, contribution.MaxImport+1)); err == nil {
			t.Error("taken")
		}
	})
}
