package sandbox

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/bara-think-tank/guichet/internal/document"
)

// enginePages bounds the engine's own memory, in pages of 64 KB: 128 MB.
const enginePages = 2048

// engine is PDFium, compiled to WebAssembly. Nothing of one document is left when the
// next is read: an instance is put back as it was made (linear.restore), or thrown away.
//
// go-pdfium brings the module, compiles it and makes instances; their functions are
// called here, as its own calls take some ten more each.
type engine struct {
	pool pdfium.Pool

	// What the last instance was made of, as the runtime tells it.
	memory *linear
	module experimental.InternalModule

	held *instance // the one that waits; nil where there is none
}

// newEngine compiles PDFium, or takes its compiled code from the folder; what is
// not there yet is written to it.
func newEngine(folder string) (*engine, error) {
	cache, err := wazero.NewCompilationCacheWithDir(folder)
	if err != nil {
		return nil, err
	}
	e := &engine{}
	ctx := experimental.WithMemoryAllocator(context.Background(), experimental.MemoryAllocatorFunc(e.lend))
	ctx = experimental.WithFunctionListenerFactory(ctx, e)
	e.pool, err = webassembly.Init(webassembly.Config{
		Context: ctx,
		MinIdle: 0, MaxIdle: 1, MaxTotal: 1,
		FSConfig: wazero.NewFSConfig(), // nothing is mounted
		Stdout:   io.Discard, Stderr: io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().
			WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithMemoryLimitPages(enginePages).WithCompilationCache(cache),
	})
	if err != nil {
		return nil, fmt.Errorf("starting the PDF engine: %w", err)
	}
	return e, nil
}

// lend gives an instance its memory.
func (e *engine) lend(_, most uint64) experimental.LinearMemory {
	e.memory = lend(most)
	return e.memory
}

// firstCall is the function that go-pdfium calls first in an instance.
const firstCall = "FPDF_InitLibrary"

// NewFunctionListener implements experimental.FunctionListenerFactory: the first call
// of an instance is listened to, and no other, for it tells the instance.
func (e *engine) NewFunctionListener(f api.FunctionDefinition) experimental.FunctionListener {
	if !slices.Contains(f.ExportNames(), firstCall) {
		return nil
	}
	return experimental.FunctionListenerFunc(func(_ context.Context, m api.Module, _ api.FunctionDefinition, _ []uint64, _ experimental.StackIterator) {
		e.module, _ = m.(experimental.InternalModule)
	})
}

// engineTime is how long an instance may take to start.
const engineTime = 5 * time.Second

// instance gives one that has read nothing, or is as if it had not.
func (e *engine) instance() (*instance, error) {
	if e.held != nil {
		return e.held, nil
	}
	e.module = nil
	made, err := e.pool.GetInstance(engineTime)
	if err != nil {
		return nil, fmt.Errorf("starting the PDF engine: %w", err)
	}
	if e.held, err = newInstance(e.module, e.memory); err != nil {
		made.Close() //nolint:errcheck // it is of no use
		return nil, fmt.Errorf("starting the PDF engine: %w", err)
	}
	e.held.loaded = made
	return e.held, nil
}

// Layout implements document.Typesetter.
func (e *engine) Layout(data []byte) (document.Layout, error) {
	p, err := e.instance()
	if err != nil {
		return document.Layout{}, err
	}
	defer func() {
		if !p.restore() {
			e.held = nil
			p.loaded.Close() //nolint:errcheck // it is thrown away
		}
	}()
	doc, err := p.open(data)
	if err != nil {
		return document.Layout{}, err
	}
	made := document.Layout{Title: p.title(doc)}
	for i := range min(p.integer("FPDF_GetPageCount", doc), document.MaxPages+1) {
		if page, laid := p.layOut(doc, i); laid {
			made.Pages = append(made.Pages, page)
		}
	}
	if len(made.Pages) == 0 {
		return made, document.ErrDamaged
	}
	return made, nil
}

// What FPDF_GetLastError tells of a document that asks for a password, or has a guard
// that the engine does not know (fpdfview.h).
const (
	errorPassword = 4
	errorSecurity = 5
)

// open loads a document; its bytes stay in the instance's memory.
func (p *instance) open(data []byte) (doc uint64, err error) {
	at := p.call("malloc", uint64(len(data)))
	if at == 0 || !p.memory().Write(uint32(at), data) {
		return 0, document.ErrDamaged
	}
	if doc = p.call("FPDF_LoadMemDocument", at, uint64(len(data)), 0); doc != 0 {
		return doc, nil
	}
	switch p.call("FPDF_GetLastError") {
	case errorPassword, errorSecurity:
		return 0, document.ErrEncrypted
	}
	return 0, document.ErrDamaged
}

// title is that of the document's properties.
func (p *instance) title(doc uint64) string {
	tag := p.room(8)
	p.memory().WriteString(uint32(tag), "Title\x00")
	length := p.integer("FPDF_GetMetaText", doc, tag, 0, 0)
	into := p.room(8 + length)
	p.memory().WriteString(uint32(into), "Title\x00")
	p.call("FPDF_GetMetaText", doc, into, into+8, uint64(length))
	return p.utf16(into+8, length)
}

// layOut reads one page; false where it cannot be loaded.
func (p *instance) layOut(doc uint64, at int) (made document.Page, laid bool) {
	page := p.call("FPDF_LoadPage", doc, uint64(at))
	if page == 0 {
		return made, false
	}
	defer p.call("FPDF_ClosePage", page)
	made.Height = p.double("FPDF_GetPageHeight", page)
	made.Links = p.links(doc, page, made.Height)
	made.Pictures, made.Drawings = p.shapes(page)
	text := p.call("FPDFText_LoadPage", page)
	if text == 0 {
		return made, true
	}
	defer p.call("FPDFText_ClosePage", text)
	l := liner{instance: p, page: text, height: made.Height}
	made.Lines = l.lines()
	return made, true
}

// warm makes an instance, so that what is loaded late is loaded before the child is
// confined.
func (e *engine) warm() error {
	_, err := e.instance()
	return err
}

func isBold(font string) bool {
	font = strings.ToLower(font)
	return strings.Contains(font, "bold") || strings.Contains(font, "black") || strings.Contains(font, "heavy")
}
