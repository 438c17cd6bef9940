package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/bara-think-tank/guichet/internal/document"
)

// enginePages bounds the engine's own memory, in pages of 64 KB: 128 MB.
const enginePages = 2048

// engine is PDFium, compiled to WebAssembly. Each document gets an instance of its
// own: nothing of one is left when the next is read.
type engine struct{ pool pdfium.Pool }

// newEngine compiles PDFium, or takes its compiled code from the folder; what is
// not there yet is written to it.
func newEngine(folder string) (*engine, error) {
	cache, err := wazero.NewCompilationCacheWithDir(folder)
	if err != nil {
		return nil, err
	}
	pool, err := webassembly.Init(webassembly.Config{
		Context: withMemory(context.Background()),
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
	return &engine{pool}, nil
}

// Layout implements document.Typesetter.
func (e *engine) Layout(data []byte) (document.Layout, error) {
	p, err := e.pool.GetInstance(startTime)
	if err != nil {
		return document.Layout{}, fmt.Errorf("starting the PDF engine: %w", err)
	}
	defer p.Close() //nolint:errcheck // the instance is thrown away
	doc, err := p.OpenDocument(&requests.OpenDocument{File: &data})
	switch {
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity):
		return document.Layout{}, document.ErrEncrypted
	case err != nil:
		return document.Layout{}, document.ErrDamaged
	}
	count, err := p.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc.Document})
	if err != nil {
		return document.Layout{}, document.ErrDamaged
	}
	var made document.Layout
	if title, err := p.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: doc.Document, Tag: "Title"}); err == nil {
		made.Title = title.Value
	}
	var failed error
	for i := range min(count.PageCount, document.MaxPages+1) {
		page, err := layOut(p, doc.Document, i)
		if err != nil {
			failed = err
			continue
		}
		made.Pages = append(made.Pages, page)
	}
	if len(made.Pages) == 0 && failed != nil {
		return made, document.ErrDamaged
	}
	return made, nil
}

// layOut reads one page.
func layOut(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, at int) (document.Page, error) {
	loaded, err := p.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: doc, Index: at})
	if err != nil {
		return document.Page{}, err
	}
	defer p.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page}) //nolint:errcheck // the instance is thrown away
	page := requests.Page{ByReference: &loaded.Page}
	size, err := p.FPDF_GetPageHeight(&requests.FPDF_GetPageHeight{Page: page})
	if err != nil {
		return document.Page{}, err
	}
	made := document.Page{Height: size.Height, Links: links(p, doc, page, size.Height)}
	made.Pictures, made.Drawings = shapes(p, page)
	text, err := p.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: page})
	if err != nil {
		return made, nil
	}
	defer p.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text.TextPage}) //nolint:errcheck // likewise
	l := liner{p: p, text: text.TextPage, height: size.Height}
	made.Lines, err = l.lines()
	return made, err
}

// engineTime is how long an instance may take to start.
const engineTime = 5 * time.Second

// warm makes an instance and throws it away, so that what is loaded late is loaded
// before the child is confined.
func (e *engine) warm() error {
	p, err := e.pool.GetInstance(engineTime)
	if err != nil {
		return err
	}
	return p.Close()
}

func isBold(font string) bool {
	font = strings.ToLower(font)
	return strings.Contains(font, "bold") || strings.Contains(font, "black") || strings.Contains(font, "heavy")
}
