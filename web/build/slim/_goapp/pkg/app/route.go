package app

// router knows one component, which is shown at every address: pages are chosen by the
// answers of the server, not by their paths.
type router struct{ only func() Composer }

func makeRouter() router { return router{} }

func (r *router) route(path string, newComponent func() Composer) {
	r.routeWithRegexp(path, newComponent)
}

func (r *router) routeWithRegexp(pattern string, newComponent func() Composer) {
	if pattern != "^/" || r.only != nil {
		panic("there is one route, by the regular expression ^/") // the program's only call comes at its start: a second way would be met there
	}
	r.only = newComponent
}

func (r *router) routed(string) bool { return r.only != nil }

func (r *router) createComponent(string) (Composer, bool) {
	if r.only == nil {
		return nil, false
	}
	return r.only(), true
}
