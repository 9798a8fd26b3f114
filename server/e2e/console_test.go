package e2e

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"shebao/server/browsertest"
	"shebao/server/demo"
	"shebao/server/officer"
)

// desk is how an officer's screen is, without and with JavaScript.
var desk = map[string]browsertest.Options{
	"without_javascript": {NoScript: true, Width: 1280, Height: 800},
	"with_javascript":    {Width: 1280, Height: 800},
}

// oneTimeCode is the demo officer's code of that time.
func oneTimeCode(t *testing.T, user string, at time.Time) string {
	t.Helper()
	for _, o := range demo.Officers() {
		if o.User == user {
			secret, err := officer.ParseSecret(o.Secret)
			if err != nil {
				t.Fatal(err)
			}
			return officer.Code(secret, officer.Step(at), 6)
		}
	}
	t.Fatalf("no demo officer %s", user)
	return ""
}

// officer opens the console as the demo officer.
func (p *program) officer(t *testing.T, user string, o browsertest.Options) *person {
	t.Helper()
	w := p.visit(t, o)
	w.do(w.Open("/admin"), w.Title("经办登录"),
		w.Fill("用户名", user), w.Fill("密码", demo.Password), w.Fill("动态口令", oneTimeCode(t, user, time.Now().Add(p.ahead))),
		w.Press("登录"), w.Title("工作台"))
	return w
}

const badRows = "证件类型,证件号码,姓名,险种,核定编号,年度,费款所属期起,费款所属期止,金额,核定原因,缴费截止日期\n" +
	"居民身份证,110101199003071233,李明,城乡居民养老,HD-1,2024,2024-01,2024-12,500.00,补缴,2031-12-31\n" +
	"居民身份证,110101199003071234,李明,城乡居民养老,HD-2,2024,2024-01,2024-12,500.00,补缴,2031-12-31\n" +
	"居民身份证,11010519491231002X,王秀,城乡居民医疗,HD-3,2024,2024-01,2024-12,500.00,补缴,2031-12-31\n" +
	"居民身份证,11010519491231002X,王秀英,城乡居民医疗,HD-4,2024,2024-01,2024-12,-1,补缴,2031-12-31\n"

// TestConsole is an operator and a reviewer at their desks.
func TestConsole(t *testing.T) {
	t.Parallel()
	for name, o := range desk {
		t.Run(name, func(t *testing.T) {
			p := start(t, t.TempDir())
			file := filepath.Join(t.TempDir(), "核定.csv")
			if err := os.WriteFile(file, []byte(badRows), 0o600); err != nil {
				t.Fatal(err)
			}
			operator := p.officer(t, "operator", o)
			operator.do(operator.Press("参保与核定"), operator.Title("参保与核定导入"),
				operator.Fill("数据类型", "核定应缴费款"), operator.Upload("文件", file), operator.Press("开始导入"),
				operator.Title("导入结果"), operator.See("已完成"), operator.See("已处理 4 / 4 行"),
				operator.See("姓名和证件都相符"), operator.See("金额应为大于零的金额"))
			operator.do(operator.Press("全部行"), operator.See("李* 110101********1233"), operator.See("已导入"))

			operator.do(operator.Press("居民查询"), operator.Title("居民查询"), operator.Fill("证件号码或姓名", "110101199003071233"),
				operator.Press("查询"), operator.See("110101********1233"), operator.Press("查看 110101"), operator.Title("居民 李*"), operator.See("补缴"))

			operator.do(operator.Press("缴费标准"), operator.Title("缴费标准"), operator.Press("调整 城乡居民医疗"), operator.Title("调整缴费标准"),
				operator.Fill("缴费标准（元）", "801.00"), operator.Press("提交复核"), operator.Title("缴费标准"),
				operator.Press("查看 城乡居民医疗"), operator.Title("缴费标准调整"), operator.See("801.00"), operator.See("等待另一位复核人员批准"))
			operator.never("批准")

			reviewer := p.officer(t, "reviewer", o)
			reviewer.do(reviewer.See("缴费标准调整待复核"), reviewer.Press("复核 城乡居民医疗"), reviewer.Title("缴费标准调整"), reviewer.See("调整前"),
				reviewer.Press("批准"), reviewer.See("改为 801.00"), reviewer.Press("确认批准"), reviewer.Title("缴费标准"), reviewer.See("没有待复核的调整"),
				reviewer.See("801.00"))

			auditor := p.officer(t, "auditor", o)
			auditor.do(auditor.Press("审计"), auditor.Title("审计"), auditor.See("rate_decide"), auditor.See("import_done"),
				auditor.Press("校验"), auditor.See("完整无误"))
			auditor.do(auditor.Press("退出登录"), auditor.Title("经办登录"))
		})
	}
}

// TestDebitRunConsole is a debit run from the dry run to its result: the maker can't approve it.
func TestDebitRunConsole(t *testing.T) {
	t.Parallel()
	for name, o := range desk {
		t.Run(name, func(t *testing.T) {
			p := start(t, t.TempDir())
			operator := p.officer(t, "operator", o)
			operator.do(operator.Press("批量扣款"), operator.Title("批量扣款"), operator.Press("新建并试算"), operator.See("请选择税务机关"),
				operator.Tick("东城区税务局"), operator.Press("新建并试算"), operator.See("试算完成"),
				operator.Press("提交复核"), operator.See("制单人不能复核自己的批次"))
			if shown, err := operator.Shows("批准执行"); err != nil || shown {
				t.Errorf("the maker can press 批准执行: %v", err)
			}
			run, err := operator.URL()
			if err != nil {
				t.Fatal(err)
			}

			reviewer := p.officer(t, "reviewer", o)
			reviewer.do(reviewer.See("待复核"), reviewer.Press("复核 批量扣款"), reviewer.Press("批准执行"),
				reviewer.See("不能撤回"), reviewer.Press("确认批准执行"), reviewer.See("已批准"))

			// Nobody reloads: the page hears of it, without JavaScript it asks again.
			operator.do(operator.Until(`[...document.querySelectorAll(".tag")].some((e) => e.textContent === "已完成")`),
				operator.See("已处理 1 / 1"))

			// What the button does not offer, the server does not do.
			stranger := p.officer(t, "auditor", o)
			stranger.do(stranger.Open(run), stranger.See("已完成"))
			if shown, err := stranger.Shows("发起重扣"); err != nil || shown {
				t.Errorf("the auditor can press 发起重扣: %v", err)
			}
		})
	}
}
