package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
)

// startPeer builds the peer with vite and serves it as our assets are served: compressed
// once and best, named by content and kept for good; the document is asked for again.
func startPeer(ctx context.Context, dist string) (*service, error) {
	build := exec.CommandContext(ctx, "node_modules/.bin/vite", "build", "--logLevel", "warn", "--config", "peer/vite.config.js")
	build.Dir = filepath.Join("web", "audit")
	build.Env = append(os.Environ(), "PEER_OUT="+dist)
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, err
	}
	files, err := readDist(dist)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", answer)
	mux.HandleFunc("/", files.serve)
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }()
	s := &service{
		name: "Vue + Vant", direct: "http://" + l.Addr().String(), taken: `!!document.getElementById("title")`,
		stops: []func(){func() { _ = server.Close() }},
	}
	if err := s.behind(ctx); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// dist is a built app: each file as it is, as brotli and as gzip.
type dist map[string][3][]byte

func readDist(dir string) (dist, error) {
	files := dist{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		var br, gz bytes.Buffer
		w := brotli.NewWriterLevel(&br, brotli.BestCompression)
		_, _ = w.Write(body)
		z, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
		if err != nil {
			return err
		}
		_, _ = z.Write(body)
		_, _ = w.Close(), z.Close()
		name, err := filepath.Rel(dir, p)
		files["/"+filepath.ToSlash(name)] = [3][]byte{body, br.Bytes(), gz.Bytes()}
		return err
	})
	return files, err
}

func (d dist) serve(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Path
	if _, ok := d[name]; !ok {
		name = "/index.html" // every address is the app's
	}
	h := w.Header()
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "/assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body := d[name][0]
	switch accepted := r.Header.Get("Accept-Encoding"); {
	case strings.Contains(accepted, "br") && len(d[name][1]) < len(body):
		h.Set("Content-Encoding", "br")
		body = d[name][1]
	case strings.Contains(accepted, "gzip") && len(d[name][2]) < len(body):
		h.Set("Content-Encoding", "gzip")
		body = d[name][2]
	}
	_, _ = w.Write(body)
}

// answer is the peer's API: what its screens ask for, at once.
func answer(w http.ResponseWriter, r *http.Request) {
	type entry struct {
		Path  string `json:"path"`
		Title string `json:"title"`
		Note  string `json:"note"`
	}
	var body any
	switch r.Method + " " + r.URL.Path {
	case "GET /api/shebao", "GET /api/home":
		body = map[string]any{"entries": []entry{
			{"/pension", "城乡居民养老", "缴费、申报与缴费记录"},
			{"/medical", "城乡居民医疗", "缴费、申报与缴费记录"},
			{"/agreements", "缴费协议", "签订与解除"},
			{"/certificates", "缴费证明", "申请与下载"},
		}}
	case "GET /api/pension":
		body = map[string]any{"entries": []entry{
			{"/pension/pay", "缴费办理", ""}, {"/pension/declarations", "申报记录", ""}, {"/pension/payments", "缴费记录", ""}, {"/pension/amounts", "缴费金额", ""},
		}}
	case "GET /api/pay":
		type fact struct {
			Label string `json:"label"`
			Value string `json:"value"`
		}
		body = map[string]any{"rows": []fact{{"姓名", "李明"}, {"证件类型", "居民身份证"}, {"证件号码", "1101**********1233"}, {"手机号", "138****0001"}}}
	default:
		body = map[string]any{"problem": "填写的内容不正确，请检查后再试。"}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(body)
}
