//go:build !js

package host

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestImports keeps the browser apps small and free of server code. What go-app itself
// imports is changed by web/build; what ours do is ours to keep away.
func TestImports(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "shebao/app", "shebao/app/console")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		pkg, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		for _, never := range []string{"shebao/server", "github.com/gofiber", "go.mongodb.org", "modernc.org", "golang.org/x/net", "golang.org/x/text", "github.com/pdfcpu"} {
			if strings.HasPrefix(pkg, never) {
				t.Errorf("the browser app imports %s", pkg)
			}
		}
		if !strings.HasPrefix(pkg, "shebao/") {
			continue
		}
		for _, i := range strings.Fields(imports) {
			for _, large := range []string{"fmt", "encoding/json", "net/", "regexp", "crypto/", "os", "log", "text/template", "html/template"} {
				if i == large || strings.HasSuffix(large, "/") && strings.HasPrefix(i, large) {
					t.Errorf("%s imports %s, which makes the browser app larger: use strconv, errors, app/wire, page.Escape", pkg, i)
				}
			}
		}
	}
}
