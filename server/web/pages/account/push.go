package account

import (
	"context"
	"errors"

	"shebao/server/push"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/words"
)

// Pushes are the rules of notices on phones.
type Pushes interface {
	SwitchOn(ctx context.Context, d push.Device) error
	SwitchOff(ctx context.Context, person, id string) error
	Leave(ctx context.Context, person, session, device string) error
	Devices(ctx context.Context, person string) ([]push.Device, error)
}

func (d Deps) pushPage() web.Route {
	return web.Page[page.Push]{
		Pattern: page.PathPush, Frame: page.Frame{Title: "手机通知", Back: page.PathMe, Tab: page.PathMe}, Load: d.pushes, Act: d.switchPush,
	}.Route()
}

func (d Deps) pushes(ctx context.Context, r *web.Request) (page.Push, error) {
	list, err := d.Push.Devices(ctx, r.Person)
	if err != nil {
		return page.Push{}, err
	}
	s := page.Push{Key: d.PushKey, Devices: make([]page.PushDevice, len(list))}
	for i, one := range list {
		s.Devices[i] = page.PushDevice{ID: one.ID, Since: one.Since.In(period.Zone).Format("2006-01-02 15:04")}
	}
	return s, nil
}

func (d Deps) switchPush(ctx context.Context, r *web.Request) (web.Answer[page.Push], error) {
	if id := r.Form.Get(page.PushFieldOff); id != "" {
		if err := d.Push.SwitchOff(ctx, r.Person, id); err != nil {
			return web.Answer[page.Push]{}, err
		}
		return web.GoSaying[page.Push](page.PathPush, "已关闭通知"), nil
	}
	err := error(api.Refuse(api.CodeInvalid, words.PushNoKeys))
	if endpoint := r.Form.Get(page.PushFieldEndpoint); endpoint != "" {
		err = d.Push.SwitchOn(ctx, push.Device{
			Person: r.Person, Session: r.Session, Endpoint: endpoint, Key: r.Form.Get(page.PushFieldKey), Auth: r.Form.Get(page.PushFieldAuth),
		})
	}
	var refused *api.Error
	switch {
	case err == nil:
		return web.GoSaying[page.Push](page.PathPush, "已开启通知"), nil
	case !errors.As(err, &refused):
		return web.Answer[page.Push]{}, err
	}
	s, err := d.pushes(ctx, r)
	s.Problems = []page.Problem{api.Field("", refused.Message)}
	return web.Stay(s), err
}
