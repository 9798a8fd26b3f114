package home

import (
	"fmt"
	"strings"

	"shebao/shared/money"
	"shebao/shared/page"
)

// spoken are the sentences that are read aloud.
func spoken(o page.HomeOwed) string {
	last := strings.TrimSuffix(o.Deadline, " 截止")
	switch o.Kind {
	case page.OwedSome:
		return fmt.Sprintf("您待缴的社保费一共是%s元，%d笔。最近的截止日期是%s。", o.Amount.String(), o.Count, last) + alsoDeclared(o.Declared)
	case page.OwedUnset:
		return "您还没有设置本年度的养老缴费金额。" + alsoDeclared(o.Declared)
	case page.OwedDeclared:
		return fmt.Sprintf("您已申报但还没有缴费的一共是%s元，%d笔。最近的截止日期是%s。", o.Amount.String(), o.Count, last)
	case page.OwedUnknown:
		return "没有查询到您的参保缴费信息。"
	case page.OwedNone:
		if len(o.Declared) > 0 {
			return "目前没有需要您缴费的款项。"
		}
		return "您本年度没有待缴费款。"
	default:
		return ""
	}
}

// alsoDeclared is the sentence about what was declared and can be paid; "" when there is nothing.
func alsoDeclared(ps []page.HomePending) string {
	var sum money.Fen
	n := 0
	for _, p := range ps {
		if p.Pay {
			sum += p.Amount
			n += p.Count
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("另有已申报未缴费的%s元，%d笔。", sum.String(), n)
}
