package contribution

import (
	"context"

	"shebao/server/web"
	model "shebao/shared/contribution"
	"shebao/shared/page"
)

// base is the path of the scheme's menu; the pages below it begin with it.
func base(s model.Scheme) string { return "/" + string(s) }

func menuPage(scheme model.Scheme, _ Deps) web.Route {
	return web.Page[page.SchemeMenu]{
		Pattern: base(scheme),
		Frame:   page.Frame{Title: scheme.Label(), Back: "/shebao", Tab: "/services"},
		Load: func(context.Context, *web.Request) (page.SchemeMenu, error) {
			return menu(scheme), nil
		},
	}.Route()
}

func menu(scheme model.Scheme) page.SchemeMenu {
	at := func(rest string) string { return base(scheme) + rest }
	m := page.SchemeMenu{Scheme: scheme.Label()}
	if scheme == model.Medical {
		m.Entries = []page.SchemeEntry{
			{Icon: "medical", Label: "缴费办理", Note: "为本人或他人缴纳医疗保险费", Path: at("/pay")},
			{Icon: "cancel", Label: "已申报作废", Note: "查看、作废已申报未缴费的记录", Path: at("/declarations")},
			{Icon: "search", Label: "缴费记录查询", Note: "已缴费款和证明申请", Path: at("/payments")},
		}
		return m
	}
	m.Entries = []page.SchemeEntry{
		{Icon: "pension", Label: "缴费办理", Note: "年度缴费和人社核定的补缴", Path: at("/pay")},
		{Icon: "list", Label: "申报记录查询", Note: "继续缴费或作废申报", Path: at("/declarations")},
		{Icon: "search", Label: "缴费记录查询", Note: "已缴费款和证明申请", Path: at("/payments")},
		{Icon: "coins", Label: "批量扣款缴费金额设置", Note: "选择本年度缴费档次", Path: at("/amounts")},
		{Icon: "cancel", Label: "批量扣款缴费金额作废", Note: "停止按该金额批量扣款", Path: at("/amounts/void")},
	}
	return m
}
