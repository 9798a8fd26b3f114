package web

import (
	"encoding/json"

	"shebao/server/translate"
	"shebao/shared/lang"
)

// ByScripts are the texts that the scripts and the browser app say by themselves. {n} is a
// value that they fill in.
var ByScripts = []string{
	"{n} 秒后可重新获取", "找到 {n} 项", "没有找到", "已复制", "取消",
	"此浏览器不能分享文件，请先下载", "分享没有完成，请先下载再分享",
	"扫描证明上的二维码", "已填入证明校验码", "无法使用相机，请手动输入证明校验码",
	"没有收到结果，填写的内容还在。请检查网络后再按一次；涉及缴费的，同一笔不会重复扣款。",
	"网络不可用，页面没有打开。请检查网络后重试。", "网络已断开。已填写的内容还在，恢复后可以继续。",
	"现在没有网络，没有提交。", "缴费要当场向银行发起扣款，不能先存下来以后再办，所以没有网络时不会扣款。",
	"填写的内容都还在，恢复网络后再按一次。", "恢复网络后再试。",
	"版本更新", "有新版本", "更新", "稍后", "新版本已备好。您填写的内容还在，离开本页后启用。", "知道了",
	"离线保存", "删除离线保存", "已离线保存", "已删除离线保存", "手机空间不足，没有保存。", "查看密码", "设置查看密码", "输入查看密码",
	"以后没有网络、没有登录时，凭这 6 位数字查看保存的内容。请不要用生日或证件号码。", "保存时设置的 6 位数字", "保存", "确定", "请输入 6 位数字",
	"这样的数字容易被猜到，请换一个", "查看密码不正确，还可输入 {n} 次", "输错次数过多，原来保存的内容已删除。请重新设置。",
	"没有保存成功，请检查网络后再试。", "没有连上服务，还没有退出登录；离线保存的内容已经删除。请检查网络后再按一次。",
	"还在办理吗？", "长时间没有操作，约 {n} 分钟后将退出登录，没有提交的内容需要重新填写。", "继续使用", "退出登录",
	"网络不通，暂时不能延长。请恢复网络后再点「继续使用」。",
	"浏览器没有允许通知，没有开启。需要时请在浏览器的网站设置里允许通知后再试；结果仍会出现在「消息」里。",
	"这个浏览器现在不能接收通知，没有开启。结果仍会出现在「消息」里。",
}

// ByOfflinePage are the texts of the offline page and its script.
var ByOfflinePage = []string{
	"演示", "演示环境 · 数据均为虚构", "网络不可用", "现在连不上网络", "重试", "断网前提交的办理", "保存在这部手机上的内容", "返回我的",
	"缴费要当场向银行发起扣款，没有网络时不能办理，也不会先存下来以后再扣。网络恢复后本页会自动继续，也可以点「重试」。",
	"已经提交的申报和缴费不会丢失。恢复网络后在「缴费记录查询」可以看到真实结果，请不要重复缴费。",
	"还没有离线保存的内容。在缴费记录或缴费证明页点「离线保存」，没有网络时也能在这里查看。", "内容加密保存。退出登录、连续 5 次输错查看密码或 30 天没有打开，会自动删除。",
	"查看密码", "保存时设置的 6 位数字", "查看", "忘记查看密码", "请输入 6 位数字", "查看密码不正确，还可输入 {n} 次",
	"输错次数过多，保存的内容已删除。联网登录后可以重新保存。", "忘记查看密码就只能删除。内容会从这部手机上删除，联网登录后可以重新保存。",
	"离线保存", "删除离线保存", "返回列表", "下载PDF", "离线查看", "保存于 {n}", "这是 {n} 保存在这部手机上的内容，之后的变化不在其中。",
}

// said is ByScripts in the catalogue's language, for page.Frame.
func said(c *translate.Catalogue) string { return object(texts(c, ByScripts)) }

// OfflineLanguages is ByOfflinePage, and the service's name, in each language, for the
// deployment's files.
func OfflineLanguages(speaks map[lang.Tag]*translate.Catalogue, service string) string {
	all := map[string]map[string]string{}
	for t, c := range speaks {
		all[t.Code()] = texts(c, append([]string{service}, ByOfflinePage...))
	}
	return object(all)
}

func texts(c *translate.Catalogue, all []string) map[string]string {
	by := map[string]string{}
	for _, zh := range all {
		by[zh] = c.Template(zh)
	}
	return by
}

func object(v any) string {
	b, err := json.Marshal(v) // escapes <, so it may stand in a script element
	if err != nil {
		return "{}" // texts are always JSON
	}
	return string(b)
}
