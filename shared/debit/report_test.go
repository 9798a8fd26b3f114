package debit_test

import (
	"testing"

	"shebao/shared/debit"
)

func TestPerMille(t *testing.T) {
	for _, c := range []struct{ paid, of, want int64 }{{0, 0, 0}, {0, 3, 0}, {1, 3, 333}, {2, 3, 667}, {19, 26, 731}, {1, 2000, 1}, {3, 3, 1000}} {
		if got := (debit.Line{Planned: debit.Total{Count: c.of}, Paid: debit.Total{Count: c.paid}}).PerMille(); got != c.want {
			t.Errorf("%d of %d is %d ‰, want %d", c.paid, c.of, got, c.want)
		}
	}
}

func TestThisRound(t *testing.T) {
	all, again := debit.Total{Count: 26, Amount: 7_600_000}, debit.Total{Count: 3, Amount: 900_000}
	r := debit.Run{Round: 2, Chosen: all, History: []debit.Move{{Round: 2, Did: debit.Retry, People: again}}}
	files := []debit.File{{Round: 1, Planned: all, Paid: debit.Total{Count: 19}, Failed: debit.Total{Count: 7}}}
	if got := debit.Summarise(r, files).Round; got.Planned != again || got.Waiting() != 3 {
		t.Errorf("before its files are made the round has done %+v", got)
	}
	files = append(files, debit.File{Round: 2, Planned: again, Paid: debit.Total{Count: 1}})
	if got := debit.Summarise(r, files).Round; got.Planned != again || got.Waiting() != 2 || got.Paid.Count != 1 {
		t.Errorf("the round has done %+v", got)
	}
}
