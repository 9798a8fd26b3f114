//go:build !js

package view_test

import (
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
	"shebao/app/view"
	"shebao/app/widget"
	"shebao/shared/page"
)

func TestCareful(t *testing.T) {
	choice := func(label string, state widget.State) node.Node {
		return widget.CheckCard(widget.Choice{Kind: widget.Radio, Name: "a", Value: label, Label: label, State: state, Reason: "次日生效"})
	}
	cases := map[string]struct {
		body  node.Node
		want  []string
		never []string
	}{
		"how it ended can be read aloud": {
			widget.ResultTop(widget.Result{Outcome: widget.Success, Title: "缴费成功", Amount: 300000, Note: "可申请证明"}),
			[]string{`data-speak=""`},
			nil,
		},
		"what has its own sentence keeps it": {
			widget.Note(widget.Plain, "提示").With(widget.Aloud("自己的话")), []string{`data-speak="自己的话"`}, []string{`data-speak=""`},
		},
		"what can't be chosen is behind one line": {
			widget.Choices("用哪份协议", choice("甲", widget.Open), choice("乙", widget.Blocked), choice("丙", widget.Blocked)),
			[]string{"另有 2 项不能选，查看原因</summary>", "次日生效"},
			nil,
		},
		"where nothing can be chosen the reasons stay": {
			widget.Choices("用哪份协议", choice("乙", widget.Blocked)), []string{"次日生效"}, []string{"<details"},
		},
		"a search above a list is behind its name": {
			widget.Search("/a", widget.Card(widget.DateRange(widget.Range{Legend: "申报日期"}), widget.Primary("查询"))),
			[]string{`<details class="folded"><summary class="card">按日期查询</summary><form method="get"`},
			nil,
		},
		"a search with a mistake in it is open": {
			widget.Search("/a", widget.Card(widget.DateRange(widget.Range{Legend: "申报日期", Problems: []page.Problem{{Field: "to", Message: "早于起始"}}}))),
			[]string{"<details class=\"folded\" open>"},
			nil,
		},
		"a spare card is behind its heading": {
			widget.Card(node.Class("spare"), widget.Heading("最近缴费"), widget.Para("城乡居民养老")), []string{`<summary class="card">最近缴费</summary>`}, nil,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			set := view.NewSet([]view.Screen{view.Of("/c", func(state) node.Node { return c.body })})
			draw := func(f page.Frame) string {
				root, err := set.Page("/c", f, state{})
				if err != nil {
					t.Fatal(err)
				}
				nodetest.RoundTrip(t, root)
				return node.String(root)
			}
			got := draw(page.Frame{Care: true, Size: 24})
			for _, s := range append(c.want, `class="app care t24"`) {
				if !strings.Contains(got, s) {
					t.Errorf("%s is not in %s", s, got)
				}
			}
			for _, s := range c.never {
				if strings.Contains(got, s) {
					t.Errorf("%s is in %s", s, got)
				}
			}
			if plain := draw(page.Frame{}); strings.Contains(plain, "folded") {
				t.Errorf("outside 关怀模式 something is folded: %s", plain)
			}
		})
	}
}
