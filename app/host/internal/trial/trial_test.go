package trial_test

import (
	"testing"

	"shebao/app/host/internal/trial"
	"shebao/app/node/nodetest"
	"shebao/shared/page"
)

// TestEveryWidget draws the pages with all widgets; the parser must read them as meant.
func TestEveryWidget(t *testing.T) {
	set := trial.Screens()
	for _, part := range trial.Parts() {
		t.Run(part, func(t *testing.T) {
			root, err := set.Page(trial.Gallery, page.Frame{Title: "组件", Token: "t"}, trial.GalleryState{Typed: `"><img src=x onerror=alert(1)>`, Part: part})
			if err != nil {
				t.Fatal(err)
			}
			nodetest.Golden(t, part, root)
		})
	}
	t.Run("desk", func(t *testing.T) {
		root, err := set.Page(trial.Desk, page.Frame{
			Title: "工作台", Service: "社保费办理", Layout: page.LayoutConsole, Token: "t", Tab: "/desk", Meta: "操作员 王*", Logout: "/out",
			Nav: []page.Nav{{Path: "/desk", Label: "工作台"}, {Path: "/x", Label: "对账差异", Count: 3}},
		}, struct{}{})
		if err != nil {
			t.Fatal(err)
		}
		nodetest.Golden(t, "desk", root)
	})
}
