package e2e
import ("testing";"os";"time";"fmt")
func TestZZShots(t *testing.T){
 p:=start(t,t.TempDir()); w:=p.visit(t,devices["with_javascript"]); w.login(liming)
 n:=0
 shot:=func(name string){ b,err:=w.Shot("page"); if err!=nil{t.Fatal(err)}; n++; os.WriteFile(fmt.Sprintf("/tmp/cert/drive/%02d-%s.png",n,name),b,0o600)}
 w.do(w.Open("/certificates"),w.Title("开具社保缴费记录")); shot("menu")
 w.do(w.Press("记录打印"),w.Title("记录打印")); shot("apply")
 w.do(w.Press("查询")); shot("ask")
 w.do(w.Press("确定"),w.See("合计")); shot("table")
 w.do(w.Press("证明申请"),w.Title("记录下载")); shot("making")
 t0:=time.Now()
 w.do(w.See("制作成功")); t.Log("made", time.Since(t0)); shot("ready")
 t0=time.Now()
 w.do(w.Press("查看"),w.Title("社会保险费缴费证明"),w.Until(`document.querySelector("a.sheet img").naturalWidth > 800`)); t.Log("picture", time.Since(t0)); shot("one")
 w.do(w.Open("/verify?code=ABC"),w.Title("记录查验"),w.Until(`document.querySelector(".captcha-image img").naturalWidth === 240`)); shot("verify")
 w.do(w.Fill("纳税人识别号","110101199003071233"),w.Fill("证明校验码","1234"),w.Fill("图形验证码","000000"),w.Press("开始校验"),w.See("图形验证码不正确")); shot("wrong")
}
