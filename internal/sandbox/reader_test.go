package sandbox

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/document"
)

func TestReadPDF(t *testing.T) {
	d := newReader(t).Read("bancs.pdf", "", essay(t))
	if d.Error != "" {
		t.Fatal(d.Error)
	}
	if d.File != "bancs.pdf" || d.Type != document.PDF || d.Title != "Les bancs de la ville" {
		t.Errorf("%s %s %q", d.File, d.Type, d.Title)
	}
	if !slices.Equal(d.Authors, []string{"Léa Martin"}) {
		t.Errorf("authors %q", d.Authors)
	}
	headings := []document.Heading{{Level: 1, Text: "Une ville sans bancs"}, {Level: 1, Text: "Bibliographie"}}
	if !slices.Equal(d.Headings, headings) {
		t.Errorf("headings %v", d.Headings)
	}
	if len(d.Sources) != 2 || d.Sources[1].URL != "https://example.org/marcher" || d.Sources[0].Title != "Le mobilier urbain" {
		t.Errorf("sources %+v", d.Sources)
	}
	for _, want := range []string{
		"et personne ne s'en est", "et peut-être parlent-ils", "dans tous les quartiers de la ville, sans que personne ne l'ait voulu.\n",
	} {
		if !strings.Contains(d.Text, want) {
			t.Errorf("the text lacks %q:\n%s", want, d.Text)
		}
	}
	if strings.Contains(d.Text, "Revue de la Rive\n") || strings.Contains(d.Text, "\n2\n") {
		t.Errorf("the running head or a page number is in the text:\n%s", d.Text)
	}
}

func TestUnreadablePDF(t *testing.T) {
	whole := essay(t)
	tests := []struct {
		name  string
		data  []byte
		fault document.Fault
	}{
		{"nothing but a head", []byte("%PDF-1.7 and nothing more"), document.FaultBroken},
		{"no objects", append([]byte("%PDF-1.4\n"), make([]byte, 5000)...), document.FaultBroken},
		{"locked", locked(), document.FaultEncrypted},
		{"a scan", scanned(), document.FaultScan},
		{"an empty page", makePDF(t, "", nil), document.FaultEmpty},
		{"no page", makePDF(t, ""), document.FaultBroken},
	}
	r := newReader(t)
	for _, test := range tests {
		d := r.Read("a.pdf", "", test.data)
		if d.Type != document.PDF || d.Fault != test.fault || d.Error == "" {
			t.Errorf("%s: %s, fault %q: %s", test.name, d.Type, d.Fault, d.Error)
		}
	}
	for cut := 100; cut < len(whole); cut += 397 {
		if d := r.Read("a.pdf", "", whole[:cut]); !d.Readable() && d.Fault == document.FaultNone {
			t.Errorf("cut at %d: neither read nor told", cut)
		}
	}
}

func TestEveryTypeIsReadAsInProcess(t *testing.T) {
	r := newReader(t)
	data := []byte("# Titre\n\nUn texte assez long pour en être un, sans rien de plus.\n\n## Sources\n\n- Durand, P. (2024). Le banc. Éditions de la Rive.\n")
	got, want := r.Read("a.md", "", data), document.Read("a.md", "", data)
	if !equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if r.pool.idle[0].pdf {
		t.Error("the PDF engine was started for a text")
	}
	text, html := "Un texte <b>tel quel</b>.\n\n-- \nSignature", "<p>Autre chose</p>"
	if got, want := r.ReadBody(text, html), document.ReadBody(text, html); !equal(got, want) {
		t.Errorf("a body: got  %+v\nwant %+v", got, want)
	}
	if got, want := r.ReadBody(" ", html), document.ReadBody(" ", html); !equal(got, want) || got.WordsTotal != 2 {
		t.Errorf("a body in HTML: got  %+v\nwant %+v", got, want)
	}
	if len(r.pool.idle) != 1 || r.pool.idle[0].served != 3 {
		t.Errorf("the child was not kept: %+v", r.pool.idle)
	}
}

// TestHarm: whatever a document does to its reader, it is told, and the next one
// is read.
func TestHarm(t *testing.T) {
	r := newReader(t)
	r.Limits.Time, r.Limits.Memory = 2*time.Second, 150<<20
	for _, test := range []struct{ name, why string }{
		{"hang.test", "too long"}, {"greedy.test", "too much memory"}, {"crash.test", "broke down"},
	} {
		d := r.Read(test.name, "", []byte("Un texte."))
		if d.Fault != document.FaultStopped || !strings.Contains(d.Error, test.why) || d.File != test.name || len(d.SHA256) != 64 {
			t.Errorf("%s: %+v", test.name, d)
		}
		if d := r.Read("a.txt", "", []byte("Un texte.")); d.Error != "" || d.WordsTotal != 2 {
			t.Errorf("after %s: %+v", test.name, d)
		}
		if d := r.ReadBody(test.name, ""); d.Fault != document.FaultStopped || !strings.Contains(d.Error, test.why) || d.Type != document.Body {
			t.Errorf("a body, %s: %+v", test.name, d)
		}
	}
}

func TestKilledFromOutside(t *testing.T) {
	r := newReader(t)
	r.Limits.Time = 2 * time.Second // in the new child it hangs again
	r.Read("a.txt", "", []byte("Un texte."))
	killed := r.pool.idle[0]
	time.AfterFunc(200*time.Millisecond, func() { killed.command.Process.Kill() }) //nolint:errcheck // it is there
	if d := r.Read("hang.test", "", []byte("Un texte.")); d.Fault == document.FaultNone {
		t.Error("a hang was read")
	}
	if n := r.Replaced(); n != 2 {
		t.Errorf("readers replaced: %d", n)
	}
	if d := r.Read("a.txt", "", []byte("Un texte.")); d.Error != "" {
		t.Error(d.Error)
	}
}

// A child whose parent is gone ends, whatever its document does to it.
func TestTheParentIsGone(t *testing.T) {
	for _, name := range []string{"hang.test", "spin.test"} {
		r := newReader(t)
		p, err := r.start(false)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(sendJSON(p.in, request{Name: name}), send(p.in, []byte("a text")), p.in.Flush()); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(200*time.Millisecond, func() { p.pipe.Close() }) //nolint:errcheck // it is there
		if err := p.command.Wait(); err != nil {                        // for ever, where it does not end
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAnEarlierDocument: one that breaks a child that others used before is read
// again in a new one.
func TestAnEarlierDocument(t *testing.T) {
	r := newReader(t)
	for range 3 {
		if d := r.Read("second.test", "", []byte("Un texte.")); d.Error != "" {
			t.Error(d.Error)
		}
	}
}

func TestReplacedAfterSoMany(t *testing.T) {
	r := newReader(t)
	r.Limits.Documents = 2
	r.Read("a.txt", "", []byte("Un texte."))
	first := r.pool.idle[0]
	r.Read("a.txt", "", []byte("Un texte."))
	r.Read("a.txt", "", []byte("Un texte."))
	if len(r.pool.idle) != 1 || r.pool.idle[0] == first {
		t.Error("the child was not replaced")
	}
}

// TestSeveralAtOnce: children read side by side, and no more than they may be. Each
// TestSeveralAtOnce: while one child is at a document that never ends, another reads
// the others, one after the other.
func TestSeveralAtOnce(t *testing.T) {
	r := newReader(t)
	r.Children, r.Limits.Time = 2, 5*time.Second
	hung := make(chan document.Document)
	go func() { hung <- r.Read("hang.test", "", []byte("Un texte.")) }()
	var others sync.WaitGroup
	for range 20 {
		others.Go(func() {
			if d := r.Read("a.txt", "", []byte("Un texte.")); d.Error != "" {
				t.Error(d.Error)
			}
		})
	}
	others.Wait()
	select {
	case d := <-hung:
		t.Errorf("the others waited for the one that hangs: %s", d.Error)
	default:
	}
	if d := <-hung; d.Fault != document.FaultStopped {
		t.Errorf("%+v", d)
	}
	r.Read("a.pdf", "", essay(t)) // makes room for itself
	if n := len(r.pool.idle); n < 1 || n > 2 || r.pool.busy != 0 {
		t.Errorf("%d children wait and %d read", n, r.pool.busy)
	}
}

// TestAPDFInAnArchive: which kind of child it needs is known in a child alone.
func TestAPDFInAnArchive(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("bancs.pdf")
	if err == nil {
		_, err = w.Write(essay(t))
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	if d := newReader(t).Read("bancs.zip", "", b.Bytes()); d.Error != "" || d.File != "bancs.zip/bancs.pdf" || d.Title != "Les bancs de la ville" {
		t.Errorf("%s %q: %s", d.File, d.Title, d.Error)
	}
}

func TestNoProgram(t *testing.T) {
	r := newReader(t)
	r.Program = filepath.Join(t.TempDir(), "absent")
	if d := r.Read("a.txt", "", []byte("Un texte.")); d.Fault != document.FaultStopped || d.Type != document.Text {
		t.Errorf("%+v", d)
	}
}

func TestACacheOfOthersIsRefused(t *testing.T) {
	r := newReader(t)
	r.Cache = t.TempDir()
	if err := os.Chmod(r.Cache, 0o777); err != nil {
		t.Fatal(err)
	}
	if d := r.Read("a.pdf", "", essay(t)); d.Fault != document.FaultStopped {
		t.Errorf("%+v", d)
	}
}

func TestConfined(t *testing.T) {
	r := newReader(t)
	c, err := r.Confinement()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(c)
	if runtime.GOOS != "linux" || c.Landlock == 0 && !c.Seccomp {
		t.Skip("this kernel confines nothing: " + c.Missing())
	}
	for _, first := range []document.Type{document.Text, document.PDF} {
		if first == document.PDF {
			r.Read("a.pdf", "", essay(t))
		}
		if d := r.Read("escape.test", "", []byte("x")); d.Title != "" || d.Fault != document.FaultNone {
			t.Errorf("a child could: %s %s", d.Title, d.Error)
		}
	}
}

// TestCorpus reads real PDFs, which are no part of the project.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("GUICHET_CORPUS")
	if dir == "" {
		t.Skip("GUICHET_CORPUS names no corpus of real documents")
	}
	files, err := filepath.Glob(filepath.Join(dir, "docs", "*.pdf"))
	if err != nil || len(files) == 0 {
		t.Fatal("the corpus holds no PDF")
	}
	r := newReader(t)
	faults := map[document.Fault]int{}
	var slowest time.Duration
	var most int64
	begin := time.Now()
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		d := r.Read(filepath.Base(file), "", data)
		slowest = max(slowest, time.Since(start))
		for _, p := range r.pool.idle {
			most = max(most, p.resident())
		}
		faults[d.Fault]++
		if !d.Readable() && d.Type != document.Picture && d.Fault == document.FaultNone {
			t.Errorf("%s: neither read nor told", file)
		}
		if d.Fault == document.FaultStopped {
			t.Errorf("%s: %s", file, d.Error)
		}
		t.Logf("%s: %d words, %q %s", filepath.Base(file), d.WordsTotal, d.Title, d.Error)
	}
	t.Logf("%d PDFs in %v, slowest %v, %d MB resident; by fault %v", len(files), time.Since(begin), slowest, most>>20, faults)
}

func BenchmarkReadPDF(b *testing.B) {
	r, data := newReader(b), essay(b)
	r.Read("a.pdf", "", data)
	for b.Loop() {
		if d := r.Read("a.pdf", "", data); d.Error != "" {
			b.Fatal(d.Error)
		}
	}
	b.ReportMetric(float64(r.pool.idle[0].resident()>>20), "MB-resident")
}
