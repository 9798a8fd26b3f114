package widget

import (
	"strings"

	"shebao/app/node"
)

// Kept is what 【离线保存】 keeps of a page on the phone: what the page says and some files.
type Kept struct {
	Title string   // what it is called in the list of kept things
	Path  string   // the page's path, "" for the address that is open
	Files []string // paths of pictures (shown) and of a PDF (to download)
	Name  string   // of the PDF
}

// Keep is the button 【离线保存】. It shows itself only where the browser can encrypt and
// keep; late.js does the work.
func Keep(k Kept) *node.Element {
	box := node.Section(node.Class("keep"), node.Hidden, node.Aria("label", "离线保存"), node.Data("keep", k.Title))
	if k.Path != "" {
		box = box.With(node.Data("path", k.Path))
	}
	if len(k.Files) > 0 {
		box = box.With(node.Data("files", strings.Join(k.Files, " ")), node.Data("name", k.Name))
	}
	return box.With(
		node.Button(node.Type("button"), node.Class("weui-btn weui-btn_default btn ghost"), node.Text("离线保存")),
		node.P(node.Class("small"), node.Text("加密保存在这部手机上，没有网络、没有登录时凭查看密码查看；退出登录后自动删除。"),
			node.A(node.Href("/offline"), node.Data("native", ""), node.Text("查看离线保存"))))
}

// Placing says where 添加到手机桌面 is offered.
type Placing string

// The placings.
const (
	InstallEntry Placing = "entry" // always there: 我的
	InstallOffer Placing = "offer" // can be declined for good: after a payment
)

// Install offers to put the service on the phone's home screen. It shows itself only where
// the browser can do that, or says how on an iPhone; late.js does the work.
func Install(p Placing) *node.Element {
	card := Card(node.Hidden, node.Data("install", string(p)),
		Heading("添加到手机桌面"),
		node.P(node.Class("small"), node.Data("ask", "text"), node.Text("像应用一样从桌面直接打开，不占多少空间，不用到应用商店下载。")),
		node.P(node.Class("small"), node.Data("apple", ""), node.Text("在浏览器里点「分享」，再点「添加到主屏幕」，就能从桌面直接打开。")))
	line := node.Div(node.Class("line"))
	if p == InstallOffer {
		line = line.With(node.Button(node.Type("button"), node.Class("link"), node.Data("decline", ""), node.Text("不再提示")))
	}
	return card.With(line.With(node.Button(node.Type("button"), node.Class("weui-btn weui-btn_mini weui-btn_default btn ghost mini"),
		node.Data("ask", "button"), node.Text("添加"), node.Aria("description", "添加到手机桌面"))))
}
