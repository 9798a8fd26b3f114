// Package preview turns a page of one of our own certificates into a picture. It is not
// for strangers' files.
package preview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// ErrPage says that the document has no such page, or that the resolution is not between
// 36 and 300 dots an inch.
var ErrPage = errors.New("no such page picture")

// Renderer makes pictures of pages.
type Renderer interface {
	// Page is the page (from 1) as PNG in so many dots an inch.
	Page(ctx context.Context, document []byte, page, dpi int) ([]byte, error)
}

// PDFium renders with PDFium in WebAssembly. It starts at the first call, which takes
// seconds unless Warm has compiled the program into a cache directory, renders one page
// at a time, and gives its memory back after some idle time.
type PDFium struct {
	idle   time.Duration
	cache  string
	turn   chan struct{} // one holder at a time
	pool   pdfium.Pool   // nil while closed; only the holder of the turn touches it
	stored wazero.CompilationCache
	timer  *time.Timer
	uses   int
}

// Options are where compiled code is kept and how long an idle renderer lives.
type Options struct {
	CacheDir string        // "" keeps nothing between starts
	Idle     time.Duration // 0 means two minutes
}

var _ Renderer = (*PDFium)(nil)

// New makes a renderer that is not started yet.
func New(o Options) *PDFium {
	if o.Idle == 0 {
		o.Idle = 2 * time.Minute
	}
	return &PDFium{idle: o.Idle, cache: o.CacheDir, turn: make(chan struct{}, 1)}
}

// Page implements Renderer.
func (p *PDFium) Page(ctx context.Context, document []byte, page, dpi int) ([]byte, error) {
	if page < 1 || dpi < 36 || dpi > 300 {
		return nil, ErrPage
	}
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the page renderer: %w", ctx.Err())
	}
	if err := p.start(); err != nil {
		return nil, err
	}
	defer p.rest(ctx)
	instance, err := p.pool.GetInstanceWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("start page renderer: %w", err)
	}
	defer instance.Close() //nolint:errcheck // the picture is made or the error known
	opened, err := instance.OpenDocument(&requests.OpenDocument{File: &document})
	if err != nil {
		return nil, fmt.Errorf("open document to render: %w", err)
	}
	count, err := instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: opened.Document})
	if err != nil {
		return nil, fmt.Errorf("count pages to render: %w", err)
	}
	if page > count.PageCount {
		return nil, ErrPage
	}
	drawn, err := instance.RenderPageInDPI(&requests.RenderPageInDPI{
		DPI: dpi, Page: requests.Page{ByIndex: &requests.PageByIndex{Document: opened.Document, Index: page - 1}},
	})
	if err != nil {
		return nil, fmt.Errorf("render page %d: %w", page, err)
	}
	defer drawn.Cleanup()
	picture, ok := drawn.Result.RenderedImage.(*image.RGBA)
	if !ok {
		return nil, fmt.Errorf("page %d is drawn as %T", page, drawn.Result.RenderedImage)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, paletted(picture)); err != nil {
		return nil, fmt.Errorf("encode page %d: %w", page, err)
	}
	return out.Bytes(), nil
}

// Warm compiles PDFium into the cache directory in a process of its own, so that the
// first Page does not take long; whoever wants a Page meanwhile waits for it. It does
// nothing without a cache directory, and takes no time when all is compiled. Call it
// once, in the background, at start; main has to call RunChild.
func (p *PDFium) Warm(ctx context.Context) error {
	if p.cache == "" {
		return nil
	}
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return fmt.Errorf("wait for the page renderer: %w", ctx.Err())
	}
	if p.pool != nil {
		return nil
	}
	return p.compile(ctx)
}

// Ready starts the renderer if somebody is about to want a Page: that takes a moment
// even with all compiled. It does not wait for others.
func (p *PDFium) Ready(ctx context.Context) error {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	default: // it is busy, so it is started
		return nil
	}
	if p.pool != nil {
		return nil
	}
	if err := p.start(); err != nil {
		return err
	}
	p.rest(ctx)
	return nil
}

// start makes the pool if there is none. The caller has the turn.
func (p *PDFium) start() error {
	p.uses++
	if p.pool != nil {
		return nil
	}
	config := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling)
	if p.cache != "" {
		cache, err := wazero.NewCompilationCacheWithDir(p.cache)
		if err != nil {
			return fmt.Errorf("page renderer's cache: %w", err)
		}
		config, p.stored = config.WithCompilationCache(cache), cache
	}
	pool, err := webassembly.Init(webassembly.Config{
		MinIdle: 0, MaxIdle: 1, MaxTotal: 1, RuntimeConfig: config,
		FSConfig: wazero.NewFSConfig(), // no files: the fonts are in the documents
		Stdout:   io.Discard, Stderr: io.Discard,
	})
	if err != nil {
		return fmt.Errorf("start page renderer: %w", err)
	}
	p.pool = pool
	return nil
}

// rest arranges that an idle pool is closed. The caller has the turn.
func (p *PDFium) rest(ctx context.Context) {
	uses, ctx := p.uses, context.WithoutCancel(ctx)
	if p.timer != nil {
		p.timer.Stop()
	}
	p.timer = time.AfterFunc(p.idle, func() {
		p.turn <- struct{}{}
		defer func() { <-p.turn }()
		if p.uses == uses {
			_ = p.release(ctx) // an idle renderer that can't be closed is asked again when the program ends
		}
	})
}

func (p *PDFium) release(ctx context.Context) error {
	var errs []error
	if p.pool != nil {
		errs = append(errs, p.pool.Close())
		p.pool = nil
	}
	if p.stored != nil {
		errs = append(errs, p.stored.Close(ctx))
		p.stored = nil
	}
	return errors.Join(errs...)
}

// Running tells whether the renderer holds memory now.
func (p *PDFium) Running() bool {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	return p.pool != nil
}

// Close ends the renderer. A later Page starts it again.
func (p *PDFium) Close() error {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	if p.timer != nil {
		p.timer.Stop()
	}
	return p.release(context.Background())
}
