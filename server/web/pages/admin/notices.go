package admin

import (
	"context"

	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/notice"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

const shownNotices = 50

// noticesPage finds the person whose notices are to be seen.
func (d Deps) noticesPage() web.Route {
	return route(d, screen[page.AdminList]{
		pattern: page.PathAdminNotices, title: "消息记录", see: model.SeeResidents,
		load: func(context.Context, visit) (page.AdminList, error) { return noticeAsk("", "number"), nil }, act: d.findNotices,
	})
}

func noticeAsk(find, by string) page.AdminList {
	return page.AdminList{
		Intro: "查看系统告诉过居民什么：缴费结果、批扣预告、协议和证明的变化。须完整输入，每次查询和查看都会记入审计。", Post: true, Submit: "查询",
		Fields: []page.Ask{
			{Label: "查询方式", Name: page.AdminFieldBy, Value: by, Options: []page.Fact{{Label: "证件号码", Value: "number"}, {Label: "姓名", Value: "name"}}},
			{Label: "证件号码或姓名", Name: page.AdminFieldFind, Value: find},
		},
	}
}

func (d Deps) findNotices(ctx context.Context, v visit) (web.Answer[page.AdminList], error) {
	none := web.Answer[page.AdminList]{}
	find, by := v.Form.Get(page.AdminFieldFind), v.Form.Get(page.AdminFieldBy)
	s := noticeAsk(find, by)
	people, err := d.findPeople(ctx, by, find)
	if err != nil {
		wrong, ok := problems(err)
		if !ok {
			return none, err
		}
		s.Problems = wrong
		return web.Stay(s), nil
	}
	if err := d.note(ctx, v, "notice_search", "", "ok", "by", by, "found", count(len(people))); err != nil {
		return none, err
	}
	t := page.Table{Title: "查询结果", Columns: columns("姓名", "证件号码", "最近消息", "时间", "办理"), Empty: "没有查到相符的居民，请核对后重新输入。"}
	for _, p := range people {
		last, at := "没有消息", ""
		list, err := d.Records.Notices(ctx, p.ID, "", 1)
		if err != nil {
			return none, err
		}
		if len(list) > 0 {
			last, at = list[0].Title, list[0].At.In(period.Zone).Format("2006-01-02 15:04")
		}
		t.Rows = append(t.Rows, []page.Cell{
			text(person.MaskName(p.Name)), text(p.Document.Masked()), text(last), text(at),
			{Text: "查看消息", Href: page.PathAdminNotices + "/" + p.ID, Spoken: "查看 " + p.Document.Masked() + " 的消息"},
		})
	}
	s.Tables = []page.Table{t}
	return web.Show(s), nil
}

// noticePage is what one person was told. Looking at it is in the audit trail.
func (d Deps) noticePage() web.Route {
	return route(d, screen[page.AdminList]{
		pattern: page.PathAdminNotice, title: "居民消息", tab: page.PathAdminNotices, back: page.PathAdminNotices, see: model.SeeResidents, load: d.notices,
	})
}

func (d Deps) notices(ctx context.Context, v visit) (page.AdminList, error) {
	p, ok, err := d.Records.Person(ctx, v.Query.Get("id"))
	if err != nil {
		return page.AdminList{}, err
	}
	if !ok {
		return page.AdminList{}, api.NotFound("")
	}
	if err := d.note(ctx, v, "notice_view", p.ID, "ok"); err != nil {
		return page.AdminList{}, err
	}
	list, err := d.Records.Notices(ctx, p.ID, v.Query.Get(page.AdminFieldAfter), shownNotices)
	here := page.PathAdminNotices + "/" + p.ID
	t := page.Table{
		Title: person.MaskName(p.Name) + " " + p.Document.Masked(), Columns: columns("时间", "标题", "内容", "短信", "居民已读"), Empty: "没有告诉过这位居民任何消息。",
	}
	for _, n := range list {
		t.Rows = append(t.Rows, []page.Cell{
			text(n.At.In(period.Zone).Format("2006-01-02 15:04")), text(n.Title), text(n.Text), text(yesNo(n.Kind.Important())), text(yesNo(!n.Unread)),
		})
	}
	if len(list) == shownNotices {
		t.Next = here + "?" + page.AdminFieldAfter + "=" + list[len(list)-1].Key
	}
	return page.AdminList{Tables: []page.Table{files(t, here+"/messages", "")}}, err
}

func yesNo(b bool) string {
	if b {
		return "是"
	}
	return "否"
}

// noticeFile is everything that one person was told.
func (d Deps) noticeFile() web.Route {
	return d.file(export{path: page.PathAdminNotice + "/messages", see: model.SeeResidents, what: "notice_export", open: d.noticeRecords})
}

func (d Deps) noticeRecords(ctx context.Context, v visit) (exported, error) {
	p, ok, err := d.Records.Person(ctx, v.Query.Get("id"))
	if err != nil {
		return exported{}, err
	}
	if !ok {
		return exported{}, api.NotFound("")
	}
	return exported{
		title: "居民消息", subject: p.ID, columns: sheetColumns("时间:18", "标题:24", "内容:80", "短信:8", "居民已读:10"),
		rows: func(row func(...any) error) error {
			for before := ""; ; {
				list, err := d.Records.Notices(ctx, p.ID, before, exportRows)
				if err != nil {
					return err
				}
				for _, n := range list {
					if err := row(noticeCells(n)...); err != nil {
						return err
					}
				}
				if len(list) < exportRows {
					return nil
				}
				before = list[len(list)-1].Key
			}
		},
	}, nil
}

func noticeCells(n notice.Notice) []any {
	return []any{n.At.In(period.Zone).Format("2006-01-02 15:04:05"), n.Title, n.Text, yesNo(n.Kind.Important()), yesNo(!n.Unread)}
}
