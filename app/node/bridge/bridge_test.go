package bridge_test

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"shebao/app/node"
	"shebao/app/node/bridge"
)

// TestUI pins what the bridge knows about go-app; an upgrade that changes it stops here.
// That the live document is the server's is tested in a browser, in app/host.
func TestUI(t *testing.T) {
	tree := node.Label(node.For("x"), node.Text("姓名"), node.Input(node.Value(""), node.Checked, node.Title(" a ")),
		node.El("svg", node.Attr("viewBox", "0 0 1 1")), node.Img(node.Alt("")))
	label, ok := bridge.UI(tree).(app.HTML)
	if !ok {
		t.Fatalf("a label became %T", bridge.UI(tree))
	}
	if label.Tag() != "label" || label.SelfClosing() || label.XMLNamespace() != "" {
		t.Errorf("got <%s>", label.Tag())
	}
	void, ok := bridge.UI(node.Input()).(app.HTML)
	if !ok || !void.SelfClosing() {
		t.Errorf("an input became %T", void)
	}
	svg, ok := bridge.UI(node.El("svg", node.El("clipPath"))).(app.HTML)
	if !ok || svg.XMLNamespace() != "http://www.w3.org/2000/svg" {
		t.Errorf("an icon became %T", svg)
	}
}
