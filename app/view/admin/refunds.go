package admin

import (
	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// refundSteps are the steps of a refund.
var refundSteps = []string{"申请", "审核", "复核", "银行退款", "完成"}

// Refund draws one refund: how far it is, what can be done, the evidence.
func Refund(s page.AdminRefund) node.Node {
	c := s.Case
	head := widget.Card(widget.Between(widget.Heading("办理进度"), widget.Tag(widget.Tone(c.Tone), c.State)))
	if s.Step >= 0 {
		head = head.With(widget.Steps(refundSteps, s.Step))
	}
	if c.Waits != "" {
		head = head.With(widget.Muted(c.Waits))
	}
	facts := make([]widget.Row, len(c.Facts))
	for i, f := range c.Facts {
		facts[i] = widget.Fact(f.Label, f.Value)
	}
	body := node.Group{widget.ErrorSummary(c.Problems), head, widget.Card(widget.Heading("退费申请"), widget.Rows(facts...))}
	for _, t := range s.Tables {
		body = append(body, widget.Card(table(t)))
	}
	return append(body, decisions(c), widget.Card(table(c.History)))
}
