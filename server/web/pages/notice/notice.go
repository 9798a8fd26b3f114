// Package notice is the server half of the page of notices (消息).
package notice

import (
	"context"
	"net/url"
	"strconv"

	rules "shebao/server/notice"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/notice"
	"shebao/shared/page"
	"shebao/shared/period"
)

// Rules are what server/notice.Service does for this page.
type Rules interface {
	List(ctx context.Context, person, before string) (rules.Page, error)
	Read(ctx context.Context, person, id string) (model.Notice, bool, error)
	ReadAll(ctx context.Context, person, upTo string) error
}

// Deps is what the page works with.
type Deps struct{ Rules Rules }

// Pages lists the pages.
func Pages(d Deps) []web.Route {
	return []web.Route{web.Page[page.Notices]{
		Pattern: page.PathNotices,
		Frame:   page.Frame{Title: "消息", Back: page.PathMe, Tab: page.PathMe},
		Load:    d.load,
		Act:     d.act,
	}.Route()}
}

func (d Deps) load(ctx context.Context, r *web.Request) (page.Notices, error) {
	before := r.Query.Get(page.NoticeQueryBefore)
	list, err := d.Rules.List(ctx, r.Person, before)
	if err != nil {
		return page.Notices{}, err
	}
	var s page.Notices
	switch {
	case list.Unread >= rules.MaxUnread:
		s.Unread = strconv.Itoa(rules.MaxUnread) + "+"
	case list.Unread > 0:
		s.Unread = strconv.Itoa(list.Unread)
	}
	for _, n := range list.Notices {
		s.Items = append(s.Items, page.NoticeItem{
			ID: n.ID, Title: n.Title, Text: n.Text, At: n.At.In(period.Zone).Format("2006-01-02 15:04"), Link: n.Link, Unread: n.Unread,
		})
	}
	if len(list.Notices) > 0 {
		s.UpTo = list.Notices[0].Key
	}
	if before != "" {
		s.Newest = page.PathNotices
	}
	if list.Next != "" {
		s.Older = page.PathNotices + "?" + page.NoticeQueryBefore + "=" + url.QueryEscape(list.Next)
	}
	return s, nil
}

func (d Deps) act(ctx context.Context, r *web.Request) (web.Answer[page.Notices], error) {
	if id := r.Form.Get(page.NoticeFieldOpen); id != "" {
		n, ok, err := d.Rules.Read(ctx, r.Person, id)
		switch {
		case err != nil:
			return web.Answer[page.Notices]{}, err
		case !ok:
			return web.Answer[page.Notices]{}, api.NotFound("")
		case n.Link != "":
			return web.Go[page.Notices](n.Link), nil
		}
		return web.Go[page.Notices](r.URL), nil
	}
	if err := d.Rules.ReadAll(ctx, r.Person, r.Form.Get(page.NoticeFieldUpTo)); err != nil {
		return web.Answer[page.Notices]{}, err
	}
	return web.GoSaying[page.Notices](page.PathNotices, "已全部标为已读"), nil
}
