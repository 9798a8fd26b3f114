package intake_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"shebao/server/audit"
	"shebao/server/city"
	"shebao/server/clock"
	rules "shebao/server/intake"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/shared/api"
	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/intake"
	"shebao/shared/person"
)

const (
	dueHeads  = "证件类型,证件号码,姓名,险种,核定编号,年度,费款所属期起,费款所属期止,金额,核定原因,缴费截止日期\n"
	liDue     = "201,110101199003071233,李明,城乡居民养老,HD-1,2024,2024-01,2024-12,\"1,000.00\",补缴,2027-12-31\n"
	enrHeads  = "证件类型,证件号码,姓名,险种,人员类别,税务机关代码,社保经办机构,个人编号,有效期起,有效期止,政府代缴\n"
	liPension = "居民身份证,110101199003071233,李明,城乡居民养老,10,11101010000,东城区社保中心,110101000011,2020-01-01,,\n"
)

type bench struct {
	*rules.Service
	store *store.Store
	clock *clock.Fake
}

func newBench(t *testing.T) *bench {
	t.Helper()
	s := storetest.Open(t)
	c := clock.NewFake(time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC))
	data, err := city.Load("")
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.New(audit.Config{Store: s, Now: c.Now, Keep: audit.LeastDays})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(log.Wait)
	li := person.Person{ID: "p1", Name: "李明", Document: idcard.Document{Type: idcard.ResidentID, Number: "110101199003071233"}}
	if ok, err := s.AddPerson(t.Context(), li); !ok || err != nil {
		t.Fatal(ok, err)
	}
	n := 0
	b := &bench{store: s, clock: c}
	b.Service = rules.New(rules.Config{
		Jobs: s, Register: s, Records: s, City: data, Rates: func() contribution.Rates { return data.Rates }, Trail: log, Now: c.Now,
		NewID: func(prefix string) string { n++; return fmt.Sprintf("%s%d", prefix, n) },
	})
	return b
}

// take imports the text and gives the results by line.
func (b *bench) take(t *testing.T, kind intake.Kind, text string) (intake.Job, map[int]intake.Result) {
	t.Helper()
	j, err := b.Start(t.Context(), "o1", kind, "文件.csv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b.results(t, j.ID)
}

func (b *bench) results(t *testing.T, id string) (intake.Job, map[int]intake.Result) {
	t.Helper()
	j, ok, err := b.store.Import(t.Context(), id)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	list, next, err := b.store.ImportResults(t.Context(), id, rules.AllRows, 0, rules.MaxRows)
	if err != nil || next != -1 {
		t.Fatal(next, err)
	}
	by := map[int]intake.Result{}
	for _, r := range list {
		by[r.Line] = r
	}
	return j, by
}

func TestRows(t *testing.T) {
	t.Run("an enrolment and a due are taken, once", func(t *testing.T) {
		b := newBench(t)
		if _, got := b.take(t, intake.Enrolments, enrHeads+liPension); got[2].Verdict != intake.Taken {
			t.Fatalf("got %+v", got[2])
		}
		if _, got := b.take(t, intake.Dues, dueHeads+liDue); got[2].Verdict != intake.Taken || got[2].Who != "李* 110101********1233" {
			t.Fatalf("got %+v", got[2])
		}
		have, err := b.store.DuesByID(t.Context(), []string{"due:p1:pension:2024:assessed:HD-1"})
		if err != nil || len(have) != 1 || have[0].Amount != 100_000 || have[0].Authority != "11101010000" || have[0].State != contribution.DueOpen {
			t.Errorf("got %+v, %v", have, err)
		}
		for kind, text := range map[intake.Kind]string{intake.Enrolments: enrHeads + liPension, intake.Dues: dueHeads + liDue} {
			if j, got := b.take(t, kind, text); got[2].Verdict != intake.Known || j.Refused != 0 {
				t.Errorf("again: %+v", got[2])
			}
		}
		if _, got := b.take(t, intake.Dues, dueHeads+strings.Replace(liDue, "1,000.00", "999.00", 1)); got[2].Verdict != intake.Refused {
			t.Errorf("another amount under the same number: %+v", got[2])
		}
	})
	refused := map[string]struct {
		kind       intake.Kind
		from, to   string
		wantReason string
	}{
		"a wrong check digit":              {intake.Dues, "199003071233", "199003071234", "证件"},
		"another name":                     {intake.Dues, "李明", "李红", "姓名和证件都相符"},
		"an unknown scheme":                {intake.Dues, "城乡居民养老", "养老", "险种"},
		"a negative amount":                {intake.Dues, "\"1,000.00\"", "-5", "金额"},
		"no amount":                        {intake.Dues, "\"1,000.00\"", "0", "金额"},
		"three decimals":                   {intake.Dues, "\"1,000.00\"", "1.005", "金额"},
		"a passed deadline":                {intake.Dues, "2027-12-31", "2026-11-22", "截止日期"},
		"a day that is none":               {intake.Dues, "2027-12-31", "2027-02-30", "不是能识别的日期"},
		"a day with the year last":         {intake.Dues, "2027-12-31", "12-31-27", "不是能识别的日期"},
		"a beginning with the year last":   {intake.Enrolments, "2020-01-01", "1/2/2020", "有效期起“1/2/2020”不是能识别的日期"},
		"an amount that is two cells":      {intake.Dues, "\"1,000.00\"", "1,000.00", "比列名多"},
		"a subsidy that is two cells":      {intake.Enrolments, "2020-01-01,,", "2020-01-01,,1,200", "比列名多"},
		"months the wrong way round":       {intake.Dues, "2024-01,2024-12", "2024-12,2024-01", "所属期"},
		"no reason":                        {intake.Dues, "补缴", "", "核定原因"},
		"a number that would be a formula": {intake.Dues, "HD-1", "=1+1", "核定编号"},
		"a category of another scheme":     {intake.Enrolments, ",10,", ",93,", "人员类别"},
		"an unknown authority":             {intake.Enrolments, "11101010000", "11999990000", "税务机关"},
		"an end before the beginning":      {intake.Enrolments, "2020-01-01,,", "2020-01-01,2019-01-01,", "有效期止"},
	}
	for name, c := range refused {
		t.Run(name+" is refused, the rows around it stand", func(t *testing.T) {
			b := newBench(t)
			heads, row := dueHeads, liDue
			if c.kind == intake.Enrolments {
				heads, row = enrHeads, liPension
			} else {
				b.take(t, intake.Enrolments, enrHeads+liPension)
			}
			bad := strings.Replace(row, c.from, c.to, 1)
			if bad == row {
				t.Fatal("the row is not changed")
			}
			j, got := b.take(t, c.kind, heads+bad+row)
			if got[2].Verdict != intake.Refused || !strings.Contains(got[2].Message, c.wantReason) || got[3].Verdict != intake.Taken {
				t.Errorf("got %+v and %+v", got[2], got[3])
			}
			if j.State != intake.Done || j.Taken != 1 || j.Refused != 1 {
				t.Errorf("counted %+v", j)
			}
		})
	}
	for name, c := range map[string]struct{ from, to string }{
		"a spreadsheet's day":         {"2027-12-31", "2027/12/31"},
		"a day without leading zeros": {"2027-12-31", "2027/1/5"},
		"a Chinese day":               {"2027-12-31", "2027年1月5日"},
		"months as days":              {"2024-01,2024-12", "2024/1/1,2024年12月"},
		"empty cells behind the last": {"2027-12-31", "2027-12-31,, ,"},
	} {
		t.Run(name+" is read", func(t *testing.T) {
			b := newBench(t)
			b.take(t, intake.Enrolments, enrHeads+liPension)
			row := strings.Replace(liDue, c.from, c.to, 1)
			if _, got := b.take(t, intake.Dues, dueHeads+row); row == liDue || got[2].Verdict != intake.Taken {
				t.Errorf("got %+v", got[2])
			}
		})
	}
	t.Run("lines are counted as an editor does, empty ones and breaks within quotes too", func(t *testing.T) {
		b := newBench(t)
		b.take(t, intake.Enrolments, enrHeads+liPension)
		broken := strings.Replace(liDue, "补缴", "\"补\n缴\"", 1)
		_, got := b.take(t, intake.Dues, dueHeads+"\n\n"+liDue+"\n"+broken+strings.Replace(liDue, "李明", "李红", 1))
		if len(got) != 3 || got[4].Verdict != intake.Taken || got[6].Line != 6 || got[8].Verdict != intake.Refused {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("a due needs an enrolment", func(t *testing.T) {
		if _, got := newBench(t).take(t, intake.Dues, dueHeads+liDue); !strings.Contains(got[2].Message, "没有该险种的参保登记") {
			t.Errorf("got %+v", got[2])
		}
	})
}

func TestList(t *testing.T) {
	b := newBench(t)
	var ids []string
	for range 5 {
		j, _ := b.take(t, intake.Enrolments, enrHeads+liPension)
		ids = append([]string{j.ID}, ids...)
		b.clock.Advance(time.Second)
	}
	var got []string
	for before := ""; ; {
		list, err := b.Jobs.ImportsBefore(t.Context(), before, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range list {
			got = append(got, j.ID)
		}
		if len(list) < 2 {
			break
		}
		before = list[1].ID
	}
	if !slices.Equal(got, ids) {
		t.Errorf("page by page %v, want %v", got, ids)
	}
}

func TestResume(t *testing.T) {
	t.Run("an import that was left half-way is taken up by another server", func(t *testing.T) {
		b := newBench(t)
		b.take(t, intake.Enrolments, enrHeads+liPension)
		var text strings.Builder
		text.WriteString(dueHeads)
		for i := range 1200 {
			text.WriteString(strings.Replace(liDue, "HD-1", fmt.Sprintf("HD-%d", i), 1))
		}
		j, err := b.Start(t.Context(), "o1", intake.Dues, "x.csv", []byte(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		// Another server took it, stored the first rows and died.
		now := b.clock.Now()
		if _, ok, err := b.store.LeaseImport(t.Context(), now, now.Add(time.Minute)); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if err := b.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		if half, _ := b.results(t, j.ID); half.Handled() != 0 {
			t.Fatalf("a held import was worked on: %+v", half)
		}
		b.clock.Advance(time.Minute)
		if err := b.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		done, got := b.results(t, j.ID)
		if done.State != intake.Done || done.Taken != 1200 || len(got) != 1200 {
			t.Errorf("got %+v, %d results", done, len(got))
		}
	})
}

func TestRead(t *testing.T) {
	sheet := excelize.NewFile()
	for i, line := range strings.Split(strings.TrimSpace(enrHeads+liPension), "\n") {
		cells := strings.Split(line, ",")
		if err := sheet.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	var xlsx bytes.Buffer
	if err := sheet.Write(&xlsx); err != nil {
		t.Fatal(err)
	}
	gbk, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(enrHeads + liPension))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file string
		data []byte
	}{
		"CSV": {"a.csv", []byte(enrHeads + liPension)}, "CSV with a byte order mark": {"a.CSV", []byte("\ufeff" + enrHeads + liPension)},
		"CSV in GB 18030": {"a.csv", gbk}, "XLSX": {"a.xlsx", xlsx.Bytes()},
		"columns in another order": {"a.csv", []byte("姓名,证件号码,证件类型,险种,人员类别,税务机关代码,社保经办机构,个人编号,有效期起\n李明,110101199003071233,居民身份证,城乡居民养老,10,11101010000,东城区社保中心,110101000011,2020-01-01\n")},
	} {
		t.Run(name+" is read", func(t *testing.T) {
			rows, err := rules.Read(intake.Enrolments, c.file, c.data)
			if err != nil || len(rows) != 1 || rows[0].Line != 2 || rows[0].Cells[2] != "李明" || rows[0].Cells[8] != "2020-01-01" {
				t.Errorf("got %+v, %v", rows, err)
			}
		})
	}
	for name, c := range map[string]struct{ file, text, want string }{
		"nothing":              {"a.csv", "", "选择"},
		"only heads":           {"a.csv", enrHeads, "没有数据行"},
		"a missing column":     {"a.csv", "证件类型,证件号码\n1,2\n", "缺少列：姓名"},
		"another kind of file": {"a.pdf", "%PDF", "只支持"},
		"no real XLSX":         {"a.xlsx", "PK", "无法打开"},
		"a torn quote":         {"a.csv", enrHeads + "\"201,1\n", "第 2 行"},
		"a later torn quote":   {"a.csv", enrHeads + "\n\n\"201,1\n", "第 4 行"},
		"too many rows":        {"a.csv", enrHeads + strings.Repeat("x\n", rules.MaxRows+1), "100,000"},
	} {
		t.Run(name+" is refused with what to do", func(t *testing.T) {
			_, err := rules.Read(intake.Enrolments, c.file, []byte(c.text))
			e := api.From(err)
			if e == nil || len(e.Fields) != 1 || e.Fields[0].Field != "file" || !strings.Contains(e.Fields[0].Message, c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestSheetDates(t *testing.T) {
	day := time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)
	plain, custom := func(n int) excelize.Style { return excelize.Style{NumFmt: n} }, func(code string) excelize.Style { return excelize.Style{CustomNumFmt: &code} }
	for name, c := range map[string]struct {
		style excelize.Style
		value any
		want  string
	}{
		"Excel's own format":        {plain(14), day, "2026-12-31"},
		"with the time":             {plain(22), day, "2026-12-31"},
		"day, month, short year":    {plain(15), day, "2026-12-31"},
		"Chinese":                   {custom(`yyyy"年"m"月"d"日"`), day, "2026-12-31"},
		"the day first":             {custom(`[$-409]d/m/yyyy`), day, "2026-12-31"},
		"a number with text":        {custom(`0.00"yuan a day"`), 12.5, "12.50yuan a day"},
		"a number with separators":  {plain(4), 1200, "1,200.00"},
		"text that looks like both": {plain(49), "1/2/2026", "1/2/2026"},
	} {
		t.Run(name, func(t *testing.T) {
			f := excelize.NewFile()
			style, err := f.NewStyle(&c.style)
			if err != nil {
				t.Fatal(err)
			}
			heads := strings.Split(strings.TrimSpace(enrHeads), ",")
			if err := errors.Join(f.SetSheetRow("Sheet1", "A1", &heads), f.SetSheetRow("Sheet1", "A4", &[]any{"x"}),
				f.SetCellValue("Sheet1", "I4", c.value), f.SetCellStyle("Sheet1", "I4", "I4", style)); err != nil {
				t.Fatal(err)
			}
			var data bytes.Buffer
			if err := f.Write(&data); err != nil {
				t.Fatal(err)
			}
			rows, err := rules.Read(intake.Enrolments, "a.xlsx", data.Bytes())
			if err != nil || len(rows) != 1 || rows[0].Line != 4 || rows[0].Cells[8] != c.want {
				t.Errorf("got %+v, %v", rows, err)
			}
		})
	}
}
