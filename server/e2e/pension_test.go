package e2e

import (
	"strconv"
	"testing"
	"time"
)

const liming = "110101199003071233"

// thisYear begins the label of this year's due.
var thisYear = year(0) + " 年度"

// year is so many years from now, in Shanghai.
func year(from int) string {
	return strconv.Itoa(time.Now().UTC().Add(8*time.Hour).Year() + from)
}

// toDues goes the manual's way to the dues of 城乡居民养老.
func (w *person) toDues() {
	w.t.Helper()
	w.do(w.Open("/"), w.Press("办&查"), w.Title("办&查"), w.Press("社保业务"), w.Title("社保业务"), w.Press("社保费办理"), w.Title("社保费办理"),
		w.Press("城乡居民养老"), w.Title("城乡居民养老"), w.Press("缴费办理"), w.Title("确认身份"), w.Press("下一步"), w.Title("参保信息选择"), w.Tick("城乡居民养老"), w.Press("下一步"), w.Title("缴费信息提交"))
}

// payWith chooses 协议支付 and the agreement, and confirms.
func (w *person) payWith(agreement string) {
	w.t.Helper()
	w.do(w.Title("选择支付方式"), w.Press("确认缴费"), w.See("用哪份协议扣款"), w.Tick(agreement), w.Press("确认缴费"))
}

func TestPension(t *testing.T) {
	t.Parallel()
	for name, device := range devices {
		t.Run("李明_pays_both_dues_with_北京银行_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(liming)
			w.toDues()
			w.do(w.Tick(thisYear), w.Press("提交"))
			w.payWith("北京银行")
			w.do(w.See("缴费成功"), w.See("¥ 3,000.00"), w.See("电子税票号"), w.See("北京银行"))
			w.do(w.Reload(), w.See("缴费成功"), w.Press("查看缴费记录"), w.Title("缴费记录查询"), w.See("¥ 3,000.00"))
			w.toDues()
			w.do(w.See("已缴费"), w.Press("特殊缴费"), w.See("已过缴款期限"), w.Tick(year(-6)+" 年度"), w.Press("提交"))
			w.payWith("北京银行")
			w.do(w.See("缴费成功"), w.See("¥ 1,000.00"))
			if got := p.ledger(); len(got) != 2 || got[0].Amount != 300000 || got[1].Amount != 100000 {
				t.Errorf("the bank posted %+v", got)
			}
		})
		t.Run("工商银行_0018_has_no_funds_and_another_agreement_pays_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(liming)
			w.toDues()
			w.do(w.Tick(thisYear), w.Press("提交"))
			w.payWith("工商银行（0018）")
			w.do(w.See("余额不足"), w.Press("继续缴费"), w.See("用哪份协议扣款"), w.Tick("北京银行"), w.Press("确认缴费"), w.See("缴费成功"))
			if got := p.ledger(); len(got) != 1 {
				t.Errorf("the bank posted %+v", got)
			}
		})
		t.Run("an_unknown_debit_ends_paid_or_unpaid_by_itself_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(liming)
			w.toDues()
			w.do(w.Tick(thisYear), w.Press("提交"))
			w.payWith("工商银行（0034）")
			w.do(w.See("扣款处理中"), w.See("余额不足"), w.Press("继续缴费"), w.See("用哪份协议扣款"),
				w.Tick("工商银行（0026）"), w.Press("确认缴费"), w.See("扣款处理中"), w.See("缴费成功"))
			if got := p.ledger(); len(got) != 1 {
				t.Errorf("the bank posted %+v", got)
			}
		})
	}
}

func TestPressingAgain(t *testing.T) {
	t.Parallel()
	for name, device := range devices {
		t.Run("reload_back_and_a_second_tab_never_debit_twice_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(liming)
			w.toDues()
			w.do(w.Tick(thisYear), w.Press("提交"), w.Title("选择支付方式"), w.Press("确认缴费"), w.See("用哪份协议扣款"), w.Tick("北京银行"))
			url, err := w.URL()
			if err != nil {
				t.Fatal(err)
			}
			tab, err := w.Another()
			if err != nil {
				t.Fatal(err)
			}
			defer tab.Close()
			second := &person{t, tab}
			second.do(second.Open(url), second.See("用哪份协议扣款"), second.Tick("北京银行"))
			w.do(w.Press("确认缴费"), w.See("缴费成功"))
			second.do(second.Press("确认缴费"), second.See("缴费成功"))
			w.do(w.Back(), w.Reload())
			if shown, err := w.Shows("确认缴费"); err != nil || shown {
				w.do(err, w.Tick("北京银行"), w.Press("确认缴费"))
			}
			w.do(w.Open("/pension/payments"), w.See("¥ 3,000.00"))
			if got := p.ledger(); len(got) != 1 {
				t.Errorf("the bank posted %+v", got)
			}
		})
	}
}

func TestPowerCut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, dir)
	w := p.visit(t, devices["with_javascript"])
	w.login(liming)
	w.toDues()
	w.do(w.Tick(thisYear), w.Press("提交"))
	w.payWith("工商银行（0026）")
	w.do(w.See("扣款处理中"))
	p.kill()
	p = start(t, dir)
	w = p.visit(t, devices["without_javascript"])
	w.login(liming)
	for deadline := time.Now().Add(time.Minute); ; {
		w.do(w.Open("/pension/payments"), w.Title("缴费记录查询"))
		shown, err := w.Shows(thisYear)
		w.do(err)
		if shown {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the payment that was under way is not settled within a minute of the restart")
		}
	}
	if got := p.ledger(); len(got) != 1 || got[0].Amount != 300000 {
		t.Errorf("the bank posted %+v", got)
	}
}
