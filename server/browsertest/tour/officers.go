package tour

import (
	"os"
	"path/filepath"
	"time"

	"shebao/server/browsertest"
	"shebao/server/demo"
	"shebao/server/officer"
)

// officerCode is the demo officer's one-time code of the moment; false for anybody else.
func officerCode(user string) (string, bool) {
	for _, o := range demo.Officers() {
		if o.User != user {
			continue
		}
		if secret, err := officer.ParseSecret(o.Secret); err == nil {
			return officer.Code(secret, officer.Step(time.Now()), 6), true
		}
	}
	return "", false
}

// enterConsole logs the officer in.
func enterConsole(user, code string) []Step {
	return []Step{
		open("/admin/login"), fill("用户名", user), fill("密码", Password), fill("动态口令", code), press("登录"), title("工作台"),
	}
}

// upload chooses a file with the text.
func upload(label, name, text string) Step {
	return func(t *browsertest.Tab) error {
		dir, err := os.MkdirTemp("", "shebao-tour-") // the browser reads it when the form is sent
		if err != nil {
			return err
		}
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return err
		}
		return t.Upload(label, file)
	}
}

const someRows = "证件类型,证件号码,姓名,险种,核定编号,年度,费款所属期起,费款所属期止,金额,核定原因,缴费截止日期\n" +
	"居民身份证,110101199003071233,李明,城乡居民养老,T-1,2024,2024-01,2024-12,500.00,补缴,2031-12-31\n" +
	"居民身份证,110101199003071234,李明,城乡居民养老,T-2,2024,2024-01,2024-12,500.00,补缴,2031-12-31\n"

// ahead is the day so many days from now, in Shanghai.
func ahead(days int) string {
	return time.Now().UTC().Add(8*time.Hour).AddDate(0, 0, days).Format(time.DateOnly)
}

// Officers is every screen that officers see, and what a resident did before at a desk.
func Officers() []Leg {
	return []Leg{
		{LiMing, asking},
		{"", gate},
		{"operator", operator},
		{"reviewer", reviewer},
		{"auditor", auditor},
		{"admin", administrator},
	}
}

// asking leaves a payment in doubt, a certificate and a refund for the officers.
var asking = []Stop{
	stop("desk-doubt", open("/pension/pay"), press("下一步"), tick("城乡居民养老"), press("下一步"), press("特殊缴费"), tick(past(6)+" 年度"), press("提交"),
		press("确认缴费"), see("用哪份协议扣款"), tick("0026"), press("确认缴费"), see("扣款处理中")),
	stop("desk-paid", after(toMedical, tick(past(-1)+" 年度"), press("提交"), press("确认缴费"), see("缴费提示"), press("确定"),
		see("用哪份协议扣款"), tick("北京银行"), press("确认缴费"), see("电子税票号"))...),
	stop("desk-certificate", open("/medical/payments"), press("更多相关操作"), press("证明申请"), title("记录打印"), press("查询"),
		fill("费款所属期起", past(-1)+"-01"), fill("费款所属期止", past(-1)+"-12"), press("确定"), see("合计 1 笔"), press("证明申请"), see("制作成功")),
	stop("desk-refund", open("/medical/payments"), press(past(-1)+" 年度 城乡居民医疗"), press("申请退费"), tick("待遇开始前不再参保"),
		press("下一步"), press("确认申请"), title("退费进度"), see("待审核")),
}

var gate = []Stop{
	stop("admin-login", open("/admin/login"), see("此刻口令")),
	stop("admin-login-refused", fill("用户名", "operator"), fill("密码", "wrong"), fill("动态口令", "000000"), press("登录"), see("请先处理以下问题")),
}

var operator = []Stop{
	stop("admin-workbench", open("/admin"), title("工作台")),
	stop("admin-runs-empty", press("批量扣款"), see("还没有批次")),
	stop("admin-runs-refused", press("新建并试算"), see("请选择税务机关")),
	stop("admin-run-ready", tick("东城区税务局"), press("新建并试算"), see("试算完成")),
	stop("admin-run-submitted", press("提交复核"), see("制单人不能复核自己的批次")),
	stop("admin-runs", press("批量扣款"), title("批量扣款"), see("待复核")),
	stop("admin-calendar-empty", press("批扣计划"), see("还没有批扣计划")),
	stop("admin-calendar-refused", press("加入计划"), see("请选择税务机关")),
	stop("admin-calendar", tick("东城区税务局"), tick("朝阳区税务局"), fill("扣款日期", ahead(1)), fill("变更截止时间", ahead(1)+"T12:00"), press("加入计划"), see("已加入计划")),
	stop("admin-calendar-drop", press("删除"), see("删除后居民不再看到这次计划")),
	stop("admin-recon-unknown", press("对账差异"), see("还没有核对过")),
	stop("admin-recon", press("核对"), see("已核对")),
	stop("admin-payments", press("待核实缴费"), title("待核实缴费")),
	stop("admin-doubt", press("办理 "), title("认定待核实缴费")),
	stop("admin-doubt-refused", press("提交复核"), see("请选择认定结果")),
	stop("admin-doubt-looked", press("核对银行查询和对账文件"), see("刚才查询银行")),
	stop("admin-residents", press("居民查询"), title("居民查询")),
	stop("admin-residents-found", fill("证件号码或姓名", LiMing), press("查询"), see("110101********1233")),
	stop("admin-resident", press("查看 110101"), title("居民 李*")),
	stop("admin-notices", press("消息记录"), title("消息记录")),
	stop("admin-notices-found", fill("证件号码或姓名", LiMing), press("查询"), see("查看消息")),
	stop("admin-notice", press("查看 110101"), title("居民消息")),
	stop("admin-imports-empty", press("参保与核定"), see("还没有导入过文件")),
	stop("admin-imports-refused", press("开始导入"), see("请先处理以下问题")),
	stop("admin-import", fill("数据类型", "核定应缴费款"), upload("文件", "核定.csv", someRows), press("开始导入"), title("导入结果"), see("已处理 2 / 2 行")),
	stop("admin-imports", press("参保与核定"), see("核定.csv")),
	stop("admin-rates", press("缴费标准"), title("缴费标准")),
	stop("admin-rate", press("调整 城乡居民医疗"), title("调整缴费标准")),
	stop("admin-rates-pending", fill("缴费标准（元）", "801.00"), press("提交复核"), see("已提交，等待复核")),
	stop("admin-agreements", press("缴费协议"), title("缴费协议")),
	stop("admin-certificates", press("缴费证明"), title("缴费证明"), see("李*")),
	stop("admin-certificates-found", fill("查询方式", "证件号码"), fill("编号或姓名", LiMing), press("查询"), see("查询结果")),
	stop("admin-certificate", press("查看 11"), see("所列缴费")),
	stop("admin-certificate-refused", press("作废"), see("请选择作废原因")),
	stop("admin-certificate-withdraw", fill("作废原因", "所载信息有误"), fill("说明", "单位名称登记有误"), press("作废"), see("作废这份缴费证明？")),
	stop("admin-refunds", press("退费"), title("退费"), see("待审核")),
	stop("admin-refund", press("办理 李*"), see("受影响的缴费证明")),
	stop("admin-refund-refused", press("审核通过"), see("请填写说明")),
	stop("admin-refund-checked", fill("核对情况", "已核实参加职工医保"), press("审核通过"), see("审核人不能复核自己审核的退费")),
	stop("admin-health", press("系统健康"), see("今日审计链")),
}

var reviewer = []Stop{
	stop("admin-workbench-queue", open("/admin"), see("待复核")),
	stop("admin-run-approve", press("复核 批量扣款"), press("批准执行"), see("不能撤回")),
	stop("admin-run-reject", press("退回"), see("退回原因")),
	stop("admin-run-finished", press("确认批准执行"), see("已处理 1 / 1")),
	stop("admin-run-people", press("成功"), title("批次人员")),
	stop("admin-refunds-decide", press("退费"), title("退费"), see("待复核")),
	stop("admin-refund-decide", press("办理 李*"), see("已核实参加职工医保")),
	stop("admin-refund-done", press("批准退费"), see("银行已退款")),
	stop("admin-rates-decide", press("缴费标准"), see("批准")),
	stop("admin-workbench-after", open("/admin"), see("批量扣款")),
	stop("admin-recon-close", press("对账差异"), press("关账"), see("关账后这一天不能再核对")),
}

var auditor = []Stop{
	stop("admin-audit", press("审计"), title("审计"), see("审计链校验")),
	stop("admin-audit-verified", press("校验"), see("完整无误")),
	stop("admin-forbidden", open("/admin/officers"), until(`document.querySelector("h1")`)),
	stop("admin-logout", open("/admin/logout"), see("退出登录？")),
}

var administrator = []Stop{
	stop("admin-officers", press("操作员"), title("操作员")),
	stop("admin-officers-refused", press("新增"), see("请先处理以下问题")),
	stop("admin-officers-fresh", fill("用户名", "wanglei"), fill("姓名", "王磊"), fill("角色", "复核"), press("新增"), see("只显示这一次")),
}
