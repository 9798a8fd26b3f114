package debit

import (
	"slices"
	"strings"

	"shebao/shared/bankapi"
)

// Line is the results of one authority at one bank.
type Line struct {
	Authority string `json:"authority"`
	Bank      string `json:"bank"`
	Planned   Total  `json:"planned"`
	Paid      Total  `json:"paid"`
	Failed    Total  `json:"failed"`
	Skipped   Total  `json:"skipped"`
	Doubt     Total  `json:"doubt"`
}

func (l Line) plus(m Line) Line {
	l.Planned, l.Paid, l.Failed = l.Planned.Plus(m.Planned), l.Paid.Plus(m.Paid), l.Failed.Plus(m.Failed)
	l.Skipped, l.Doubt = l.Skipped.Plus(m.Skipped), l.Doubt.Plus(m.Doubt)
	return l
}

// PerMille is the share of planned items that were paid, in thousandths, rounded; 0 for none
// planned.
func (l Line) PerMille() int64 {
	if l.Planned.Count == 0 {
		return 0
	}
	return (l.Paid.Count*2000 + l.Planned.Count) / (2 * l.Planned.Count)
}

// Waiting is how many items have no result yet and are not in doubt.
func (l Line) Waiting() int64 {
	return l.Planned.Count - l.Paid.Count - l.Failed.Count - l.Skipped.Count - l.Doubt.Count
}

// Report is what became of a run so far.
type Report struct {
	Run       Run                 `json:"run"`
	Total     Line                `json:"total"`
	Round     Line                `json:"round"`     // of the run's round alone
	Lines     []Line              `json:"lines"`     // by authority, then bank
	Codes     map[string]int64    `json:"codes"`     // failed items by bank code
	Retriable int64               `json:"retriable"` // of the failed ones
	Files     map[FileState]int64 `json:"files"`     // bank files of all rounds by state
}

// ByBank are the lines with all authorities together, Authority empty.
func (r Report) ByBank() []Line {
	return group(r.Lines, func(l Line) Line { return Line{Bank: l.Bank} })
}

// ByAuthority are the lines with all banks together, Bank empty.
func (r Report) ByAuthority() []Line {
	return group(r.Lines, func(l Line) Line { return Line{Authority: l.Authority} })
}

func group(lines []Line, key func(Line) Line) []Line {
	var out []Line
	for _, l := range lines {
		k := key(l)
		i := slices.IndexFunc(out, func(o Line) bool { return o.Authority == k.Authority && o.Bank == k.Bank })
		if i < 0 {
			out = append(out, k)
			i = len(out) - 1
		}
		out[i] = out[i].plus(l)
	}
	slices.SortFunc(out, func(a, b Line) int { return strings.Compare(a.Authority+a.Bank, b.Authority+b.Bank) })
	return out
}

// Summarise makes the report of a run from its files.
func Summarise(run Run, files []File) Report {
	r := Report{Run: run, Codes: map[string]int64{}, Files: map[FileState]int64{}}
	lines := make([]Line, 0, len(run.Cells)+len(files))
	for _, c := range run.Cells {
		lines = append(lines, Line{Authority: c.Authority, Bank: c.Bank, Planned: c.Total})
	}
	for _, f := range files {
		r.Files[f.State]++
		l := Line{Authority: f.Authority, Bank: f.Bank, Paid: f.Paid, Failed: f.Failed, Skipped: f.Skipped, Doubt: f.Doubt}
		lines = append(lines, l)
		for code, n := range f.Codes {
			r.Codes[code] += n
			if Retriable(bankapi.Code(code)) {
				r.Retriable += n
			}
		}
	}
	r.Lines = group(lines, func(l Line) Line { return Line{Authority: l.Authority, Bank: l.Bank} })
	for _, l := range r.Lines {
		r.Total = r.Total.plus(l)
	}
	r.Round = thisRound(r, files)
	return r
}

// thisRound counts the round alone; until its files are made it waits for everybody.
func thisRound(r Report, files []File) Line {
	if r.Run.Round <= 1 {
		return r.Total
	}
	var l Line
	for _, f := range files {
		if f.Round == r.Run.Round {
			l = l.plus(Line{Planned: f.Planned, Paid: f.Paid, Failed: f.Failed, Skipped: f.Skipped, Doubt: f.Doubt})
		}
	}
	if l.Planned.Count == 0 {
		l.Planned = r.Run.ThisRound()
	}
	return l
}
