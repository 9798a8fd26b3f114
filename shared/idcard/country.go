package idcard

import (
	_ "embed" // the country table
	"errors"
	"slices"
	"strings"
	"sync"
)

// ErrNationality refuses a nationality that does not go with the document. The
// text is meant for people.
var ErrNationality = errors.New("国籍（地区）与身份证件类型不符，请重新选择")

// Country is a country or region (GB/T 2659, ISO 3166-1).
type Country struct {
	Alpha3  string // CHN
	Numeric string // 156, always three digits
	Name    string // 中国
	NameHK  string // 中國, as written in Hong Kong
	NameEN  string // China
}

// countriesTSV has one country a line: alpha-3, numeric, name, name as written
// in Hong Kong ("" when it is the same), English name; in order of alpha-3.
//
//go:embed countries.tsv
var countriesTSV string

// parsed holds the table once it was read. It is no sync.OnceValue: that would be made at
// start, and the browser app, which never asks, would carry the table.
var parsed struct {
	once sync.Once
	list []Country
}

func countries() []Country {
	parsed.once.Do(func() { parsed.list = parse() })
	return parsed.list
}

func parse() []Country {
	list := make([]Country, 0, 256)
	for line := range strings.Lines(countriesTSV) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		c := Country{Alpha3: f[0], Numeric: f[1], Name: f[2], NameHK: f[3], NameEN: f[4]}
		if c.NameHK == "" {
			c.NameHK = c.Name
		}
		list = append(list, c)
	}
	return list
}

// Countries lists all countries and regions in order of alpha-3. The caller may change
// the list.
func Countries() []Country { return slices.Clone(countries()) }

// Nationalities lists the countries and regions that holders of such a document
// can have, in order of alpha-3; none for an unknown kind. The caller may change
// the list.
func Nationalities(t Type) []Country {
	var list []Country
	for _, c := range countries() {
		if CheckNationality(t, c.Alpha3) == nil {
			list = append(list, c)
		}
	}
	return list
}

// CountryOf finds a country or region by its alpha-3 code.
func CountryOf(alpha3 string) (Country, bool) {
	for _, c := range countries() {
		if c.Alpha3 == alpha3 {
			return c, true
		}
	}
	return Country{}, false
}

// CheckNationality is ErrNationality unless the alpha-3 code exists and goes
// with the document: 201 and 227 with CHN, 210 and 237 with HKG or MAC, 213 and
// 238 with TWN, 208 and 233 with any but CHN.
func CheckNationality(t Type, alpha3 string) error {
	ok := false
	switch t {
	case ResidentID, ChinesePassport:
		ok = alpha3 == "CHN"
	case HKMacauPass, HKMacauResidence:
		ok = alpha3 == "HKG" || alpha3 == "MAC"
	case TaiwanPass, TaiwanResidence:
		ok = alpha3 == "TWN"
	case Passport, ForeignPermanent:
		_, known := CountryOf(alpha3)
		ok = known && alpha3 != "CHN"
	}
	if !ok {
		return ErrNationality
	}
	return nil
}
