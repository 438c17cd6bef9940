package rules

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
	shipped "github.com/bara-think-tank/guichet/rules"
)

// FuzzLoad puts any bytes in the place of one file. Load must take the folder,
// and then be able to judge, or say what is wrong at a place that is in the file.
// Run it with -fuzzminimizetime=10x: making each input small takes most of a run.
func FuzzLoad(f *testing.F) {
	names := []string{deskName, criteriaName, subjectsName, "formats/baratin.yaml"}
	for i, name := range names {
		raw, err := fs.ReadFile(shipped.FS, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), string(raw))
	}
	for _, text := range []string{"", "a: &a [*a]", "<<: {a: 1}", "- - -", "? [a]: b", "a: !!binary x", "\xff", "name: !x [", "{}", "x: {expect: 'limit.a.b'}", "x: {examples: {good: [{limit: [{}], 1: {a: null}}]}}"} {
		f.Add(uint8(1), text)
		f.Add(uint8(3), text)
	}
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		files := copyOfShipped(t)
		name := names[int(which)%len(names)]
		files[name].Data = []byte(text)
		set, err := Load(files)
		if err == nil {
			r := set.Validate(Submission{Format: set.Formats[0].ID, Documents: []document.Document{good(400)}}, "fr")
			if r.Findings == nil {
				t.Fatal("no findings")
			}
			for _, c := range set.TryExamples() {
				for _, e := range c.Examples {
					if e.Wrong == "" && e.Finding.Result != e.Want {
						t.Fatalf("%s: %s gives %s", c.Criterion, e.Given, e.Finding.Result)
					}
				}
			}
			return
		}
		var faults desk.Faults
		if !errors.As(err, &faults) || set != nil {
			t.Fatalf("%v is no list of faults", err)
		}
		for _, fault := range faults {
			var lines []string
			if file := files[fault.File]; file != nil {
				lines = strings.Split(string(file.Data), "\n")
			}
			if fault.Line > len(lines)+1 || fault.Line > 0 && fault.Column < 1 || fault.Message == "" {
				t.Fatalf("the fault %v is at no place of its file", fault)
			}
		}
	})
}
