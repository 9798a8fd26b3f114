package home_test

import (
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
	"shebao/app/view/home"
	"shebao/shared/money"
	"shebao/shared/page"
)

func liMing() page.Home {
	return page.Home{
		Service: "社保费办理（演示）", Name: "李*", Greeting: "上午好", Agreements: 2,
		Owed: page.HomeOwed{
			Kind: page.OwedSome, Title: "2026 年待缴", Amount: money.Yuan(3795), Count: 2, Schemes: "养老 / 医疗",
			Deadline: "12-31 截止", Pay: "/shebao",
			Declared: []page.HomePending{
				{Label: "城乡居民养老：已申报未缴费 1 笔", Amount: money.Yuan(1000), Count: 1, Href: "/pension/pay?decl=d1&step=agreement", Pay: true},
			},
		},
		Recent: []page.HomePayment{
			{Label: "城乡居民养老 2025 年", Amount: money.Yuan(3000)}, {Label: "城乡居民医疗 2026 年", Amount: money.Yuan(795)},
		},
		Care: page.CareHere{Here: "/"},
	}
}

func TestScreens(t *testing.T) {
	care := liMing()
	care.Care.On, care.Owed.Urgent, care.Spoken = true, true, "您待缴的社保费一共是3795.00元，2笔。最近的截止日期是12-31。另有已申报未缴费的1000.00元，1笔。"
	unset := page.Home{
		Service: "社保费办理", Name: "陈**", Greeting: "下午好", Care: page.CareHere{Here: "/"},
		Owed: page.HomeOwed{
			Kind: page.OwedUnset, Title: "2026 年待缴", Schemes: "养老", Deadline: "12-31 截止", Pay: "/pension/pay",
			Unset: []string{"城乡居民养老 2026 年"},
		},
	}
	partly := unset
	partly.Owed = page.HomeOwed{
		Kind: page.OwedSome, Title: "2027 年待缴", Amount: money.Yuan(795), Count: 1, Schemes: "医疗", Deadline: "12-31 截止",
		Pay: "/medical/pay", Unset: []string{"城乡居民养老 2026 年"},
	}
	declared, several, pending := unset, unset, unset
	declared.Owed = page.HomeOwed{
		Kind: page.OwedDeclared, Title: "城乡居民医疗（为他人）：已申报未缴费 1 笔", Amount: money.Yuan(795), Count: 1, Schemes: "医疗",
		Deadline: "12-31 截止", Pay: "/medical/pay?decl=d1&step=tip",
		Declared: []page.HomePending{{Label: "城乡居民养老：扣款处理中 1 笔", Amount: money.Yuan(3000), Count: 1, Href: "/pension/declarations"}},
	}
	declared.Care.On = true
	declared.Spoken = "您已申报但还没有缴费的一共是795.00元，1笔。最近的截止日期是12-31。"
	several.Owed = page.HomeOwed{
		Kind: page.OwedDeclared, Title: "已申报，待缴费", Amount: money.Yuan(3795), Count: 3, Schemes: "养老 / 医疗", Deadline: "12-31 截止",
		Declared: []page.HomePending{
			{Label: "城乡居民养老：已申报未缴费 1 笔", Amount: money.Yuan(3000), Count: 1, Href: "/pension/pay?decl=d1&step=agreement", Pay: true},
			{Label: "城乡居民医疗（为他人）：已申报未缴费 2 笔", Amount: money.Yuan(795), Count: 2, Href: "/medical/declarations", Pay: true},
		},
	}
	pending.Owed = page.HomeOwed{Kind: page.OwedNone, Declared: []page.HomePending{
		{Label: "城乡居民医疗：他人已申报未缴费 1 笔", Amount: money.Yuan(795), Count: 1, Href: "/medical/declarations"},
		{Label: "城乡居民医疗（为他人）：扣款处理中 1 笔", Amount: money.Yuan(795), Count: 1, Href: "/medical/declarations"},
	}}
	pending.Care.On, pending.Spoken = true, "目前没有需要您缴费的款项。"
	unknown, none := unset, unset
	unknown.Owed = page.HomeOwed{Kind: page.OwedUnknown}
	none.Owed = page.HomeOwed{Kind: page.OwedNone}
	for _, c := range []struct {
		name   string
		body   node.Node
		labels string // exact visible texts, separated by |
	}{
		{"home", home.Home(liMing()), "去缴费|关怀模式|¥ 3,795.00|城乡居民养老|城乡居民医疗|缴费协议办理|开具社保缴费记录|最近缴费|2 份有效|¥ 1,000.00|继续缴费|养老缴费记录|医疗缴费记录"},
		{"home_care", home.Home(care), "退出关怀模式|朗读|去缴费"},
		{"home_unset", home.Home(unset), "未设置缴费金额|设置缴费金额|暂无缴费记录"},
		{"home_partly_unset", home.Home(partly), "去缴费|城乡居民养老 2026 年：未设置缴费金额|去设置"},
		{"home_unknown", home.Home(unknown), "未查询到有效参保缴费信息|12333|12393"},
		{"home_declared", home.Home(declared), "已申报未缴费 1 笔|¥ 795.00|继续缴费|扣款处理中 1 笔|¥ 3,000.00|朗读"},
		{"home_declared_several", home.Home(several), "已申报，待缴费|¥ 3,795.00|¥ 3,000.00|¥ 795.00|继续缴费"},
		{"home_pending", home.Home(pending), "目前没有需要您缴费的款项|他人已申报未缴费|查看"},
		{"home_none", home.Home(none), "本年度没有待缴费款"},
		{"services", home.Services(page.Services{}), "社保业务"},
		{"social", home.Social(page.Services{}), "社保费办理"},
		{
			"shebao", home.Shebao(page.Shebao{Pension: "待缴 2 笔", Agreements: "1 份有效"}),
			"城乡居民养老|城乡居民医疗|缴费协议办理|开具社保缴费记录|待缴 2 笔|1 份有效",
		},
		{"help", home.Help(page.Help{}), "税务部门|12366|人社部门|12333|医保部门|12393"},
		{
			"error_500",
			home.Error(page.Error{Status: 500, Code: "internal", Title: "暂时无法办理", Message: "系统繁忙", Request: "r123", Retry: "/me"}),
			"系统繁忙|r123|重试|返回首页",
		},
		{
			"error_404",
			home.Error(page.Error{Status: 404, Code: "not_found", Title: "页面不存在", Message: "没有找到您要的内容，请返回后重试", Request: "r123"}),
			"没有找到|返回首页|r123",
		},
		{
			"error_form",
			home.Error(page.Error{Status: 403, Code: "form_expired", Title: "无法办理", Message: "页面已过期，请刷新后重试", Request: "r123"}),
			"本次提交没有生效|返回首页",
		},
		{
			"error_429",
			home.Error(page.Error{Status: 429, Code: "too_many", Title: "操作过于频繁", Message: "操作过于频繁，请稍后再试", Request: "r123"}),
			"请稍等|返回首页",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
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

// One screen has one thing to do.
func TestPrimary(t *testing.T) {
	n := 0
	node.Walk(home.Home(liMing()), func(e *node.Element) bool {
		if class, _ := e.Attr("class"); strings.Contains(class, "weui-btn_primary") {
			n++
		}
		return true
	})
	if n != 1 {
		t.Errorf("home has %d primary actions", n)
	}
}
