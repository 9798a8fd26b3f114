package region_test

import (
	"testing"

	"shebao/shared/region"
)

func TestAuthority(t *testing.T) {
	city := region.Authority{Code: "11100000000", Name: "国家税务总局北京市税务局", Area: "110000"}
	east := region.Authority{Code: "11101010000", Name: "国家税务总局北京市东城区税务局", District: "东城区", Area: "110101"}
	list := []region.Authority{city, east}
	if got := east.Short(); got != "东城区税务局" {
		t.Errorf("got %s", got)
	}
	if got := city.Short(); got != "北京市税务局" {
		t.Errorf("got %s", got)
	}
	for _, a := range list {
		if got := region.CodeOf(a.Area); got != a.Code {
			t.Errorf("%s has the code %s, want %s", a.Area, got, a.Code)
		}
		if got, ok := region.Find(list, a.Code); !ok || got != a {
			t.Errorf("Find(%s) = %+v, %v", a.Code, got, ok)
		}
	}
	if _, ok := region.Find(list, "11101020000"); ok {
		t.Error("an authority that is not in the list is found")
	}
}
