package account

import (
	"context"

	"shebao/server/web"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

const (
	inboxShown   = 50
	inboxRefresh = 5 // seconds between looks without scripts
)

func (d Deps) inboxPage() web.Route {
	return web.Page[page.Inbox]{
		Pattern: page.PathInbox, Access: web.Public,
		Frame: page.Frame{Title: "演示短信", Back: page.PathLogin, Layout: page.LayoutPlain, Refresh: inboxRefresh},
		Load:  d.inbox,
	}.Route()
}

func (d Deps) inbox(ctx context.Context, _ *web.Request) (page.Inbox, error) {
	sent, err := d.Inbox.Messages(ctx, inboxShown)
	if err != nil {
		return page.Inbox{}, err
	}
	s := page.Inbox{Messages: make([]page.InboxMessage, len(sent))}
	for i, m := range sent {
		s.Messages[i] = page.InboxMessage{
			At: m.At.In(period.Zone).Format("2006-01-02 15:04:05"), Phone: person.MaskPhone(m.Phone), Text: m.Text,
		}
	}
	return s, nil
}
