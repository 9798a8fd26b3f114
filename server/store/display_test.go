package store_test

import (
	"testing"

	"shebao/server/store/storetest"
	"shebao/shared/lang"
	"shebao/shared/person"
)

func TestDisplay(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	if _, chosen, err := s.Language(ctx, "p1"); err != nil || chosen {
		t.Fatalf("chosen %v, %v", chosen, err)
	}
	for _, who := range []string{"p1", "p2"} { // p2 has chosen a language
		if err := s.SetLanguage(ctx, "p2", lang.English); err != nil {
			t.Fatal(err)
		}
		if d, chosen, err := s.Display(ctx, who); err != nil || chosen || d != person.Standard {
			t.Errorf("%s has %q, chosen %v, %v", who, d, chosen, err)
		}
	}
	if err := s.SetDisplay(ctx, "p2", person.Standard); err != nil {
		t.Fatal(err)
	}
	if d, chosen, err := s.Display(ctx, "p2"); err != nil || !chosen || d != person.Standard {
		t.Errorf("off is %q, chosen %v, %v", d, chosen, err)
	}
	if err := s.SetDisplay(ctx, "p1", person.Care); err != nil {
		t.Fatal(err)
	}
	if _, chosen, err := s.Language(ctx, "p1"); err != nil || chosen {
		t.Errorf("关怀模式 chose a language: %v, %v", chosen, err)
	}
	for _, tag := range lang.All() {
		if err := s.SetLanguage(ctx, "p1", tag); err != nil {
			t.Fatal(err)
		}
		if got, chosen, err := s.Language(ctx, "p1"); err != nil || !chosen || got != tag {
			t.Errorf("got %q, chosen %v, %v", got.Code(), chosen, err)
		}
	}
	if d, chosen, err := s.Display(ctx, "p1"); err != nil || !chosen || d != person.Care {
		t.Errorf("choosing a language lost 关怀模式: %q, %v", d, err)
	}
}
