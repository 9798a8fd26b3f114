package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shebao/server/browsertest"
	"shebao/shared/period"
)

// command runs the program's command on the data in dir and waits for it.
func command(t *testing.T, dir string, args ...string) {
	t.Helper()
	c := exec.Command(binary, args...)
	c.Env = append(os.Environ(), "SHEBAO_DATA_DIR="+dir)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("shebao %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// await is the value that the script's promise gives.
func (w *person) await(js string) string {
	w.t.Helper()
	got, err := w.Await(js)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// never fails the test when something to press is called by the label.
func (w *person) never(label string) {
	w.t.Helper()
	got, err := w.Eval(`[...document.querySelectorAll("button, summary, a")].some((e) => (e.getAttribute("aria-label") || e.textContent).trim() === "` + label + `")`)
	if err != nil || got != "false" {
		w.t.Fatalf("【%s】 can be pressed: %s, %v", label, got, err)
	}
}

// post sends what no button of the page offers and gives the answer's status.
func (w *person) post(do string) string {
	w.t.Helper()
	return w.await(`fetch(location.pathname, {method: "POST", headers: {Accept: "text/html"}, redirect: "manual", body: new URLSearchParams({
		do: "` + do + `", csrf: document.querySelector("[name=csrf]").value})}).then((r) => String(r.status))`)
}

// differences are the paths of the differences listed.
func (w *person) differences() []string {
	w.t.Helper()
	got, err := w.Eval(`[...new Set([...document.querySelectorAll("td a[href^='/admin/reconciliation/']")].map((a) => a.getAttribute("href")))].join(" ")`)
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Fields(got)
}

// stat waits until the figure with the label begins with the value.
func (w *person) stat(label, value string) error {
	return w.Until(`[...document.querySelectorAll(".stat")].some((e) => e.textContent.startsWith("` + label + value + `"))`)
}

// stands waits until the page's own state is the one: the first tag, where the run or the
// day says how far it is. The word may stand elsewhere on the page before.
func (w *person) stands(state string) error {
	return w.Until(`document.querySelector("main .tag").textContent === "` + state + `"`)
}

// TestOffice is a day of an operator and a reviewer and the morning after: a file with bad
// rows, a debit run with a retry round, the reconciliation of the day with every difference
// that a day file can have, and its closing.
func TestOffice(t *testing.T) {
	t.Parallel()
	for name, o := range desk {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			// 25 residents: 22 with the difficult cards of the simulator, three with usual ones; 西城 has one more of the demonstration.
			command(t, dir, "seed", "-people", "25", "-difficult")
			p := start(t, dir)
			day := period.DateOf(time.Now())
			operator, reviewer := p.officer(t, "operator", o), p.officer(t, "reviewer", o)

			importBadRows(t, operator)
			debitRun(t, operator, reviewer)

			p.stop()
			p = start(t, dir, "SHEBAO_CLOCK_AHEAD=24h")
			p.ahead = 24 * time.Hour
			operator, reviewer = p.officer(t, "operator", o), p.officer(t, "reviewer", o)
			reconcileDay(t, operator, reviewer, day)
			everythingIsInTheTrail(t, p.officer(t, "auditor", o), day)
		})
	}
}

func importBadRows(t *testing.T, operator *person) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "核定.csv")
	if err := os.WriteFile(file, []byte(badRows), 0o600); err != nil {
		t.Fatal(err)
	}
	operator.do(operator.Press("参保与核定"), operator.Fill("数据类型", "核定应缴费款"), operator.Upload("文件", file), operator.Press("开始导入"),
		operator.Title("导入结果"), operator.See("已处理 4 / 4 行"), operator.stat("已导入", "1"), operator.stat("未导入", "3"))
}

func debitRun(t *testing.T, operator, reviewer *person) {
	t.Helper()
	operator.do(operator.Press("批量扣款"), operator.Title("批量扣款"), operator.Tick("西城区税务局"), operator.Press("新建并试算"),
		operator.See("试算完成"), operator.stat("可扣", "26 人"), operator.Press("提交复核"), operator.See("制单人不能复核自己的批次"))
	operator.never("批准执行")
	if got := operator.post("approve"); got != "403" {
		t.Errorf("the maker's approval is answered %s", got)
	}

	reviewer.do(reviewer.Open("/admin"), reviewer.Press("复核 批量扣款"), reviewer.Press("批准执行"), reviewer.See("将对 26 人扣款，共 ¥ 76,000.00"), reviewer.Press("确认批准执行"), reviewer.See("已批准"))
	// Nobody reloads: the page hears of it, without JavaScript it asks again.
	const done = `[...document.querySelectorAll(".tag")].some((e) => e.textContent === "已完成")`
	operator.do(operator.Until(done), operator.stat("成功", "19 笔"), operator.stat("失败", "7 笔"), operator.See("可重扣 3"),
		operator.See("农业银行 22 66,000.00 15 7"), operator.See("北京银行 3 9,000.00 3 0"))
	if got := operator.await(`fetch(location.pathname + "/report.xlsx").then((r) => r.arrayBuffer()).then((b) => String.fromCharCode(...new Uint8Array(b).slice(0, 2)))`); got != "PK" {
		t.Errorf("the workbook begins with %q", got)
	}

	operator.do(operator.Press("发起重扣"), operator.stands("第 2 轮 待复核"))
	operator.never("批准执行")
	reviewer.do(reviewer.Open("/admin"), reviewer.Press("复核 批量扣款"), reviewer.Press("批准执行"), reviewer.See("将对可重扣的失败项再次扣款，3 人，共 ¥ 9,000.00"), reviewer.Press("确认批准执行"), reviewer.See("已批准"))
	operator.do(operator.stands("已完成"), operator.stat("成功", "20 笔"), operator.stat("失败", "6 笔"))
}

// correction is how the difference is corrected: money that was taken from a resident goes back.
func correction(path string) string {
	if strings.Contains(path, "%3Abank%3A") || strings.Contains(path, ":bank:") {
		return "退回缴费人"
	}
	return "银行更正"
}

func reconcileDay(t *testing.T, operator, reviewer *person, day period.Date) {
	t.Helper()
	look := []error{
		operator.Press("对账差异"), operator.Title("对账差异"), operator.Fill("税务机关", "西城区"), operator.Fill("入账日", day.String()), operator.Press("查看"),
		operator.See("差异 西城区税务局 " + day.String()), operator.See("还没有核对过"), operator.Press("核对"), operator.See("已核对"), operator.stat("差异", "5 笔"),
	}
	operator.do(look...)
	for _, kind := range []string{"我方有、银行无", "银行有、我方无", "金额不符", "银行重复入账"} {
		operator.do(operator.See(kind))
	}
	operator.never("关账 西城区税务局 " + day.String())
	here, err := operator.URL()
	if err != nil {
		t.Fatal(err)
	}
	paths := operator.differences()
	if len(paths) != 5 {
		t.Fatalf("%d differences: %v", len(paths), paths)
	}
	for i, path := range paths {
		operator.do(operator.Open(path))
		if i == 0 {
			operator.do(operator.Press("认领"), operator.See("已认领"), operator.Press("提交复核"), operator.See("请选择处理方式。"))
		}
		operator.do(operator.Fill("处理方式", correction(path)), operator.Fill("说明", "已与银行核对，次日更正"), operator.Press("提交复核"),
			operator.See("提出意见的人不能复核自己的意见"))
		operator.never("批准")
		if got := operator.post("approve"); got != "403" {
			t.Errorf("the maker's approval is answered %s", got)
		}
	}
	reviewer.do(reviewer.Open(here), reviewer.Press("关账"), reviewer.Press("确认关账"), reviewer.See("仍有未处理的差异"))
	for _, path := range paths {
		reviewer.do(reviewer.Open(path), reviewer.Press("批准"))
		if correction(path) == "退回缴费人" { // the simulated bank's extra row is of no debit: it declines, an officer goes on
			reviewer.do(reviewer.See("批准后不能撤销"), reviewer.Press("确认批准"), reviewer.See("已处理"), reviewer.Press("查看退费"),
				reviewer.See("银行多扣款项"), reviewer.See("银行退款未成功"), reviewer.See("未找到原扣款"))
		} else {
			reviewer.do(reviewer.See("待银行更正"))
		}
	}
	operator.do(operator.Open(here), operator.See("未达账项"), operator.stat("调节后", "¥"), operator.See("双方一致"))
	reviewer.do(reviewer.Open(here), reviewer.Press("关账"), reviewer.Press("确认关账"), reviewer.stat("状态", "已关账"))
	reviewer.never("关账 西城区税务局 " + day.String())
	reviewer.never("核对 西城区税务局 " + day.String())
	file := reviewer.await(`fetch("/admin/reconciliation/day.csv" + location.search).then((r) => r.text())`)
	if strings.Count(file, "已处理") != 1 || strings.Count(file, "待银行更正") != 4 || !strings.Contains(file, "调节后") || !strings.Contains(file, "58000.00") { // 19 people, 3,000 each, and one of 1,000
		t.Errorf("the day's file:\n%s", file)
	}
}

// everythingIsInTheTrail reads the trail as the auditor exports it and has both days verified.
func everythingIsInTheTrail(t *testing.T, auditor *person, day period.Date) {
	t.Helper()
	trail := auditor.await(fmt.Sprintf(`fetch("/admin/audit/records.csv?from=%s&to=%s").then((r) => r.text())`, day, day.AddDays(1)))
	for action, want := range map[string]int{
		",import_start,": 1, ",import_done,": 1, ",run_create,": 1, ",run_submit,": 1, ",run_retry,": 1, ",run_export,": 1,
		",run_approve,": 3, ",day_look,": 3, ",difference_take,": 1, ",difference_propose,": 6, ",difference_approve,": 10, ",difference_await,": 4, ",difference_carry,": 1, ",day_close,": 2, ",day_export,": 1,
	} {
		if got := strings.Count(trail, action); got != want {
			t.Errorf("%s stands %d times in the trail, want %d", action, got, want)
		}
	}
	auditor.do(auditor.Press("审计"), auditor.Title("审计"))
	for _, d := range []period.Date{day, day.AddDays(1)} {
		auditor.do(auditor.Press("校验 "+d.String()), auditor.See(d.String()+" 的"), auditor.See("条记录完整无误"))
	}
}

// TestPlannedRun is a run in the calendar: the resident sees its date and until when changes count.
func TestPlannedRun(t *testing.T) {
	t.Parallel()
	for name, o := range desk {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			p := start(t, dir)
			day := period.DateOf(time.Now()).AddDays(10)
			operator := p.officer(t, "operator", o)
			operator.do(operator.Press("批扣计划"), operator.Title("批扣计划"), operator.See("还没有批扣计划"),
				operator.Fill("扣款日期", day.String()), operator.Fill("变更截止时间", day.AddDays(-1).String()+"T18:00"),
				operator.Press("加入计划"), operator.See("请选择税务机关"),
				operator.Tick("东城区税务局"), operator.Press("加入计划"), operator.See("已加入计划"), operator.See("待生成"),
				operator.Until(fmt.Sprintf(`document.querySelector("time[datetime='%s']").parentElement.textContent.includes("东城区")`, day)))

			resident := p.visit(t, browsertest.Options{NoScript: o.NoScript})
			resident.login("110101199003071233")
			resident.do(resident.Open("/pension/amounts/void"), resident.See("下次计划扣款 "+day.String()), resident.See("变更截止 "+day.AddDays(-1).String()+" 18:00"))

			operator.do(operator.Press("生成批次 "+day.String()), operator.See("试算完成"), operator.Open("/admin/calendar"), operator.Press("查看批次 "+day.String()), operator.See("提交复核"))

			// The debit day has come: what the resident voids now counts from the next run, and their screen says so.
			p.stop()
			p = start(t, dir, "SHEBAO_CLOCK_AHEAD=240h")
			resident = p.visit(t, browsertest.Options{NoScript: o.NoScript})
			resident.login("110101199003071233")
			resident.do(resident.Open("/pension/amounts/void"), resident.See("已过变更截止时间"), resident.Tick("城乡居民养老"), resident.Press("作废"),
				resident.See("从下一批次起生效"), resident.Press("确定"), resident.See("作废成功"), resident.See("该次仍按 ¥ 3,000.00 扣款"),
				resident.See("没有有效的缴费金额设置"))
		})
	}
}

// TestImportIsResumed kills the program in the middle of an import: the next start ends it, each row once.
func TestImportIsResumed(t *testing.T) {
	t.Parallel()
	const rows = 60000
	var text strings.Builder
	text.WriteString(strings.SplitAfter(badRows, "\n")[0])
	for i := range rows {
		amount := "500.00"
		if i%1000 == 999 {
			amount = "-1"
		}
		fmt.Fprintf(&text, "居民身份证,110101199003071233,李明,城乡居民养老,BIG-%d,2024,2024-01,2024-12,%s,补缴,2031-12-31\n", i, amount)
	}
	file := filepath.Join(t.TempDir(), "大文件.csv")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	p := start(t, dir)
	operator := p.officer(t, "operator", desk["without_javascript"])
	operator.do(operator.Press("参保与核定"), operator.Fill("数据类型", "核定应缴费款"), operator.Upload("文件", file), operator.Press("开始导入"),
		operator.Title("导入结果"), operator.Until(`document.querySelector("progress").value > 0`))
	at, err := operator.URL()
	if err != nil {
		t.Fatal(err)
	}
	if done, err := operator.Shows("已完成"); err != nil || done {
		t.Fatalf("the import ended before the kill: %v", err)
	}
	p.kill()

	p = start(t, dir, "SHEBAO_CLOCK_AHEAD=1m") // the operator's code of this half minute is used up
	p.ahead = time.Minute
	operator = p.officer(t, "operator", desk["without_javascript"])
	operator.do(operator.Open(at))
	const done = `[...document.querySelectorAll(".tag")].some((e) => e.textContent === "已完成")`
	for range 4 { // so many rows take longer than a page
		if operator.Until(done) == nil {
			break
		}
		operator.Forgive()
	}
	operator.do(operator.Until(done), operator.stat("已导入", "59,940"), operator.stat("未导入", "60"), operator.See("金额应为大于零的金额"))
	csv := operator.await(`fetch(location.pathname + "/results.csv").then((r) => r.text())`)
	if got := strings.Count(csv, "\n"); got != rows+1 {
		t.Errorf("%d lines in the results", got)
	}
	if !strings.Contains(csv, "110101199003071233,李明,城乡居民养老,BIG-999,2024") || strings.Contains(csv, "BIG-998,") {
		t.Error("a refused row does not stand beside its reason, or one that was taken does")
	}
}
