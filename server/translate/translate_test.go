package translate_test

import (
	"strings"
	"testing"

	"shebao/server/translate"
	"shebao/shared/lang"
)

func TestText(t *testing.T) {
	en, hk := load(t, lang.English), load(t, lang.HongKong)
	for zh, want := range map[string]string{
		"":                  "",
		"¥ 3,000.00":        "¥ 3,000.00",
		"登录":                "Log in",
		" 条未读":              " unread",
		"合计 1 笔":            "1 payment in total",
		"合计 12 笔":           "12 payments in total",
		"2026年01月–12月":      "Jan–Dec 2026",
		"2025年11月–2026年02月": "Nov 2025 – Feb 2026",
		"2026年07月":          "Jul 2026",
		"待缴 2 笔":            "2 to pay",
		"李*，上午好":            "Good morning, 李*",
		"欧阳𠮷，上午好":           "Good morning, 欧阳𠮷",
		"2026、2027 年待缴":     "To pay for 2026 and 2027",
		"城乡居民养老 2026 年：未设置缴费金额":    "Resident pension insurance 2026: no contribution amount set",
		"：城乡居民养老 2026 年":           ": Resident pension insurance 2026",
		"国家税务总局北京市东城区税务局":          "Beijing Dongcheng District Tax Service, STA",
		"国家税务总局北京市税务局":             "Beijing Tax Service, STA",
		"协议扣款失败，原因：余额不足":           "Debit failed. Reason: Insufficient funds",
		"协议扣款失败，原因：账户被挂失":          "Debit failed. Reason: 账户被挂失",
		"居民身份证 110101********1233": "Resident identity card 110101********1233",
		"日本":                       "Japan",
		"已从北京银行 6217 **** **** 0012 扣缴 2026 年度 城乡居民养老 ¥ 3,000.00。": "¥ 3,000.00 for Resident pension insurance 2026 was debited from Bank of Beijing 6217 **** **** 0012.",
		"已从北京银行 6217 **** **** 0012 为他人扣缴 2022、2024、2026 年度 城乡居民养老 ¥ 3,000.00。": "¥ 3,000.00 for " +
			"Resident pension insurance 2022, 2024, 2026, for someone else, was debited from Bank of Beijing 6217 **** **** 0012.",
		"未能从工商银行 6222 **** **** 0018 扣缴 2027 年度 城乡居民医疗 ¥ 795.00，原因：余额不足": "¥ 795.00 for Resident medical insurance 2027 " +
			"could not be debited from ICBC 6222 **** **** 0018. Reason: Insufficient funds",
		"未能从工商银行 6222 **** **** 0018 扣缴 2027 年度 城乡居民医疗 ¥ 795.00，原因：银行未收到本次扣款指令，没有扣款，请重新缴费。": "¥ 795.00 for Resident medical insurance 2027 " +
			"could not be debited from ICBC 6222 **** **** 0018. Reason: The bank did not receive this debit and nothing was debited. Please pay again.",
		// Two messages that meet in one text, each ended by a stop.
		"接下来：税款入库后由医保部门办理待遇，可在「缴费记录查询」查看入库日期。待遇享受期开始后，所缴费款不予退还。": "Next: when the money has reached the treasury, the medical insurance office arranges your cover. " +
			"You can see the date under “Payment records”. Once cover has begun, contributions are not refunded.",
		"重要的内容可以朗读。随时可以在「首页」或「我的」退出。":         "What matters can be read aloud. You can leave it any time under Home or My account.",
		"北京银行与东城区税务局的缴费协议已签订，2026-11-24 起生效。": "The agreement between Bank of Beijing and Dongcheng District Tax Service is signed and takes effect on 2026-11-24.",
	} {
		if got := en.Text(zh); got != want {
			t.Errorf("%q: got %q, want %q", zh, got, want)
		}
	}
	for zh, want := range map[string]string{
		"登录": "登入", "密码": "密碼", "2026年01月–12月": "2026年01月–12月", "李*，上午好": "李*，上午好", "日本": "日本",
		"未能从工商银行 6222 **** **** 0018 为他人扣缴 2027 年度 城乡居民医疗 ¥ 795.00，原因：余额不足": "未能從工商銀行 6222 **** **** 0018 為他人扣繳 2027 年度 城鄉居民醫療 ¥ 795.00，原因：餘額不足",
		"阿尔巴尼亚": "阿爾巴尼亞",
		"国家税务总局北京市东城区税务局": "國家稅務總局北京市東城區稅務局", "本人": "本人",
	} {
		if got := hk.Text(zh); got != want {
			t.Errorf("%q: got %q, want %q", zh, got, want)
		}
	}
}

func TestParts(t *testing.T) {
	en := load(t, lang.English)
	t.Run("somebody's own words are kept apart", func(t *testing.T) {
		parts, ok := en.Parts("选择 妈妈")
		if !ok || len(parts) != 2 || parts[0] != (translate.Part{Text: "Choose "}) || parts[1] != (translate.Part{Text: "妈妈", Foreign: true}) {
			t.Errorf("got %+v, %v", parts, ok)
		}
	})
	t.Run("what it does not have stays, and says so", func(t *testing.T) {
		parts, ok := en.Parts("王秀英")
		if ok || len(parts) != 1 || !parts[0].Foreign || parts[0].Text != "王秀英" {
			t.Errorf("got %+v, %v", parts, ok)
		}
	})
	t.Run("a figure is no sentence", func(t *testing.T) {
		if _, ok := en.Parts("待缴 两 笔"); ok {
			t.Error("Chinese was taken for a figure")
		}
	})
	t.Run("a value that must be a message is no name", func(t *testing.T) {
		if _, ok := en.Parts("王秀英 2026 年"); ok {
			t.Error("a name was taken for an insurance")
		}
	})
}

func TestLoad(t *testing.T) {
	t.Run("a deployer's words count more", func(t *testing.T) {
		c, err := translate.Load(lang.English, map[string]string{"登录": "Sign in", "{d:msg}分局": "{d} Branch", "东区": "East"})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Text("登录") + "|" + c.Text("东区分局"); got != "Sign in|East Branch" {
			t.Errorf("got %s", got)
		}
	})
	for name, entry := range map[string][2]string{
		"a missing value":         {"共 {n} 页", "pages"},
		"an unknown value":        {"共 {n} 页", "{m} of {n} pages"},
		"only a plural":           {"共 {n} 页", "{n|page|pages}"},
		"an unknown kind":         {"共 {n:what} 页", "{n} pages"},
		"a value without a name":  {"共 {} 页", "{} pages"},
		"a value that is twice":   {"共 {n} 页 {n}", "{n}"},
		"values side by side":     {"共 {n}{m} 页", "{n}{m}"},
		"a brace too many":        {"共 {n 页", "{n} pages"},
		"a brace in a brace":      {"共 {n{m}} 页", "{n} pages"},
		"no translation":          {"共页", ""},
		"a value and nothing":     {"{n}", "{n}"},
		"what stands there twice": {"{n} 份有效", "{n} valid"},
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			if _, err := translate.Load(lang.English, map[string]string{entry[0]: entry[1]}); err == nil {
				t.Error("it was taken")
			}
		})
	}
	t.Run("a language without a catalogue is refused", func(t *testing.T) {
		if _, err := translate.Load("fr", nil); err == nil {
			t.Error("it was found")
		}
	})
}

func FuzzText(f *testing.F) {
	c := load(f, lang.English)
	for _, k := range c.Keys() {
		f.Add(gap.ReplaceAllString(k, "张"))
	}
	f.Add("。。。")
	f.Add("（（（）））")
	f.Fuzz(func(t *testing.T, s string) {
		got := c.Text(s)
		if !translate.Chinese(s) && got != s {
			t.Errorf("%q became %q", s, got)
		}
		if strings.ContainsAny(got, "{}") && !strings.ContainsAny(s, "{}") {
			t.Errorf("%q became %q: a gap was left", s, got)
		}
	})
}

func BenchmarkText(b *testing.B) {
	c := load(b, lang.English)
	for name, zh := range map[string]string{
		"hostile": strings.Repeat("张 · 张，（张）：张。", 200), "exact": "城乡居民养老", "template": "2026 年度 城乡居民养老 正常缴费 2026年01月–12月 ¥ 3,000.00", "unknown": "欧阳𠮷", "figure": "¥ 3,000.00",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Text(zh)
			}
		})
	}
}
