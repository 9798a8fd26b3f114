package notice

import (
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
	"shebao/shared/page"
)

func TestScreens(t *testing.T) {
	read := page.NoticeItem{ID: "n:p1:paid", Title: "缴费成功", Text: "您的社会保险费 ¥ 3,000.00 已扣款成功。", At: "2026-11-23 10:32", Link: "/payments/p1"}
	fresh := page.NoticeItem{ID: "n:a1:ended", Title: "缴费协议已失效", Text: "<b>", At: "2026-11-23 10:33", Link: "/agreements/a1", Unread: true}
	plain := page.NoticeItem{ID: "n:x", Title: "通知", Text: "没有页面。", At: "2026-11-23 10:34", Unread: true}
	for _, c := range []struct {
		name   string
		state  page.Notices
		labels string
	}{
		{"empty", page.Notices{}, "没有消息"},
		{"unread", page.Notices{Items: []page.NoticeItem{plain, fresh, read}, Unread: "2", UpTo: "1:n:x"}, "2 条未读|全部标为已读|未读|查看|知道了"},
		{"read", page.Notices{Items: []page.NoticeItem{read}, Newest: "/me/notices", Older: "/me/notices?before=1"}, "没有未读消息|最新消息|更早的消息"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := list(c.state)
			nodetest.Golden(t, c.name, body)
			for label := range strings.SplitSeq(c.labels, "|") {
				if !strings.Contains(node.Content(body), label) {
					t.Errorf("【%s】 is missing", label)
				}
			}
		})
	}
}
