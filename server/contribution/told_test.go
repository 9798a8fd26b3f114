package contribution_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"shebao/server/bank/banksim"
	"shebao/server/contribution"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// told is a port that keeps what people were told last.
type told struct {
	mu  sync.Mutex
	all map[string]contribution.Notice
}

func (b *told) Tell(_ context.Context, n contribution.Notice) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all[n.Person] = n
	return nil
}

func TestNotice(t *testing.T) {
	const from = "已从北京银行 6217 **** **** 0012 "
	end := period.Date{Year: 2026, Month: 12, Day: 31}
	pension := func(r *rig, who string) []string { return r.declareAll(who, model.Pension) }
	medical := func(r *rig, who string) []string { return r.declareAll(who, model.Medical) }
	other := func(r *rig, who string) []string { return r.declareFor(who, r.person()) }
	for _, c := range []struct {
		name, account, want string
		declare             func(r *rig, who string) []string
	}{
		{"what was paid", paysCard, from + "扣缴 2027 年度 城乡居民医疗 ¥ 795.00。", medical},
		{"what was not", emptyCard, "未能从北京银行 6222 **** **** 0018 扣缴 2027 年度 城乡居民医疗 ¥ 795.00，原因：余额不足", medical},
		{"an assessed one", paysCard, from + "扣缴 2021 年度 城乡居民养老（特殊缴费） ¥ 500.00。", func(r *rig, who string) []string {
			id := r.assess(who, 1, money.Yuan(500), end)
			return slices.DeleteFunc(pension(r, who), func(d string) bool { return r.declaration(d).Due != id })
		}},
		{"several years", paysCard, from + "扣缴 2021、2026 年度 城乡居民养老 ¥ 4,200.00。", func(r *rig, who string) []string {
			r.assess(who, 1, money.Yuan(500), end)
			r.assess(who, 2, money.Yuan(700), end)
			return pension(r, who)
		}},
		{"for somebody else, who is not named", paysCard, from + "为他人扣缴 2027 年度 城乡居民医疗 ¥ 795.00。", other},
		{"for oneself and others", paysCard, from + "为本人和他人扣缴 2027 年度 城乡居民医疗 ¥ 1,590.00。", func(r *rig, who string) []string {
			return append(medical(r, who), other(r, who)...)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &told{all: map[string]contribution.Notice{}}
			r := newRig(t, func(c *contribution.Config, _ *banksim.Options) { c.Notices = b })
			who := r.person()
			p, err := r.pay(who, r.sign(who, c.account), "k1", c.declare(r, who)...)
			if err != nil {
				t.Fatal(err)
			}
			r.settleAll(p.ID)
			title := "缴费成功"
			if c.account == emptyCard {
				title = "协议扣款失败"
			}
			if n := b.all[who]; n.Text != c.want || n.Title != title || n.Link != "/payments/"+p.ID {
				t.Errorf("told %+v, want %s", n, c.want)
			}
		})
	}
}

// declareFor declares the medical due of another person.
func (r *rig) declareFor(payer, insured string) []string {
	r.t.Helper()
	views, err := r.Dues(r.ctx(), insured, model.Medical)
	if err != nil || len(views) != 1 {
		r.t.Fatal(views, err)
	}
	ds, err := r.Declare(r.ctx(), contribution.DeclareRequest{
		Payer: payer, Insured: insured, Scheme: model.Medical, Choices: []contribution.Choice{{Due: views[0].Due.ID, Amount: views[0].Amount}},
		Channel: model.ChannelMobile,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return []string{ds[0].ID}
}
