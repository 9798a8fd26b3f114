package admin

import (
	"context"
	"strconv"

	"shebao/server/web"
	"shebao/shared/contribution"
	"shebao/shared/intake"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

func (d Deps) healthPage() web.Route {
	return route(d, screen[page.AdminList]{pattern: page.PathAdminHealth, title: "系统健康", see: model.SeeHealth, load: d.health})
}

func (d Deps) health(ctx context.Context, v visit) (page.AdminList, error) {
	s := page.AdminList{Again: 15}
	base := page.AdminStat{Label: "数据库", Value: "正常", Note: "读写确认到多数副本"}
	if err := d.Records.Ping(ctx); err != nil {
		base.Value, base.Note = "无应答", "请检查数据库服务"
		s.Stats = []page.AdminStat{base}
		return s, nil
	}
	doubtful, err := d.Records.PaymentsIn(ctx, contribution.InDoubt, 200)
	if err != nil {
		return s, err
	}
	sending, err := d.Records.PaymentsIn(ctx, contribution.Sending, 200)
	if err != nil {
		return s, err
	}
	jobs, err := d.Intake.Jobs.Imports(ctx, 50)
	if err != nil {
		return s, err
	}
	running := 0
	for _, j := range jobs {
		if j.State == intake.Running {
			running++
		}
	}
	chain, err := d.Audit.Verify(ctx, v.Today())
	if err != nil {
		return s, err
	}
	trail := page.AdminStat{Label: "今日审计链", Value: "完整", Note: strconv.FormatInt(chain.Count, 10) + " 条记录"}
	if !chain.OK() {
		trail.Value, trail.Note = "不完整", strconv.Itoa(len(chain.Faults))+" 处异常，请立即上报"
	}
	s.Stats = []page.AdminStat{
		base,
		{Label: "正在扣款", Value: strconv.Itoa(len(sending)) + " 笔", Note: "待核实 " + strconv.Itoa(len(doubtful)) + " 笔"},
		{Label: "正在导入", Value: strconv.Itoa(running) + " 个文件"},
		trail,
	}
	t := page.Table{Title: "运行信息", Columns: columns("项目", "值")}
	for _, f := range d.Facts() {
		t.Rows = append(t.Rows, []page.Cell{text(f.Label), text(f.Value)})
	}
	s.Tables = []page.Table{t}
	return s, nil
}
