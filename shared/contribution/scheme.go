// Package contribution holds the models of what people owe and pay (城乡居民养老 and
// 城乡居民医疗): enrolments, dues, settings, declarations and payments, with the
// tables of their legal states. No I/O, no clock.
package contribution

import "strconv"

// Scheme is an insurance scheme (险种).
type Scheme string

// The schemes.
const (
	Pension Scheme = "pension" // 城乡居民养老
	Medical Scheme = "medical" // 城乡居民医疗
)

// Label is the scheme's short name, as in menus.
func (s Scheme) Label() string {
	switch s {
	case Pension:
		return "城乡居民养老"
	case Medical:
		return "城乡居民医疗"
	default:
		return string(s)
	}
}

// YearTitle names a year's contribution on screens: 2026 年度 城乡居民养老.
func YearTitle(s Scheme, year int, kind Kind) string {
	title := strconv.Itoa(year) + " 年度 " + s.Label()
	if kind == Assessed {
		title += "（特殊缴费）"
	}
	return title
}

// Levy is the scheme's levy item (征收项目) and sub-item (品目) with their codes.
type Levy struct {
	Code, Name       string
	SubCode, SubName string
}

// Levy returns the published codes of the scheme, zero for an unknown one.
func (s Scheme) Levy() Levy {
	switch s {
	case Pension:
		return Levy{"10210", "城乡居民基本养老保险费", "102100100", "城乡居民基本养老保险费（个人缴费）"}
	case Medical:
		return Levy{"10212", "城乡居民基本医疗保险费", "102120100", "城乡居民基本医疗保险费（个人缴费）"}
	default:
		return Levy{}
	}
}

// Kind tells a yearly due from one assessed by the social-insurance bureau (人社核定).
type Kind string

// The kinds of due.
const (
	Regular  Kind = "regular"  // 正常缴费
	Assessed Kind = "assessed" // 特殊缴费
)

// Label is the kind's name on screens.
func (k Kind) Label() string {
	switch k {
	case Regular:
		return "正常缴费"
	case Assessed:
		return "特殊缴费"
	default:
		return string(k)
	}
}

// Channel is where a declaration was made (渠道).
type Channel string

// The channels.
const (
	ChannelMobile   Channel = "mobile"
	ChannelWeb      Channel = "web"
	ChannelHall     Channel = "hall"
	ChannelBank     Channel = "bank"
	ChannelDebitRun Channel = "debitrun"
	ChannelAgency   Channel = "agency"
)

// Label is the channel's name on screens.
func (c Channel) Label() string {
	switch c {
	case ChannelMobile:
		return "移动端"
	case ChannelWeb:
		return "网页端"
	case ChannelHall:
		return "办税服务厅"
	case ChannelBank:
		return "银行网点"
	case ChannelDebitRun:
		return "批量扣款"
	case ChannelAgency:
		return "村居代收"
	default:
		return string(c)
	}
}
