package account

import (
	"context"

	rules "shebao/server/account"
	"shebao/server/web"
	"shebao/shared/idcard"
	"shebao/shared/page"
)

func (d Deps) registerPage() web.Route {
	return web.Page[page.Register]{
		Pattern: page.PathRegister, Access: web.Public,
		Frame: page.Frame{Title: "注册", Back: page.PathLogin, Layout: page.LayoutPlain},
		Load: func(_ context.Context, r *web.Request) (page.Register, error) {
			return page.Register{Next: next(r), DocumentType: string(idcard.ResidentID)}, nil
		},
		Act: func(ctx context.Context, r *web.Request) (web.Answer[page.Register], error) {
			return d.register(ctx, r, typed(r), d.Accounts.Register, "注册成功")
		},
	}.Route()
}

func (d Deps) resetPage() web.Route {
	return web.Page[page.Register]{
		Pattern: page.PathReset, Access: web.Public,
		Frame: page.Frame{Title: "重设密码", Back: page.PathLogin, Layout: page.LayoutPlain},
		Load: func(_ context.Context, r *web.Request) (page.Register, error) {
			return page.Register{Reset: true, Next: next(r), DocumentType: string(idcard.ResidentID)}, nil
		},
		Act: func(ctx context.Context, r *web.Request) (web.Answer[page.Register], error) {
			s := typed(r)
			s.Reset = true
			return d.register(ctx, r, s, d.Accounts.Reset, "密码已重设，其他设备已退出登录")
		},
	}.Route()
}

// typed is the form as the person sent it.
func typed(r *web.Request) page.Register {
	return page.Register{
		Next: next(r), Name: r.Form.Get(page.LoginFieldName), DocumentType: r.Form.Get(page.LoginFieldDocumentType),
		Document: r.Form.Get(page.LoginFieldDocument), Phone: r.Form.Get(page.LoginFieldPhone), Code: r.Form.Get(page.LoginFieldCode),
	}
}

// register does what the form is for and logs in with the password it gave.
func (d Deps) register(
	ctx context.Context, r *web.Request, s page.Register, do func(context.Context, rules.Registration) error, notice string,
) (web.Answer[page.Register], error) {
	if r.Form.Get(page.LoginFieldDo) == page.LoginDoCode {
		sent, err := d.send(ctx, r, rules.ForRegister)
		if err != nil {
			return d.refuseForm(ctx, r, s, err)
		}
		s.Sent = sent
		return web.Show(s), nil
	}
	password := r.Form.Get(page.LoginFieldPassword)
	err := do(ctx, rules.Registration{
		Name: s.Name, Type: idcard.Type(s.DocumentType), Number: s.Document, Phone: s.Phone, Code: s.Code,
		Password: password, Address: r.Address,
	})
	if err != nil {
		return d.refuseForm(ctx, r, s, err)
	}
	token, ses, err := d.Accounts.Login(ctx, rules.PasswordLogin{Number: s.Document, Password: password, Address: r.Address})
	if err != nil { // the account is there: logging in by hand will do
		return web.GoSaying[page.Register](page.PathLogin, notice+"，请登录"), nil
	}
	if err := d.signIn(ctx, r, token, ses); err != nil {
		return web.Answer[page.Register]{}, err
	}
	return web.GoSaying[page.Register](home(s.Next), notice), nil
}

// refuseForm shows the form again with what was wrong, or gives up with the error.
func (d Deps) refuseForm(ctx context.Context, r *web.Request, s page.Register, err error) (web.Answer[page.Register], error) {
	wrong, ok := problems(err)
	if !ok {
		return web.Answer[page.Register]{}, err
	}
	if s.Sent, s.Problems, err = d.standing(ctx, r, rules.ForRegister, err, wrong); err != nil {
		return web.Answer[page.Register]{}, err
	}
	return web.Stay(s), nil
}
