package account

import (
	"strings"
	"testing"

	rules "shebao/server/account"
	"shebao/shared/notice"
	"shebao/shared/page"
	"shebao/shared/words"
)

func TestPassword(t *testing.T) {
	w := newWorld(t)
	enter := func(password string) rules.Session {
		t.Helper()
		_, ses, err := w.rules.Login(t.Context(), rules.PasswordLogin{Number: known, Password: password, Address: "192.0.2.1"})
		if err != nil {
			t.Fatal(err)
		}
		return ses
	}
	here := enter(password)
	press := func(old, fresh, again string) (page.Password, string) {
		t.Helper()
		r := request("", "old", old, "password", fresh, "again", again)
		r.Person, r.Session = "p1", here.ID
		a, err := w.changePassword(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return a.State(), a.To()
	}
	if s, to := press("wrong", "Shebao-demo-2", "Shebao-demo-2"); to != "" || len(s.Problems) != 1 || s.Problems[0].Message != words.PasswordOld {
		t.Errorf("went to %q, %+v", to, s)
	}
	if _, to := press(password, "Shebao-demo-2", "Shebao-demo-2"); to != "/me" {
		t.Errorf("went to %q", to)
	}
	enter("Shebao-demo-2")
	list, err := w.store.Notices(t.Context(), "p1", "", 10)
	if err != nil || len(list) != 1 || list[0].Title != "密码已修改" || !strings.Contains(list[0].Text, "2026-11-23 09:00") || list[0].Kind != notice.Password ||
		!list[0].Kind.Important() {
		t.Errorf("told %+v, %v", list, err)
	}
}
