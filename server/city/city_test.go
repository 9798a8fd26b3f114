package city_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shebao/server/city"
	"shebao/shared/period"
)

func TestFree(t *testing.T) {
	c, err := city.Load("")
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[period.Date]string{
		{Year: 2026, Month: 11, Day: 23}: "",    // Monday
		{Year: 2026, Month: 11, Day: 28}: "周末",  // Saturday
		{Year: 2026, Month: 10, Day: 7}:  "国庆节", // Wednesday
		{Year: 2026, Month: 10, Day: 10}: "",    // a Saturday that is worked
		{Year: 2026, Month: 10, Day: 8}:  "",    // the day after the holiday
		{Year: 2026, Month: 2, Day: 15}:  "春节",  // a Sunday in a holiday
	} {
		if got := c.Free(day); got != want {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
}

func TestLoad_refusesDaysOffTheWrongWayRound(t *testing.T) {
	text, err := os.ReadFile("beijing.json")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "city.json")
	wrong := strings.Replace(string(text), `"from": "2026-10-01", "to": "2026-10-07"`, `"from": "2026-10-07", "to": "2026-10-01"`, 1)
	if err := os.WriteFile(file, []byte(wrong), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := city.Load(file); err == nil || !strings.Contains(err.Error(), "国庆节") {
		t.Errorf("got %v", err)
	}
}
