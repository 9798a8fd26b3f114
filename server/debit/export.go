package debit

import (
	"context"
	"fmt"
	"io"

	"shebao/server/sheet"
	model "shebao/shared/debit"
	"shebao/shared/period"
)

// Names give the names of authorities, banks and people for exports; the code or id when nil
// or unknown.
type Names struct {
	Authority func(code string) string
	Bank      func(code string) string
	People    func(ctx context.Context, ids []string) (map[string]string, error) // masked, by id
}

// WriteReport writes the run's results by authority and bank, the banks together and the
// authorities together, with counts, amounts and success ratios.
func (s *Service) WriteReport(ctx context.Context, w io.Writer, f sheet.Format, id string, names Names) error {
	report, err := s.Report(ctx, id)
	if err != nil {
		return err
	}
	columns := []sheet.Column{{Head: "税务机关", Width: 20}, {Head: "银行", Width: 16}}
	for _, head := range []string{"应扣", "成功", "失败", "未扣", "待核实"} {
		columns = append(columns, sheet.Column{Head: head + "笔数"}, sheet.Column{Head: head + "金额", Width: 16})
	}
	out, err := sheet.New(w, f, "批量扣款结果", append(columns, sheet.Column{Head: "成功率"}))
	if err != nil {
		return fmt.Errorf("begin report of %s: %w", id, err)
	}
	const all = "合计"
	write := func(lines []model.Line, authority, bank func(model.Line) string) {
		for _, l := range lines {
			if err == nil {
				err = out.Row(line(l, authority(l), bank(l))...)
			}
		}
	}
	together := func(model.Line) string { return all }
	write(report.Lines, names.authority, names.bank)
	write(report.ByAuthority(), names.authority, together)
	write(report.ByBank(), together, names.bank)
	write([]model.Line{report.Total}, together, together)
	if err != nil {
		return fmt.Errorf("write report of %s: %w", id, err)
	}
	return out.Close()
}

func line(l model.Line, authority, bank string) []any {
	row := []any{authority, bank}
	for _, t := range []model.Total{l.Planned, l.Paid, l.Failed, l.Skipped, l.Doubt} {
		row = append(row, t.Count, t.Amount)
	}
	return append(row, sheet.Ratio(l.PerMille()))
}

func (n Names) authority(l model.Line) string {
	if n.Authority == nil {
		return l.Authority
	}
	return n.Authority(l.Authority)
}

func (n Names) bank(l model.Line) string {
	if n.Bank == nil || l.Bank == "" {
		return l.Bank
	}
	return n.Bank(l.Bank)
}

var peopleColumns = []sheet.Column{
	{Head: "人员编号", Width: 16},
	{Head: "姓名"},
	{Head: "税务机关", Width: 20},
	{Head: "银行", Width: 16},
	{Head: "账户", Width: 22},
	{Head: "金额", Width: 14},
	{Head: "轮次"},
	{Head: "状态"},
	{Head: "银行代码"},
	{Head: "原因", Width: 36},
	{Head: "结果时间", Width: 20},
}

// WriteItems writes the people that f selects, those in the run or those left out with the
// reason. f.After and f.Limit are not looked at.
func (s *Service) WriteItems(ctx context.Context, w io.Writer, format sheet.Format, f ItemFilter, names Names) error {
	if _, err := s.Load(ctx, f.Run); err != nil {
		return err
	}
	out, err := sheet.New(w, format, "批次人员", peopleColumns)
	if err != nil {
		return fmt.Errorf("begin people of %s: %w", f.Run, err)
	}
	f.After, f.Limit = "", 1000
	for {
		items, err := s.Store.RunItems(ctx, f)
		if err != nil {
			return fmt.Errorf("people of %s: %w", f.Run, err)
		}
		if len(items) == 0 {
			return out.Close()
		}
		if err := writeItems(ctx, out, items, names); err != nil {
			return fmt.Errorf("write people of %s: %w", f.Run, err)
		}
		f.After = items[len(items)-1].ID
	}
}

func writeItems(ctx context.Context, out sheet.Writer, items []model.Item, names Names) error {
	known := map[string]string{}
	if names.People != nil {
		ids := make([]string, len(items))
		for i, it := range items {
			ids[i] = it.Person
		}
		var err error
		if known, err = names.People(ctx, ids); err != nil {
			return err
		}
	}
	for _, it := range items {
		l := model.Line{Authority: it.Authority, Bank: it.Bank}
		ended := ""
		if !it.Ended.IsZero() {
			ended = it.Ended.In(period.Zone).Format("2006-01-02 15:04:05")
		}
		err := out.Row(it.Person, known[it.Person], names.authority(l), names.bank(l), it.Account, it.Amount, it.Round, it.State.Label(), it.Code,
			it.Why(), ended)
		if err != nil {
			return err
		}
	}
	return nil
}
