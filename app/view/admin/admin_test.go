package admin_test

import (
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
	"shebao/app/view/admin"
	"shebao/shared/page"
)

var oneRow = page.Table{
	Title: "表", Columns: []page.TableColumn{{Head: "事项"}, {Head: "金额（元）", Figure: true}, {Head: "状态"}, {Head: "办理"}, {Head: "批准"}},
	Rows: [][]page.Cell{{
		{Text: `"><b>`},
		{Text: "3,000.00"},
		{Text: "待复核", Tone: "warn"},
		{Text: "查看", Href: "/admin/x", Spoken: "查看 1"},
		{Text: "批准", Do: "approve", ID: "c1", Spoken: "批准 1"},
	}},
	Next: "/admin/x?after=1", Export: "/admin/x.csv", Workbook: "/admin/x.xlsx",
}

func days() []page.DayBar {
	return []page.DayBar{
		{Day: "11-20", Fen: 0, Amount: "0.00"},
		{Day: "11-21", Fen: 100, Count: 1, Amount: "1.00"},
		{Day: "11-22", Fen: 123_456_789, Count: 400, Amount: "1,234,567.89"},
		{Day: "11-23", Fen: 50_000_000, Count: 10, Amount: "500,000.00"},
	}
}

func TestScreens(t *testing.T) {
	wrong := []page.Problem{{Field: page.AdminFieldFile, Message: "缺少列：姓名"}}
	for _, c := range []struct {
		name   string
		body   node.Node
		labels string // exact visible texts, separated by |
	}{
		{"login", admin.Login(page.AdminLogin{User: "wang", Problems: []page.Problem{{Message: "动态口令不正确"}}, Demo: []page.DemoLogin{{User: "operator", Role: "业务经办", Password: "p", Secret: "S", Code: "123456"}}}), "用户名|密码|动态口令|登录|123456|动态口令不正确"},
		{"logout", admin.Logout(page.Logout{SignedIn: true}), "退出登录|取消"},
		{"workbench", admin.Workbench(page.Workbench{Stats: []page.AdminStat{{Label: "今日缴费", Value: "¥ 1.00", Note: "1 笔"}}, Days: days(), Queue: oneRow}), "今日缴费|近 14 日缴费金额（元）|查看数据表|1,234,567.89|200万"},
		{"workbench_run", admin.Workbench(page.Workbench{Days: days(), Queue: page.Table{Title: "等我处理", Empty: "没有"}, Run: &page.RunBrief{Title: "批量扣款", Href: "/admin/runs/r", State: "执行中", Tone: "warn", Done: 61240, Of: 100000, Banks: oneRow}}), "已处理 61,240 / 100,000|执行中"},
		{"residents", admin.Residents(page.AdminResidents{By: "name", Find: "李明", Found: &oneRow}), "查询方式|证件号码或姓名|查询|审计"},
		{"resident", admin.Resident(page.AdminResident{Name: "李*", Facts: []page.Fact{{Label: "证件号码", Value: "110101********1233"}}, Tables: []page.Table{oneRow}}), "110101********1233"},
		{"imports", admin.Imports(page.AdminImports{May: true, Kinds: []page.Fact{{Label: "参保登记", Value: "enrolments"}}, Jobs: oneRow, Columns: []page.Table{oneRow}, Problems: wrong}), "数据类型|文件|开始导入|列名说明|缺少列：姓名"},
		{"imports_auditor", admin.Imports(page.AdminImports{Jobs: oneRow}), "表"},
		{"import", admin.Import(page.AdminImport{Title: "核定 · a.csv", State: "导入中", Tone: "warn", Done: 500, Of: 1200, Running: true, Rows: oneRow, Here: "/admin/imports/i1"}), "已处理 500 / 1,200 行|未导入的行|全部行|导出 CSV"},
		{"rate", admin.Rate(page.AdminRate{Title: "医疗", May: true, Fields: []page.Ask{{Label: "缴费标准（元）", Name: "amount", Value: "795.00"}}}), "缴费标准（元）|提交复核"},
		{"officers", admin.Officers(page.AdminOfficers{List: oneRow, Roles: []page.Fact{{Label: "复核", Value: "reviewer"}}, Fresh: &page.FreshOfficer{User: "wang", Role: "复核", Password: "pw", Secret: "SECRET", Recovery: []string{"aaaa", "bbbb"}, QR: page.QR{"10", "01"}}}), "新增操作员|用户名|姓名|角色|新增|SECRET|aaaa|只显示这一次"},
		{"credentials", admin.Credentials(page.AdminCredentials{Initial: true, Secret: "SECRET", QR: page.QR{"10", "01"}, Problems: []page.Problem{{Field: page.AdminFieldCode, Message: "动态口令不正确"}}}), "新密码|再次输入新密码|SECRET|动态口令|设为我的登录凭据|动态口令不正确"},
		{"credentials_owned", admin.Credentials(page.AdminCredentials{Recovery: []string{"aaaa", "bbbb"}}), "aaaa|bbbb|只显示这一次|已抄下，进入工作台"},
		{"credentials_password", admin.Credentials(page.AdminCredentials{}), "原密码|新密码|再次输入新密码|修改密码"},
		{"list", admin.List(page.AdminList{Intro: "说明", Fields: []page.Ask{{Label: "日期起", Name: "from", Type: "date"}}, Submit: "查询", Said: "完整无误", SaidTone: "ok", Tables: []page.Table{oneRow}, Acts: "西城区税务局 2026-11-22", ActsNote: "只办理这一天", Actions: []page.RunAction{{Do: "look", Label: "核对", Sends: []page.Fact{{Label: "day", Value: "2026-11-22"}}}, {Do: "close", Label: "关账", Weight: "ghost"}}}), "日期起|查询|完整无误|西城区税务局 2026-11-22|只办理这一天|核对|关账|下一页"},
		{"runs", admin.Runs(page.AdminRuns{May: true, Authorities: []page.RunChoice{{Code: "1", Label: "东城区税务局", On: true}}, List: oneRow}), "险种|年度|扣款日期|税务机关|东城区税务局|新建并试算"},
		{"run", admin.Run(page.AdminRun{Title: "批量扣款", State: "待复核", Steps: 2, Stats: []page.AdminStat{{Label: "可扣", Value: "1 人"}}, Tables: []page.Table{oneRow}, Actions: []page.RunAction{{Do: "approve", Label: "批准执行", Weight: "primary", Says: "将被扣款"}, {Do: "reject", Label: "退回", Weight: "danger", Reason: "退回原因"}}}), "批准执行|退回|退回原因|可扣|导出 CSV|导出 XLSX"},
		{"calendar", admin.Calendar(page.AdminCalendar{
			Month: "2026年11月", Earlier: "/admin/calendar?month=2026-10", Later: "/admin/calendar?month=2026-12", May: true, Plans: oneRow,
			Weeks: [][]page.CalendarDay{{
				{Day: 26, Date: "2026-10-26", Off: true},
				{Day: 23, Date: "2026-11-23", Today: true, Plans: []page.Cell{{Text: "养老 东城", Href: "/admin/runs/r1", Tone: "ok"}, {Text: "养老 西城"}}},
				{Day: 28, Date: "2026-11-28", Free: "周末"},
			}},
		}), "2026年11月|（今天）|周末|养老 东城|变更截止时间|加入计划"},
		{"run_reason", admin.Run(page.AdminRun{Round: 2, Progress: true, Done: 1, Of: 3, Actions: []page.RunAction{{Do: "reject", Label: "退回", Weight: "danger", Reason: "退回原因", Typed: "很长的原因", Says: "退回给制单人。"}}, Problems: []page.Problem{{Field: "reason-reject", Message: "请填写原因，最多 200 字。"}}}), "第 2 轮已处理 1 / 3|退回原因|请填写原因，最多 200 字。|确认退回"},
		{"run_finished", admin.Run(page.AdminRun{Title: "批量扣款", State: "已完成", Tone: "ok", Steps: 5}), "已完成|批次信息"},
		{"case", admin.Case(page.AdminCase{Title: "金额不符", State: "待处理", Tone: "bad", Seen: "3", Tables: []page.Table{oneRow}, Facts: []page.Fact{{Label: "我方金额", Value: "¥ 3,000.00"}}, Actions: []page.CaseAction{{Do: "propose", Label: "提交复核", Fields: []page.Ask{{Label: "说明", Name: "note"}}}}, History: page.Table{Title: "办理经过", Empty: "还没有人处理。"}}), "金额不符|说明|提交复核|办理经过"},
		{"certificate", admin.Certificate(page.AdminCertificate{Case: page.AdminCase{Title: "社会保险费缴费证明", State: "制作成功", Tone: "ok", Facts: []page.Fact{{Label: "证明编号", Value: "112026112300000001"}}, Actions: []page.CaseAction{{Do: "ask", Label: "作废", Weight: "danger", Fields: []page.Ask{{Label: "作废原因", Name: page.AdminFieldCause, Options: []page.Fact{{Label: "所载信息有误", Value: "misstated"}}}, {Label: "说明", Name: page.AdminFieldNote}}, Says: "持证人会收到消息"}}, History: oneRow, Problems: []page.Problem{{Field: page.AdminFieldNote, Message: "请填写说明，持证人会看到"}}}, Rows: oneRow}), "112026112300000001|作废|作废原因|说明|请填写说明，持证人会看到"},
		{"certificate_sure", admin.Certificate(page.AdminCertificate{Sure: &page.AdminWithdrawSure{Number: "112026112300000001", Holder: "李*", Cause: page.Fact{Label: "所载信息有误", Value: "misstated"}, Note: `"><b>`, Back: "/admin/certificates/c1", Do: "withdraw"}}), "作废这份缴费证明？|112026112300000001|李*|所载信息有误|确认作废|取消"},
	} {
		t.Run(c.name, func(t *testing.T) {
			nodetest.RoundTrip(t, c.body)
			nodetest.Golden(t, c.name, c.body)
			text := node.Content(c.body)
			for label := range strings.SplitSeq(c.labels, "|") {
				if !strings.Contains(text, label) {
					t.Errorf("【%s】 is missing", label)
				}
			}
		})
	}
}

func TestChart(t *testing.T) {
	t.Run("every day stands in the table too, days without payments have no bar", func(t *testing.T) {
		body := admin.Workbench(page.Workbench{Days: days()})
		bars := 0
		node.Walk(body, func(e *node.Element) bool {
			if class, _ := e.Attr("class"); e.Tag() == "rect" && class == "bars" {
				bars++
			}
			return true
		})
		text := node.Content(body)
		for _, d := range days() {
			if !strings.Contains(text, d.Amount) {
				t.Errorf("%s is not in the table", d.Amount)
			}
		}
		if bars != 3 {
			t.Errorf("%d bars", bars)
		}
	})
	t.Run("a day of nothing at all can be drawn", func(t *testing.T) {
		nodetest.RoundTrip(t, admin.Workbench(page.Workbench{}))
	})
}

func TestEveryButtonSaysWhatItIsAbout(t *testing.T) {
	node.Walk(admin.List(page.AdminList{Tables: []page.Table{oneRow}}), func(e *node.Element) bool {
		if e.Tag() == "button" {
			if name, _ := e.Attr("aria-label"); name != "批准 1" {
				t.Errorf("a button is called %q", name)
			}
		}
		return true
	})
}
