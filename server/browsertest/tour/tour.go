// Package tour is the way to every screen of the service, by visible labels. The
// screenshot command and the accessibility test go along it.
package tour

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"shebao/server/browsertest"
)

// The demo people by their document numbers.
const (
	LiMing      = "110101199003071233"
	WangXiuying = "11010519491231002X"
	ChenJiaxin  = "810000199001010019"
	OuyangJi    = "110105198810010016"
	ZhaoWubao   = "110102197505050018"
	Password    = "Shebao-demo-1"
)

// Stop is one screen in one state.
type Stop struct {
	Name     string // of the picture, in lower case
	Scripted bool   // only a browser that runs scripts has the screen
	way      []Step
}

// Step is something a person does.
type Step func(t *browsertest.Tab) error

// Leg is the stops of one person in their order: later ones may need what earlier ones did.
type Leg struct {
	Who   string // document number of who is logged in, or a demo officer's user name, "" for a visitor
	Stops []Stop
}

// Go takes the person to the stop.
func (s Stop) Go(t *browsertest.Tab) error {
	for _, step := range s.way {
		if err := step(t); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return nil
}

// Enter logs the person of the leg in; a visitor needs nothing.
func (l Leg) Enter(t *browsertest.Tab) error {
	if l.Who == "" {
		return nil
	}
	if code, ok := officerCode(l.Who); ok {
		return Stop{Name: "officer login", way: enterConsole(l.Who, code)}.Go(t)
	}
	return Stop{Name: "login", way: []Step{
		open("/login"), fill("证件号码", l.Who), fill("密码", Password), press("登录"), until(`location.pathname !== "/login"`), until(`document.readyState === "complete"`),
	}}.Go(t)
}

// Care turns 关怀模式 on where it is not yet.
func Care(t *browsertest.Tab) error { return care(t, "大") }

// CareMore turns 关怀模式 on with its larger type.
func CareMore(t *browsertest.Tab) error { return care(t, "特大") }

// CareMost turns 关怀模式 on with its largest type.
func CareMost(t *browsertest.Tab) error { return care(t, "最大") }

func care(t *browsertest.Tab, size string) error {
	return Stop{Name: "care", way: []Step{open("/me/care"), tick(size), func(t *browsertest.Tab) error {
		if on, err := t.Shows("保存字号"); err != nil || on {
			return errors.Join(err, t.Press("保存字号"))
		}
		return t.Press("开启关怀模式")
	}, until(`document.querySelector(".app.care") && document.getElementById("toast")`)}}.Go(t)
}

func open(path string) Step {
	return func(t *browsertest.Tab) error { return t.Open(path) }
}

func press(label string) Step {
	return func(t *browsertest.Tab) error { return t.Press(label) }
}

func tick(label string) Step {
	return func(t *browsertest.Tab) error { return t.Tick(label) }
}

func fill(label, text string) Step {
	return func(t *browsertest.Tab) error { return t.Fill(label, text) }
}

func title(text string) Step {
	return func(t *browsertest.Tab) error { return t.Title(text) }
}

func see(text string) Step {
	return func(t *browsertest.Tab) error { return t.See(text) }
}

func until(js string) Step {
	return func(t *browsertest.Tab) error { return t.Until(js) }
}

func stop(name string, way ...Step) Stop { return Stop{Name: name, way: way} }

func scripted(s Stop) Stop {
	s.Scripted = true
	return s
}

// Residents is every screen that residents and visitors see.
func Residents() []Leg {
	return []Leg{
		{"", visitor},
		{LiMing, home},
		{LiMing, records},
		{LiMing, pension},
		{LiMing, medical},
		{LiMing, certificates},
		{LiMing, refunds},
		{LiMing, amounts},
		{LiMing, agreements},
		{WangXiuying, noAgreement},
		{ChenJiaxin, noSetting},
		{OuyangJi, subsidy},
		{ZhaoWubao, nothing},
	}
}

// past is the year so many years ago, in Shanghai.
func past(years int) string { return strconv.Itoa(time.Now().UTC().Add(8*time.Hour).Year() - years) }
