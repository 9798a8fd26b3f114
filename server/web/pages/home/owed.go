package home

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	rules "shebao/server/contribution"
	model "shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/period"
)

// nearDays is how many days before its end a deadline is marked as near.
const nearDays = 7

// greeting is what one says at this hour in Shanghai.
func greeting(now time.Time) string {
	switch hour := now.In(period.Zone).Hour(); {
	case hour < 5:
		return "夜深了"
	case hour < 11:
		return "上午好"
	case hour < 13:
		return "中午好"
	case hour < 18:
		return "下午好"
	default:
		return "晚上好"
	}
}

// owed sums up what can be paid now, what lacks an amount and what waits for money.
func owed(standing rules.Standing, declared waits, today period.Date) page.HomeOwed {
	views := standing.Views
	var o page.HomeOwed
	var years []int
	var schemes []model.Scheme
	var last period.Date // the nearest deadline
	see := func(v rules.View) {
		years = append(years, v.Due.Year)
		schemes = append(schemes, v.Due.Scheme)
		if last.IsZero() || v.Due.Deadline.Before(last) {
			last = v.Due.Deadline
		}
	}
	for _, v := range views {
		if v.Refusal == nil {
			see(v)
			o.Amount += v.Amount
			o.Count++
		}
	}
	for _, v := range views {
		if v.Refusal == rules.RefuseNoSetting {
			if o.Count == 0 {
				see(v)
			}
			o.Unset = append(o.Unset, v.Due.Scheme.Label()+" "+strconv.Itoa(v.Due.Year)+" 年")
		}
	}
	o.Declared = declared.lines
	switch {
	case o.Count > 0:
		o.Kind = page.OwedSome
	case len(o.Unset) > 0:
		o.Kind = page.OwedUnset
	case declared.count > 0:
		declared.show(&o, today)
		return o
	case standing.Enrolled || len(o.Declared) > 0:
		o.Kind = page.OwedNone
		return o
	default:
		o.Kind = page.OwedUnknown
		return o
	}
	o.Title, o.Schemes, o.Pay = title(years), short(schemes), payPath(schemes)
	o.Deadline, o.Urgent = until(last, today)
	return o
}

// until is a deadline in words, and whether it is near.
func until(last, today period.Date) (words string, near bool) {
	return strings.TrimPrefix(last.String(), strconv.Itoa(today.Year)+"-") + " 截止", today.DaysUntil(last) <= nearDays
}

// title names the years when they are few.
func title(years []int) string {
	slices.Sort(years)
	years = slices.Compact(years)
	if len(years) > 2 {
		return "待缴合计"
	}
	names := make([]string, len(years))
	for i, y := range years {
		names[i] = strconv.Itoa(y)
	}
	return strings.Join(names, "、") + " 年待缴"
}

func short(schemes []model.Scheme) string {
	var names []string
	for _, s := range []model.Scheme{model.Pension, model.Medical} {
		if slices.Contains(schemes, s) {
			names = append(names, strings.TrimPrefix(s.Label(), "城乡居民"))
		}
	}
	return strings.Join(names, " / ")
}

// payPath leads straight to paying when there is one scheme to pay for.
func payPath(schemes []model.Scheme) string {
	pension, medical := slices.Contains(schemes, model.Pension), slices.Contains(schemes, model.Medical)
	switch {
	case pension && medical:
		return page.PathShebao
	case medical:
		return "/medical/pay"
	default:
		return "/pension/pay"
	}
}

// waiting is the tag of one scheme in the menu.
func waiting(views []rules.View, scheme model.Scheme) string {
	n, unset := 0, 0
	for _, v := range views {
		switch {
		case v.Due.Scheme != scheme:
		case v.Refusal == nil:
			n++
		case v.Refusal == rules.RefuseNoSetting:
			unset++
		}
	}
	switch {
	case n > 0:
		return fmt.Sprintf("待缴 %d 笔", n)
	case unset > 0:
		return "未设置金额"
	default:
		return ""
	}
}

func inForce(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + " 份有效"
}

func paymentLabel(d model.Declaration, who string) string {
	label := d.Scheme.Label() + " " + strconv.Itoa(d.Year) + " 年"
	switch {
	case d.Insured != who:
		return label + "（为他人）"
	case d.Payer != who:
		return label + "（他人代缴）"
	case d.Kind == model.Assessed:
		return label + "（补缴）"
	default:
		return label
	}
}
