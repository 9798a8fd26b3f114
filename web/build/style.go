package main

// sheets are the parts of our style sheet in web/src/style, in the order in which they
// speak: of two rules that are equally specific the later one counts.
var sheets = []string{
	"tokens", "base", "chrome", "layout", "actions", "steps", "choices", "fields", "lists", "results",
	"certificates", "home", "phone", "console", "conditions",
}

// ours is our style sheet.
func (b *builder) ours() ([]byte, error) {
	var names []string
	for _, s := range sheets {
		names = append(names, "style/"+s+".css")
	}
	return b.joined(names)
}
