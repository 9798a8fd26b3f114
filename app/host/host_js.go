//go:build js && wasm

package host

import (
	"strconv"
	"syscall/js"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"shebao/app/node"
	"shebao/app/node/bridge"
	"shebao/app/view"
	"shebao/app/wire"
	"shebao/shared/page"
)

var (
	window   = js.Global()
	document = js.Global().Get("document")
	location = js.Global().Get("location")
)

// Run takes over the page in the document and stays. When the page's state can't be read
// or shown it tells the browser's console and leaves the page to the browser. The pages
// are asked for before a person goes there.
func Run(screens view.Set, pages Pages) {
	if err := run(screens, pages); err != nil {
		window.Get("console").Call("warn", "shebao: "+err.Error())
	}
}

func run(screens view.Set, pages Pages) error {
	h := &host{screens: screens, tops: map[int]int{}, pages: pages, stock: stock{}, version: window.Get("shebao").Get("version").String()}
	rest()
	if err := wire.Decode([]byte(byID(view.IDState).Get("textContent").String()), &h.page); err != nil {
		return err
	}
	rest()
	tree, err := screens.Render(h.page)
	if err != nil {
		return err
	}
	h.tree = tree
	rest()
	takeOver(tree)
	app.RouteWithRegexp("^/", func() app.Composer { return &shell{host: h} })
	app.RunWhenOnBrowser()
	return nil
}

// rest lets the browser do what the person waits for between two steps of the start.
func rest() {
	_, _ = await(window.Get("shebao").Call("rest")) // a courtesy: nothing depends on it
}

// host is the one page that is shown.
type host struct {
	screens view.Set
	version string // of the assets this program came with
	stale   bool   // the server has newer ones: leave the next step to the browser

	page page.Envelope
	tree *node.Element
	key  int // changes when nothing of the old page may be kept: ticks, typed text
	draw int // changes with every tree

	ctx    app.Context
	asked  int         // number of requests; answers to older ones are dropped
	stop   func()      // aborts the request in flight
	send   bool        // a form is in flight
	ahead  *ahead      // the answer to a link that is being pressed, nil for none
	pages  Pages       // which may be asked for before they are opened
	stock  stock       // their answers
	entry  int         // mark of this history entry
	tops   map[int]int // scroll offset by entry
	live   *stream     // the page's events
	missed bool        // one came while another answer was awaited
}

// shell is the component that go-app routes every address to. Its fields are not
// exported: go-app copies exported ones over.
type shell struct {
	app.Compo
	host *host
}

func (s *shell) OnMount(ctx app.Context) { s.host.start(ctx) }

func (s *shell) Render() app.UI {
	return &screen{Draw: s.host.draw, key: strconv.Itoa(s.host.key), host: s.host}
}

// screen is dismounted, not compared, when its key changes, so that no control of one
// page becomes a control of the next. A new Draw makes it render again.
type screen struct {
	app.Compo
	Draw int
	key  string
	host *host
}

func (s *screen) CompoID() string { return s.key }
func (s *screen) Render() app.UI  { return bridge.UI(s.host.tree) }

// start sets up once go-app has taken the page.
func (h *host) start(ctx app.Context) {
	h.ctx = ctx
	for _, name := range []string{"onclick", "onpopstate", "onresize"} {
		window.Set(name, js.Null()) // go-app's own navigation
	}
	h.listen()
	h.adoptEntry()
	h.follow()
	emit("shebao:taken")
	h.fill()
}

// put shows a tree. With fresh nothing of the page before is kept. then runs when it is
// in the document.
func (h *host) put(env page.Envelope, tree *node.Element, how keeping, then func()) {
	h.ctx.Dispatch(func(ctx app.Context) {
		h.page, h.tree = env, tree
		h.draw++
		if how == fresh {
			h.key++
		}
		ctx.Defer(func(app.Context) {
			document.Set("title", title(env.Frame))
			document.Get("documentElement").Set("lang", env.Frame.Lang.Code())
			then()
			emit("shebao:shown")
			h.fill()
		})
	})
}

// keeping says what of the old page stays.
type keeping uint8

const (
	fresh keeping = iota // nothing
	same                 // focus, ticks, typed text
)

func title(f page.Frame) string {
	if f.Service == "" {
		return f.Title
	}
	return f.Title + " - " + f.Service
}

func byID(id string) js.Value { return document.Call("getElementById", id) }

func emit(name string) { document.Call("dispatchEvent", window.Get("Event").New(name)) }
