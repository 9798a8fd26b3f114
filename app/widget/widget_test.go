package widget_test

import (
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
	"shebao/app/widget"
	"shebao/shared/page"
)

// The pictures of all widgets are goldens in app/host/internal/trial; here are the
// promises that a golden does not explain.
func TestWidgets(t *testing.T) {
	problems := []page.Problem{{Field: "phone", Message: "请输入手机号"}, {Field: "agree", Message: "请先同意"}}
	cases := map[string]struct {
		tree  node.Node
		want  []string
		never []string
	}{
		"a field's id is its name, so a problem can lead to it": {
			widget.Input(widget.Field{Label: "手机号", Name: "phone", Hint: "11 位", Problems: problems}),
			[]string{`<label class="weui-label" for="phone">手机号</label>`, `id="phone" name="phone"`, `aria-invalid="true"`, `aria-describedby="phone-error phone-hint"`, `id="phone-error">请输入手机号`},
			nil,
		},
		"a password is never written back": {
			widget.Input(widget.Field{Label: "密码", Name: "password", Type: "password", Value: "secret"}), nil, []string{"secret"},
		},
		"a choice is named by its label": {
			widget.CheckCard(widget.Choice{Kind: widget.Radio, Name: "a", Value: "1", Label: "北京银行"}),
			[]string{`<label class="h2 cover" for="a-1">北京银行</label>`, `type="radio"`},
			[]string{"checked", "disabled"},
		},
		"a blocked choice says why": {
			widget.CheckCard(widget.Choice{Kind: widget.Checkbox, Name: "a", Value: "1", Label: "x", State: widget.Blocked, Reason: "次日生效", Note: "备注"}),
			[]string{"disabled", `aria-describedby="a-1-note"`, `id="a-1-note">次日生效`},
			[]string{"备注", "checked"},
		},
		"a consent is not ticked by itself": {
			widget.Consent(widget.Tick{Name: "agree", Label: "同意", Problems: problems}), []string{`id="agree-error">请先同意`}, []string{"checked"},
		},
		"no problems, no summary":              {node.Div(widget.ErrorSummary(nil)), []string{"<div></div>"}, nil},
		"a summary leads to the fields":        {widget.ErrorSummary(problems), []string{`role="alert" tabindex="-1"`, `<a href="#phone">请输入手机号</a>`}, nil},
		"a single page has no pager":           {node.Div(widget.Pager(widget.Pages{Page: 1})), []string{"<div></div>"}, nil},
		"the step on screen is said":           {widget.Steps(widget.PaySteps, 1), []string{`<li class="done">确认身份<span class="hide">（已完成）`, `<li class="now" aria-current="step">参保信息</li>`}, nil},
		"an empty table says so":               {widget.DataTable(widget.TableData{Empty: "没有记录"}), []string{"没有记录"}, []string{"<table"}},
		"a select keeps an answer of no value": {widget.Select(widget.Pick{Label: "银行", Name: "b", Blank: "请选择"}), []string{`<option value="">请选择</option>`}, []string{"selected"}},
		"a sum is written in the same form":    {widget.StickySum(2, 123456789, widget.Primary("提交")), []string{`data-sum="">¥ 1,234,567.89<`, `data-count="">2<`}, nil},
		"a question can be answered without script": {
			widget.Confirm(widget.Question{Title: "撤销？", Back: "/b", Hidden: []node.Item{widget.Hidden("id", "7")}}),
			[]string{`<form method="post"`, `name="id" value="7"`, `href="/b"`, ">取消</a>", ">确定</button>"},
			nil,
		},
		"reading aloud waits for a script":  {widget.Aloud("三千元"), []string{"hidden", `data-speak="三千元"`}, nil},
		"an address from outside can't run": {widget.Link("x", "javascript:alert(1)"), []string{node.RefusedURL}, []string{"javascript"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			nodetest.RoundTrip(t, c.tree)
			got := node.String(c.tree)
			for _, s := range c.want {
				if !strings.Contains(got, s) {
					t.Errorf("%s is not in %s", s, got)
				}
			}
			for _, s := range c.never {
				if strings.Contains(got, s) {
					t.Errorf("%s is in %s", s, got)
				}
			}
		})
	}
}

func TestEveryIconParses(t *testing.T) {
	for _, name := range widget.IconNames() {
		nodetest.RoundTrip(t, widget.Icon(name))
	}
}
