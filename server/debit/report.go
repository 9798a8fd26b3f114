package debit

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	model "shebao/shared/debit"
	"shebao/shared/money"
)

// Report is what became of a run so far: counts and amounts by authority and bank.
func (s *Service) Report(ctx context.Context, id string) (model.Report, error) {
	r, err := s.Load(ctx, id)
	if err != nil {
		return model.Report{}, err
	}
	files, err := s.Store.FilesOf(ctx, id)
	if err != nil {
		return model.Report{}, fmt.Errorf("files of run %s: %w", id, err)
	}
	report := model.Summarise(r, files)
	if r.State == model.Finished {
		if report.Retriable, err = s.Store.CountRetriable(ctx, id); err != nil {
			return report, fmt.Errorf("count what run %s may try again: %w", id, err)
		}
	}
	return report, nil
}

// Names give the names of authorities and banks for exports; the code when unknown.
type Names struct {
	Authority func(code string) string
	Bank      func(code string) string
}

// WriteCSV writes the run's results by authority and bank, with a byte order mark so that
// spreadsheet programs read the Chinese. Amounts are yuan with two decimals.
func (s *Service) WriteCSV(ctx context.Context, w io.Writer, id string, names Names) error {
	report, err := s.Report(ctx, id)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write report of %s: %w", id, err)
	}
	out := csv.NewWriter(w)
	rows := [][]string{{
		"税务机关", "银行", "应扣笔数", "应扣金额", "成功笔数", "成功金额", "失败笔数", "失败金额", "未扣笔数", "未扣金额",
		"待核实笔数", "待核实金额", "成功率",
	}}
	for _, l := range report.Lines {
		rows = append(rows, line(l, names.authority(l.Authority), names.bank(l.Bank)))
	}
	rows = append(rows, line(report.Total, "合计", ""))
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write report of %s: %w", id, err)
	}
	return nil
}

func (n Names) authority(code string) string {
	if n.Authority == nil {
		return code
	}
	return n.Authority(code)
}

func (n Names) bank(code string) string {
	if n.Bank == nil {
		return code
	}
	return n.Bank(code)
}

func line(l model.Line, authority, bank string) []string {
	row := []string{authority, bank}
	for _, t := range []model.Total{l.Planned, l.Paid, l.Failed, l.Skipped, l.Doubt} {
		row = append(row, strconv.FormatInt(t.Count, 10), yuan(t.Amount))
	}
	return append(row, fmt.Sprintf("%d.%d%%", l.PerMille()/10, l.PerMille()%10))
}

func yuan(f money.Fen) string { return fmt.Sprintf("%d.%02d", f/100, f%100) }
