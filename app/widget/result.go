package widget

import (
	"strconv"

	"shebao/app/node"
	"shebao/shared/money"
)

// Outcome is how something ended, so far.
type Outcome string

// The outcomes.
const (
	Success    Outcome = "ok"
	Processing Outcome = "wait"
	Failed     Outcome = "bad"
)

// Result is the top of a done page.
type Result struct {
	Outcome Outcome
	Title   string    // 缴费成功, 扣款处理中
	Amount  money.Fen // 0 for none
	Note    string    // the bank's reason, how long it takes
}

// ResultTop says how it ended.
func ResultTop(r Result) *node.Element {
	top := node.Div(node.Class("result", string(r.Outcome)), node.Role("status"),
		node.Span(node.Class("badge"), Icon(string(r.Outcome))),
		node.P(node.Class("result-title"), node.Text(r.Title)))
	if r.Amount != 0 {
		top = top.With(node.P(node.Class("huge"), node.Text(r.Amount.Display())))
	}
	if r.Note != "" {
		top = top.With(node.P(node.Class("small"), node.Text(r.Note)))
	}
	return top
}

// Question is a page that asks before something is done.
type Question struct {
	Title  string      // 撤销缴费协议？
	Body   []node.Item // what will happen
	Action string      // where 确定 posts to, "" this page
	Hidden []node.Item // values it sends along
	Yes    string      // "" is 确定
	No     string      // "" is 取消
	Back   string      // where 取消 leads
	Tone   Tone        // Bad for what can't be undone
}

// Confirm draws the question as a dialog that is a page: it has an address and
// works without scripts.
func Confirm(q Question) *node.Element {
	yes, no, press := q.Yes, q.No, Primary
	if yes == "" {
		yes = "确定"
	}
	if no == "" {
		no = "取消"
	}
	if q.Tone == Bad {
		press = Danger
	}
	return Card(node.Class("dialog"), node.Aria("labelledby", "question"),
		node.H2(node.ID("question"), node.Class("h2"), node.Text(q.Title)),
		node.Div(node.Class("dialog-body")).With(q.Body...),
		Form(q.Action, node.Group(nodes(q.Hidden)), node.Div(node.Class("pair"), GhostLink(no, q.Back), press(yes))))
}

func nodes(items []node.Item) []node.Node {
	var ns []node.Node
	for _, it := range items {
		if n, ok := it.(node.Node); ok {
			ns = append(ns, n)
		}
	}
	return ns
}

// Pages is where one is in a long list.
type Pages struct {
	Page, Of   int    // 1-based; Of 0 when the end is not known
	Prev, Next string // addresses, "" for none
}

// Pager leads to the pages before and after; it is nothing for a single page.
func Pager(p Pages) node.Node {
	if p.Prev == "" && p.Next == "" {
		return nil
	}
	where := "第 " + strconv.Itoa(p.Page) + " 页"
	if p.Of > 0 {
		where += " / 共 " + strconv.Itoa(p.Of) + " 页"
	}
	step := func(label, href string) node.Node {
		if href == "" {
			return node.Span(node.Class("link dead"), node.Aria("hidden", "true"), node.Text(label))
		}
		return Link(label, href)
	}
	return node.Nav(node.Class("pager"), node.Aria("label", "翻页"),
		step("上一页", p.Prev), node.Span(node.Class("small"), node.Text(where)), step("下一页", p.Next))
}
