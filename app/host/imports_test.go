//go:build !js

package host

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestImports keeps the browser app small and free of server code.
func TestImports(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "shebao/app")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for dep := range strings.Lines(string(out)) {
		for _, never := range []string{"shebao/server", "github.com/gofiber", "go.mongodb.org", "modernc.org", "golang.org/x/net", "golang.org/x/text", "github.com/pdfcpu"} {
			if strings.HasPrefix(dep, never) {
				t.Errorf("the browser app imports %s", dep)
			}
		}
	}
}
