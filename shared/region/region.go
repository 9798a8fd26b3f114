// Package region holds tax authorities (税务机关). Which ones there are is data
// of the city that runs the service, never code.
package region

import "strings"

// Authority is a tax authority that collects contributions.
type Authority struct {
	Code     string `json:"code"`     // 11 digits, 11101010000
	Name     string `json:"name"`     // 国家税务总局北京市东城区税务局
	District string `json:"district"` // 东城区, "" for the city's own authority
	Area     string `json:"area"`     // six-digit area code (GB/T 2260), 110101
}

// Short is the name as people say it: 东城区税务局. An authority without a
// district has its name without 国家税务总局.
func (a Authority) Short() string {
	if a.District != "" {
		return a.District + "税务局"
	}
	return strings.TrimPrefix(a.Name, "国家税务总局")
}

// CodeOf is the authority code of a six-digit area code: 1, the area, 0000.
func CodeOf(area string) string { return "1" + area + "0000" }

// Find finds an authority of the list by its code.
func Find(list []Authority, code string) (Authority, bool) {
	for _, a := range list {
		if a.Code == code {
			return a, true
		}
	}
	return Authority{}, false
}
