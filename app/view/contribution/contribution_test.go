package contribution

import (
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
	"shebao/app/view"
	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/page"
	"shebao/shared/words"
)

var (
	bill = &page.PayBill{
		Amount: money.Yuan(3000), What: "2026 年度 城乡居民养老 · 李*",
		Lines: []page.PayLine{{Title: "2026 年度 城乡居民养老", Note: "李* · 东城区税务局 · 2026年01月–12月", Amount: money.Yuan(3000)}},
	}
	paidDone = page.PayDone{
		Outcome: page.PaySucceeded, Title: "缴费成功", Amount: money.Yuan(3000), Next: "接下来",
		Rows:    []page.PayPair{{Label: "扣款银行", Value: "北京银行（0012）"}, {Label: "电子税票号", Value: "311010261100000001", Figure: true}},
		Spoken:  "缴费成功，金额 3,000 元。",
		Records: "/pension/payments", Apply: "/certificates/apply", Home: "/pension", HomeName: "返回城乡居民养老",
	}
	row = page.DeclarationRow{
		ID: "d1", Title: "2026 年度 城乡居民养老", Kind: "正常缴费", Date: "2026-11-23", Channel: "移动端", Period: "2026年01月–12月",
		Amount: money.Yuan(3000), State: "申报成功", Tone: "ok", Pay: "未缴费", CanPay: true, CanVoid: true,
	}
)

func outcome(o page.PayOutcome, title, note string) *page.PayDone {
	d := paidDone
	d.Outcome, d.Title, d.Note, d.Again, d.Declared, d.DeclareName = o, title, note, "/pension/pay?step=method", "/pension/declarations", "申报记录查询"
	return &d
}

func doneForOther() *page.PayDone {
	d := paidDone
	d.Apply, d.Theirs = "", words.CertificateByInsured
	return &d
}

// screens are the states that are drawn, with the labels that must be found on them.
func screens() map[string]struct {
	screen node.Node
	labels []string
} {
	type s = struct {
		screen node.Node
		labels []string
	}
	pay := func(p page.Pay) node.Node { return Pay(p) }
	return map[string]s{
		"menu": {Menu(page.SchemeMenu{Scheme: "城乡居民养老", Entries: []page.SchemeEntry{
			{Icon: "pension", Label: "缴费办理", Note: "年度缴费", Path: "/pension/pay", Tag: "待缴"},
		}}), []string{"缴费办理"}},
		"identity": {pay(page.Pay{Scheme: string(contribution.Medical), Step: page.StepIdentity, Identity: &page.PayIdentity{
			Name: "李明", Document: "居民身份证", Number: "110101********1233", Nationality: "中国", Phone: "138****0001",
			Reveal: "/medical/pay?step=reveal", Self: "/medical/pay", Others: "/medical/pay?step=other",
			Principal: &page.PayPrincipal{Name: "张**", Document: "居民身份证", Number: "110108********2010"},
		}}), []string{"本人", "他人", "显示", "下一步"}},
		"identity_shown": {pay(page.Pay{Scheme: string(contribution.Pension), Step: page.StepIdentity, Identity: &page.PayIdentity{
			Name: "李明", Document: "居民身份证", Number: "110101199003071233", Nationality: "中国", Phone: "138****0001",
			Reveal: "/pension/pay?step=reveal", Shown: true, Left: 60, Masked: "110101********1233",
		}}), []string{"证件号码将显示一分钟", `data-masked="110101********1233" data-show="60"`}},
		"reveal": {pay(page.Pay{Step: page.StepReveal, Back: "/pension/pay"}), []string{"确定", "取消"}},
		"other": {pay(page.Pay{
			Step: page.StepOther, Back: "/medical/pay", Problems: []page.Problem{{Field: "number", Message: "证件号码校验位不正确"}},
			Other: &page.PayOther{
				Name: "张小雨", Type: "201", Number: "1", Types: []page.PayOption{{Value: "201", Label: "居民身份证"}},
				Countries: []page.PayOption{
					{Value: "CHN", Label: "中国", With: []string{"201", "227"}}, {Value: "HKG", Label: "中国香港", With: []string{"210", "237"}},
				},
				Nationality: "CHN", Guardian: true, Remember: true, Manage: "/me/people",
				Saved: []page.SavedPay{{ID: "saved1", Label: "女儿", Number: "居民身份证 110108********2010"}},
			},
		}), []string{"委托人姓名", "身份证件类型", "身份证件号码", "国籍（地区）", "下一步"}},
		"enrolments": {pay(page.Pay{Step: page.StepEnrolments, For: "张**", Enrolments: &page.PayEnrolments{Cards: []page.EnrolmentCard{
			{
				Mark: "m1", Scheme: "城乡居民养老", Category: "参保人", Authority: "国家税务总局北京市东城区税务局", Agency: "东城社保", Period: "2026年01月–12月",
				Status: "正常参保", Ticked: true, Levy: "养老（10210）", Item: "养老（102100100）", Number: "11", Valid: "2017-01-01 至 长期", Tier: "¥ 3,000.00",
			},
			{Mark: "m2", Scheme: "城乡居民养老", Status: "终止参保", Refusal: "该缴费年度不存在有效险种"},
		}}}), []string{"展开", "征收项目", "征收品目", "个人编号", "有效期起止", "缴费档次", "政府代缴", "下一步"}},
		"nothing": {
			pay(page.Pay{Step: page.StepEnrolments, Back: "/pension/pay", Enrolments: &page.PayEnrolments{Ask: []page.PayAsk{{Who: "人社", Phone: "12333"}}}}),
			[]string{"未查询到有效参保缴费信息", "12333"},
		},
		"dues": {pay(page.Pay{Step: page.StepDues, Dues: &page.PayDues{
			Kind: string(contribution.Regular), Regular: "/pension/pay?step=dues", Assessed: "/pension/pay?kind=assessed&step=dues", Hint: "有 1 笔",
			Picked: 1, Sum: money.Yuan(3000), Cards: []page.DueCard{
				{
					Value: "m.300000", Title: "2026 年度 城乡居民养老", Note: "东城区税务局", Tag: "正常", Amount: money.Yuan(3000), Basis: "个人应缴费额", Adds: money.Yuan(90),
					Tier: money.Yuan(3100), Subsidy: money.Yuan(100), Deadline: "2026-12-31", Ticked: true, Link: "/pension/amounts", LinkLabel: "更改缴费金额",
				},
				{
					Value: "o.0", Title: "2024 年度 城乡居民养老", Tag: "无需缴费", Refusal: words.DueNothingToPay, Basis: "个人应缴费额",
					Tier: money.Yuan(1000), Subsidy: money.Yuan(1000), Link: "/pension/amounts", LinkLabel: "更改缴费金额",
				},
				{Value: "n.0", Title: "2025 年度 城乡居民养老", Tag: "未设置金额", Refusal: "未设置缴费金额。", Link: "/pension/amounts", LinkLabel: "去设置缴费金额"},
			},
		}}), []string{"正常缴费", "特殊缴费", "应缴费额", "提交", "合计"}},
		"nodues": {pay(page.Pay{Step: page.StepDues, Dues: &page.PayDues{Kind: page.PayKindAssessed, Regular: "/a", Assessed: "/b"}}), []string{"没有特殊缴费数据"}},
		"method": {pay(page.Pay{Step: page.StepMethod, Bill: &page.PayBill{
			Amount: bill.Amount, What: bill.What, Lines: bill.Lines, Closed: []string{"第三方支付"},
		}}), []string{"协议支付", "暂未开通", "确认缴费"}},
		"refused": {pay(page.Pay{Step: page.StepMethod, Bill: &page.PayBill{
			Amount: bill.Amount, Refusal: "该申报已作废", Link: "/pension/pay", Label: "重新办理缴费",
		}}), []string{"该申报已作废", "重新办理缴费"}},
		"tip": {pay(page.Pay{Step: page.StepTip, Back: "/medical/pay", Bill: &page.PayBill{
			Amount: bill.Amount, Lines: bill.Lines, Notes: []string{"待遇享受期开始后，所缴费款不予退还。"},
		}}), []string{"确定", "不予退还"}},
		"agreements": {pay(page.Pay{
			Step: page.StepAgreements, Bill: bill, Problems: []page.Problem{{Message: "页面已更新"}},
			Agreements: &page.PayAgreements{Key: "k1", Usable: 1, Add: "/agreements/new", Need: "东城区税务局", Cards: []page.AgreementCard{
				{ID: "a1", Label: "北京银行（0012）", Account: "6217 **** **** 0012", Note: "东城区税务局", Tag: "验证成功", Ticked: true},
				{ID: "a2", Label: "招商银行（0027）", Account: "6214 **** **** 0027", Tag: "次日生效", Refusal: "协议次日生效，今日暂不能用于缴费"},
			}},
		}), []string{"确认缴费", "新增协议", "次日生效"}},
		"noagreement": {
			pay(page.Pay{Step: page.StepAgreements, Bill: bill, Agreements: &page.PayAgreements{Add: "/agreements/new", Need: "东城区税务局", List: "已申报作废"}}),
			[]string{"新增协议", "东城区税务局"},
		},
		"done":       {pay(page.Pay{Step: page.StepDone, Done: &paidDone}), []string{"缴费成功", "查看缴费记录", "证明申请", "电子税票号"}},
		"done_other": {pay(page.Pay{Step: page.StepDone, Done: doneForOther()}), []string{"缴费成功", "查看缴费记录", "由参保人本人"}},
		"processing": {pay(page.Pay{Step: page.StepDone, Done: outcome(page.PayProcessing, "扣款处理中", "")}), []string{"扣款处理中", "申报记录查询"}},
		"failed":     {pay(page.Pay{Step: page.StepDone, Done: outcome(page.PayFailed, "扣款失败", "协议扣款失败，原因：余额不足")}), []string{"余额不足", "继续缴费"}},
		"declarations": {Declarations(page.Declarations{
			Path: "/pension/declarations", Span: page.Span{From: "2025-11-24", To: "2026-11-23"}, Payable: true, Detail: "/pension/declarations/",
			Rows: []page.DeclarationRow{row, {ID: "d2", Title: "2025 年度", State: "已作废", Tone: "off", Note: "作废", Insured: "张**", Result: "/payments/p1"}},
			Turn: page.Turn{Page: 2, Prev: "/a", Next: "/b"},
		}), []string{"申报日期", "查询", "作废", "继续缴费", "缴费", ">"}},
		"void": {
			Declarations(page.Declarations{Void: &page.VoidQuestion{Row: row, Back: "/pension/declarations"}}),
			[]string{"作废原因（选填）", "确定"},
		},
		"novoid": {
			Declarations(page.Declarations{Void: &page.VoidQuestion{Row: row, Back: "/pension/declarations", Refusal: "正在扣款中"}}),
			[]string{"不能作废", "正在扣款中"},
		},
		"declaration": {Declaration(page.DeclarationDetail{Row: row, Action: "/pension/declarations"}), []string{"继续缴费", "作废"}},
		"payments_other": {Payments(page.PaidRecords{
			Scheme: "城乡居民医疗", Path: "/medical/payments", Span: page.Span{From: "2022-01", To: "2027-12"}, Theirs: words.CertificateByInsured,
			Rows: []page.PaidEntry{{Path: "/medical/payments/d1", Title: "2026 年度", Note: "n", Amount: money.Yuan(795), Tag: "为 张** 缴"}},
		}), []string{"更多相关操作", "由参保人本人", `data-keep="缴费记录 城乡居民医疗 2022-01 至 2027-12"`}},
		"record_other": {
			Record(page.PaidRecord{Title: "2026 年度", Amount: money.Yuan(795), Facts: paidDone.Rows, Theirs: words.CertificateByInsured}),
			[]string{"由参保人本人"},
		},
		"payments": {Payments(page.PaidRecords{
			Scheme: "城乡居民养老", Path: "/pension/payments", Span: page.Span{From: "2022-01", To: "2027-12"}, Total: money.Yuan(3000), Count: 1,
			Years: []page.YearPaid{{Year: 2026, Count: 1, Amount: money.Yuan(3000)}}, Apply: "/certificates/apply",
			Rows: []page.PaidEntry{{Path: "/pension/payments/d1", Title: "2026 年度", Note: "n", Amount: money.Yuan(3000), Tag: "李* 代缴"}},
		}), []string{"费款所属期", "查询", "更多相关操作", "证明申请"}},
		"nopayments": {Payments(page.PaidRecords{Path: "/pension/payments", Pay: "/pension/pay"}), []string{"没有缴费记录"}},
		"record":     {Record(page.PaidRecord{Title: "2026 年度", Amount: money.Yuan(3000), Facts: paidDone.Rows, Apply: "/c"}), []string{"电子税票号", "证明申请"}},
		"record_refundable": {
			Record(page.PaidRecord{Title: "2026 年度", Amount: money.Yuan(3000), Facts: paidDone.Rows, Apply: "/c", Refund: "/refunds/apply?record=d1"}),
			[]string{"证明申请", "申请退费"},
		},
		"record_refunded": {
			Record(page.PaidRecord{Title: "2026 年度", Amount: money.Yuan(3000), Facts: paidDone.Rows, Back: "/refunds/r1", State: "已退费", Tone: "ok"}),
			[]string{"退费进度", "已退费"},
		},
		"payments_refunded": {
			Payments(page.PaidRecords{
				Path: "/pension/payments", Pay: "/pension/pay",
				Refunded: []page.PaidEntry{{Path: "/pension/payments/d1", Title: "2026 年度", Note: "n", Amount: money.Yuan(3000)}},
			}),
			[]string{"没有缴费记录", "已退费（不计入合计）", "已退费"},
		},
		"amounts": {Amounts(page.AmountForm{
			Problems: []page.Problem{{Field: "tier", Message: "请选择缴费金额"}},
			Cards: []page.AmountCard{{
				Mark: "m", Scheme: "城乡居民养老", Authority: "税务局", Year: "2026 年度", Current: "¥ 3,000.00", Valid: "v", Ticked: true, Note: "批量扣款",
				History: []page.AmountPast{{Set: "2026-01-01", Amount: money.Yuan(2000), End: "2026-02-01 更改"}},
			}, {Mark: "n", Scheme: "城乡居民养老", Path: "/pension/amounts?enr=n"}},
			Open: &page.AmountOpen{
				Mark: "m", Value: "other", Other: "3500", Range: "1,000 元至 9,000 元", Subsidy: money.Yuan(100), Note: "示例",
				Tiers: []page.AmountTier{{Tier: money.Yuan(1000), Pays: money.Yuan(900), Adds: money.Yuan(60)}},
			},
		}), []string{"缴费金额", "其他金额", "政府代缴", "提交", "历史设置"}},
		"amountset":  {Amounts(page.AmountForm{Done: &page.AmountDone{Facts: paidDone.Rows, Note: "n"}}), []string{"设置成功", "确定"}},
		"noamounts":  {Amounts(page.AmountForm{}), []string{"未查询到有效参保缴费信息"}},
		"amountvoid": {AmountsVoid(page.AmountVoid{Rows: []page.AmountSetting{setting}}), []string{"作废", "有效期起止", "下次计划扣款"}},
		"amountask":  {AmountsVoid(page.AmountVoid{Rows: []page.AmountSetting{setting}, Confirm: []page.AmountSetting{setting}}), []string{"确定", "取消"}},
		"amountnone": {AmountsVoid(page.AmountVoid{Problems: []page.Problem{{Message: "p"}}}), []string{"没有有效的缴费金额设置"}},
		"people":     {People(page.SavedPeople{People: []page.SavedPay{saved}}), []string{"修改", "删除"}},
		"rename":     {People(page.SavedPeople{Edit: &saved}), []string{"称呼", "保存"}},
		"remove":     {People(page.SavedPeople{Remove: &saved}), []string{"确定", "取消"}},
		"nopeople":   {People(page.SavedPeople{}), []string{"为他人缴费"}},
	}
}

var (
	saved   = page.SavedPay{ID: "saved1", Label: "女儿", Number: "居民身份证 110108********2010"}
	setting = page.AmountSetting{
		ID: "s1", Scheme: "城乡居民养老", Authority: "税务局", Tier: money.Yuan(3000), Amount: money.Yuan(2900), Valid: "2026", Next: "暂无计划", Note: "n",
	}
)

func TestScreens(t *testing.T) {
	for name, s := range screens() {
		t.Run(name, func(t *testing.T) {
			nodetest.Golden(t, name, s.screen)
			html := node.String(s.screen)
			for _, label := range s.labels {
				if !strings.Contains(html, strings.ReplaceAll(label, ">", "&gt;")) {
					t.Errorf("%s is not there", label)
				}
			}
		})
	}
}

func TestEveryPatternHasItsOwnScreen(t *testing.T) {
	if n := len(view.NewSet(Screens())); n != len(Screens()) {
		t.Errorf("%d patterns for %d screens", n, len(Screens()))
	}
}

// Without its key a second press could be a second debit.
func TestTheKeyIsSentAlong(t *testing.T) {
	html := node.String(screens()["agreements"].screen)
	if !strings.Contains(html, `name="key" value="k1"`) {
		t.Error("the form has no Idempotency-Key")
	}
	if strings.Contains(node.String(screens()["noagreement"].screen), "确认缴费") {
		t.Error("one can pay without an agreement")
	}
}
