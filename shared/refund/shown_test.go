package refund_test

import (
	"testing"

	"shebao/shared/refund"
)

func TestShown(t *testing.T) {
	for _, s := range refund.States() {
		open, closed := refund.Refund{State: s, Open: true}.Shown(), refund.Refund{State: s}.Shown()
		if (open != closed) != s.Final() {
			t.Errorf("%s is shown as %s at work and %s afterwards", s, open, closed)
		}
	}
}
