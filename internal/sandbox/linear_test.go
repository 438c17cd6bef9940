package sandbox

import (
	"bytes"
	"os"
	"testing"
)

// TestNothingIsLeft: after any document the engine's memory is what it was before the
// first, byte for byte, or the instance is thrown away.
func TestNothingIsLeft(t *testing.T) {
	folder, err := newReader(t).cache()
	if err != nil {
		t.Fatal(err)
	}
	e, err := newEngine(folder)
	if err != nil {
		t.Fatal(err)
	}
	first, err := e.instance()
	if err != nil {
		t.Fatal(err)
	}
	before := bytes.Clone(e.memory.mapped[:e.memory.size])
	large := append(essay(t), bytes.Repeat([]byte("\n% nothing to see"), 2<<20)...)
	real, err := os.ReadFile("../../testdata/document/petites-gares.pdf")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		data  []byte
		pages int
	}{
		{"made", essay(t), 2},
		{"saved by a program", real, 3},
		{"a scan", scanned(), 1},
		{"locked", locked(), 0},
		{"damaged", essay(t)[:700], 0},
		{"larger than the memory", large, 2},
		{"made, once more", essay(t), 2},
	} {
		made, _ := e.Layout(test.data) //nolint:errcheck // some cannot be read
		if len(made.Pages) != test.pages {
			t.Errorf("%s: %d pages", test.name, len(made.Pages))
		}
		if e.held == nil {
			if test.name != "larger than the memory" {
				t.Errorf("%s: the instance was thrown away", test.name)
			}
			if _, err := e.instance(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if !bytes.Equal(e.memory.mapped[:e.memory.size], before) {
			t.Errorf("%s: something is left", test.name)
		}
	}
	if e.held == first {
		t.Error("an instance whose memory grew reads on")
	}
}

// TestMemoryIsPutBack: what was zero is zero again, what was not is what it was, and
// memory that grew is not.
func TestMemoryIsPutBack(t *testing.T) {
	l := lend(64 << 10)
	defer l.Free()
	l.Reallocate(uint64(8 * pageSize))
	for _, at := range []int{0, 3, 4, 7} {
		l.mapped[at*pageSize+at] = byte(at + 1)
	}
	l.keep()
	before := bytes.Clone(l.mapped[:l.size])
	for at := range l.size {
		l.mapped[at] ^= 0x55
	}
	if !l.restore() || !bytes.Equal(l.mapped[:l.size], before) {
		t.Error("it is not what it was")
	}
	l.Reallocate(uint64(9 * pageSize))
	if l.restore() {
		t.Error("memory that grew is as it was")
	}
}
