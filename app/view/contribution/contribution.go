// Package contribution draws the screens on which residents declare, pay and look up
// contributions. Every function here is a pure function of the page's state.
package contribution

import (
	"shebao/app/node"
	"shebao/app/view"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Screens are the screens of both schemes.
func Screens() []view.Screen {
	return []view.Screen{
		view.Of(page.PatternPension, Menu),
		view.Of(page.PatternMedical, Menu),
		view.Of(page.PatternPensionPay, Pay),
		view.Of(page.PatternMedicalPay, Pay),
		view.Of(page.PatternPayment, Pay),
		view.Of(page.PatternAmounts, Amounts),
		view.Of(page.PatternAmountsVoid, AmountsVoid),
		view.Of(page.PatternMedicalSaved, People),
		view.Of(page.PatternPensionDeclarations, Declarations),
		view.Of(page.PatternMedicalDeclarations, Declarations),
		view.Of(page.PatternPensionDeclaration, Declaration),
		view.Of(page.PatternMedicalDeclaration, Declaration),
		view.Of(page.PatternPensionPayments, Payments),
		view.Of(page.PatternMedicalPayments, Payments),
		view.Of(page.PatternPensionRecord, Record),
		view.Of(page.PatternMedicalRecord, Record),
	}
}

// Menu is a scheme's menu.
func Menu(m page.SchemeMenu) node.Node {
	entries := make([]widget.Entry, len(m.Entries))
	for i, e := range m.Entries {
		entries[i] = widget.Entry{Icon: e.Icon, Label: e.Label, Note: e.Note, Href: e.Path}
		if e.Tag != "" {
			entries[i].End = widget.Tag(widget.Warn, e.Tag)
		}
	}
	return widget.EntryList(entries...)
}

// Pay is every step of paying.
func Pay(p page.Pay) node.Node {
	var body node.Group
	if p.Step != page.StepReveal && p.Done == nil {
		body = append(body, widget.Steps(widget.PaySteps, p.Step.Index()))
	}
	body = append(body, widget.ErrorSummary(p.Problems))
	switch {
	case p.Done != nil:
		return append(body, done(p.Done))
	case p.Step == page.StepReveal:
		return append(body, reveal(p))
	case p.Other != nil:
		return append(body, other(p))
	case p.Identity != nil:
		return append(body, identity(p))
	case p.Enrolments != nil:
		return append(body, enrolments(p))
	case p.Dues != nil:
		return append(body, dues(p))
	case p.Agreements != nil:
		return append(body, agreements(p))
	case p.Step == page.StepTip && p.Bill != nil:
		return append(body, tip(p))
	case p.Bill != nil:
		return append(body, method(p))
	}
	return body
}

// payingFor says for whom, when it is not oneself.
func payingFor(name string) node.Node {
	if name == "" {
		return nil
	}
	return widget.Note(widget.Plain, "正在为他人缴费：参保人 "+name)
}

// pairs lists facts.
func pairs(list []page.PayPair) *node.Element {
	rows := make([]widget.Row, len(list))
	for i, p := range list {
		rows[i] = widget.Fact(p.Label, p.Value)
		if p.Figure {
			rows[i] = widget.Figure(p.Label, p.Value)
		}
	}
	return widget.Rows(rows...)
}
