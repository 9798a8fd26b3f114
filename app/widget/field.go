package widget

import (
	"strings"

	"shebao/app/node"
	"shebao/shared/page"
)

// Field is one question with a typed answer. Its element id is its name, so that
// a page.Problem's Field leads to it.
type Field struct {
	Label        string // visible and accessible name
	Name         string // form field and element id
	Type         string // text, tel, password, date, month, number …; "" is text
	Value        string //
	Hint         string // what to type, where to find it
	InputMode    string // numeric, tel, decimal: the keyboard to show
	AutoComplete string // tel, one-time-code, current-password …
	MaxLength    int    // characters, 0 no limit
	Min, Max     string // for dates, months and numbers
	Problems     []page.Problem
	Attrs        []node.Item // anything more for the input, e.g. node.Data("group", "4")
	Beside       node.Node   // at the input's right: a button such as 获取验证码
}

// Input draws a field.
func Input(f Field) *node.Element {
	kind := f.Type
	if kind == "" {
		kind = "text"
	}
	in := node.Input(node.Class("weui-input input"), node.Type(kind), node.ID(f.Name), node.Name(f.Name))
	if kind != "password" && kind != "file" {
		in = in.With(node.Value(f.Value))
	}
	in = in.With(optional("inputmode", f.InputMode), optional("autocomplete", f.AutoComplete),
		optional("min", f.Min), optional("max", f.Max))
	if f.MaxLength > 0 {
		in = in.With(node.MaxLength(f.MaxLength))
	}
	in = in.With(f.Attrs...)
	return wrap(f.Label, f.Name, f.Hint, f.Problems, in, f.Beside)
}

// Option is one answer of a Pick.
type Option struct {
	Value, Label string
	With         []string // answers of Pick.By that it goes with; none: with every
	Blocked      bool     // does not go with the one chosen now
}

// Pick is a question with a list of answers.
type Pick struct {
	Label, Name, Value, Hint string
	Blank                    string // first line that answers nothing, e.g. 请选择; "" for none
	AutoComplete             string
	By                       string // field whose answer decides which options there are
	Options                  []Option
	Problems                 []page.Problem
}

// Select draws a Pick as the system's own list.
func Select(p Pick) *node.Element {
	s := node.Select(node.Class("weui-select input"), node.ID(p.Name), node.Name(p.Name), optional("autocomplete", p.AutoComplete),
		optional("data-by", p.By))
	if p.Blank != "" {
		s = s.With(node.Option(node.Value(""), node.Text(p.Blank)))
	}
	s = s.With(node.Map(p.Options, func(o Option) node.Node {
		return node.Option(node.Value(o.Value), node.If(o.Value == p.Value, node.Selected),
			optional("data-with", strings.Join(o.With, " ")), node.If(o.Blocked, node.Hidden), node.If(o.Blocked, node.Disabled), node.Text(o.Label))
	}))
	return wrap(p.Label, p.Name, p.Hint, p.Problems, s, nil)
}

// TextArea draws a field of several lines; Type, InputMode, Min and Max don't apply.
func TextArea(f Field) *node.Element {
	in := node.Textarea(node.Class("weui-textarea input"), node.ID(f.Name), node.Name(f.Name),
		node.Attr("rows", "3"), node.Text(f.Value)).With(f.Attrs...)
	if f.MaxLength > 0 {
		in = in.With(node.MaxLength(f.MaxLength))
	}
	return wrap(f.Label, f.Name, f.Hint, f.Problems, in, f.Beside)
}

func wrap(label, name, hint string, problems []page.Problem, in *node.Element, beside node.Node) *node.Element {
	box := node.Div(node.Class("field"), node.Label(node.Class("weui-label"), node.For(name), node.Text(label)))
	described := ""
	if hint != "" {
		described = name + "-hint"
		box = box.With(node.P(node.Class("small"), node.ID(described), node.Text(hint)))
	}
	if msg := ErrorFor(problems, name); msg != "" {
		described = name + "-error " + described
		box = box.With(node.Class("bad"), fieldError(name, msg))
		in = in.With(node.Aria("invalid", "true"))
	}
	in = in.With(optional("aria-describedby", trimEnd(described)))
	if beside == nil {
		return box.With(in)
	}
	return box.With(node.Div(node.Class("beside"), in, beside))
}

func fieldError(name, msg string) *node.Element {
	return node.P(node.Class("error"), node.ID(name+"-error"), node.Text(msg))
}

func optional(name, value string) node.Item {
	if value == "" {
		return nil
	}
	return node.Attr(name, value)
}

func trimEnd(s string) string {
	if n := len(s); n > 0 && s[n-1] == ' ' {
		return s[:n-1]
	}
	return s
}

// Range is a question about from and to. Names default to "from" and "to".
type Range struct {
	Legend           string // 费款所属期, 申报日期
	FromName, ToName string
	From, To         string // 2026-01 or 2026-01-31
	Min, Max         string
	Problems         []page.Problem
}

// MonthRange asks for two months with the system's own month picker.
func MonthRange(r Range) *node.Element { return between("month", r) }

// DateRange asks for two dates with the system's own date picker.
func DateRange(r Range) *node.Element { return between("date", r) }

func between(kind string, r Range) *node.Element {
	from, to := r.FromName, r.ToName
	if from == "" {
		from = "from"
	}
	if to == "" {
		to = "to"
	}
	one := func(label, name, value string) *node.Element {
		f := Field{Label: label, Name: name, Type: kind, Value: value, Min: r.Min, Max: r.Max, Problems: r.Problems}
		if kind == "month" { // not every browser has a month picker: say what to type
			f.Attrs = []node.Item{node.Placeholder("2026-01"), node.Attr("pattern", "[0-9]{4}-[0-9]{2}")}
		}
		return Input(f)
	}
	return node.Fieldset(node.Class("range"), node.Legend(node.Class("weui-label"), node.Text(r.Legend)),
		node.Div(node.Class("two"), one(r.Legend+"起", from, r.From), one(r.Legend+"止", to, r.To)))
}
