package admin

import (
	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Certificate draws a certificate and how it is withdrawn, or the question before that.
func Certificate(s page.AdminCertificate) node.Node {
	if s.Sure == nil {
		return node.Group{Case(s.Case), widget.Card(table(s.Rows))}
	}
	q := s.Sure
	return widget.Confirm(widget.Question{
		Title: "作废这份缴费证明？", Tone: widget.Bad, Yes: "确认作废", Back: q.Back,
		Body: []node.Item{
			widget.Rows(widget.Figure("证明编号", q.Number), widget.Fact("持证人", q.Holder), widget.Fact("作废原因", q.Cause.Label), widget.Fact("说明", q.Note)),
			widget.Para("作废立即生效且不能撤销：查验显示「已失效」和作废原因，不显示说明；持证人会收到消息和短信，其中有原因和说明。仍需证明的，持证人可重新申请。"),
		},
		Hidden: []node.Item{
			widget.Hidden(page.AdminFieldDo, q.Do), widget.Hidden(page.AdminFieldCause, q.Cause.Value), widget.Hidden(page.AdminFieldNote, q.Note),
		},
	})
}
