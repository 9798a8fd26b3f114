package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shebao/web"
)

// dist is where the build of the browser's files is.
const dist = "../../web/dist"

// nextBuild makes the program again with another style sheet, as a release would: the
// sheet, all files that name it and the version are new, and the old sheet is gone.
func nextBuild(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	var list web.List
	read(t, filepath.Join(dist, web.ListFile), func(b []byte) error { return json.Unmarshal(b, &list) })
	replace := map[string]string{} // files of the module by what takes their place
	abs := func(name string) string {
		path, err := filepath.Abs(filepath.Join(dist, name))
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	put := func(name, body string) {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[abs(name)] = file
	}
	var oldURL, newURL string
	for i, a := range list.Assets {
		if a.Name != "app.css" {
			continue
		}
		read(t, filepath.Join(dist, a.File), func(b []byte) error {
			body := string(b) + "/* next */"
			sum := sha256.Sum256([]byte(body))
			hash := hex.EncodeToString(sum[:])[:12]
			oldURL, newURL = a.URL, "/assets/app."+hash+".css"
			put("assets_app."+hash+".css", body)
			list.Assets[i].URL, list.Assets[i].File, list.Assets[i].ETag = newURL, "assets_app."+hash+".css", `"`+hash+`"`
			list.Assets[i].Brotli, list.Assets[i].Gzip = "", ""
			return nil
		})
	}
	if oldURL == "" {
		t.Fatal("the build has no style sheet")
	}
	for i, a := range list.Assets {
		if a.Immutable() {
			continue
		}
		read(t, filepath.Join(dist, a.File), func(b []byte) error {
			put(a.File, strings.ReplaceAll(string(b), oldURL, newURL))
			list.Assets[i].Brotli, list.Assets[i].Gzip = "", ""
			return nil
		})
	}
	list.Version = "next"
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	put(web.ListFile, string(text))
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	file, program := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "shebao")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-overlay", file, "-ldflags", "-s -w", "-o", program, "shebao/server")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the next version: %v\n%s", err, out)
	}
	return program
}

func read(t *testing.T, file string, use func([]byte) error) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err == nil {
		err = use(b)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// again starts the program, or another build of it, with the same data at the same address.
func (p *program) again(t *testing.T, binary string, env ...string) *program {
	t.Helper()
	return startBuild(t, binary, p.dir, append(env, "SHEBAO_ADDR="+strings.TrimPrefix(p.url, "http://"))...)
}
