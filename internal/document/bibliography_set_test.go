package document

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// bibliographySet is one file of testdata/bibliography: a style, and entries with
// the fields to be read in them.
type bibliographySet struct {
	Style   string
	Entries []setEntry
}

type setEntry struct {
	Text, Date, Title, Container, Publisher, URL, DOI, ISBN string
	Authors                                                 []string
}

// heldOut says whether the entry at a place of its file is one on which the parser
// is not tuned.
func heldOut(i int) bool { return i%3 == 2 }

func bibliographySets(tb testing.TB) map[string]bibliographySet {
	files, err := filepath.Glob("../../testdata/bibliography/*.yaml")
	if err != nil || len(files) < 8 {
		tb.Fatalf("%d files, %v", len(files), err)
	}
	sets := map[string]bibliographySet{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		var set bibliographySet
		if err := yaml.Unmarshal(raw, &set); err != nil {
			tb.Fatalf("%s: %v", file, err)
		}
		sets[strings.TrimSuffix(filepath.Base(file), ".yaml")] = set
	}
	return sets
}

// score counts the fields that an entry has, or that were read in it where it has
// none, and those of them that are right.
type score struct{ right, all int }

func (c *score) add(other score) { c.right, c.all = c.right+other.right, c.all+other.all }

func (c score) percent() float64 { return 100 * float64(c.right) / float64(max(c.all, 1)) }

// check compares what was read with what an entry holds. A field that is empty on
// both sides proves nothing and is not counted.
func (e setEntry) check(s Source, wrong func(field, got, want string)) (c score) {
	year, _, _ := strings.Cut(e.Date, "-")
	for _, f := range []struct{ name, got, want string }{
		{"authors", strings.Join(s.Authors, " | "), strings.Join(e.Authors, " | ")},
		{"year", s.Year, year},
		{"date", s.Date, e.Date},
		{"title", s.Title, e.Title},
		{"container", s.Container, e.Container},
		{"publisher", s.Publisher, e.Publisher},
		{"url", s.URL, e.URL},
		{"doi", s.DOI, e.DOI},
		{"isbn", s.ISBN, e.ISBN},
	} {
		got, want := oneLine(f.got), oneLine(f.want)
		if got == "" && want == "" {
			continue
		}
		c.all++
		if got == want {
			c.right++
		} else {
			wrong(f.name, got, want)
		}
	}
	return c
}

// leastRight is how many of a hundred fields must be read right.
const leastRight = 95

func TestBibliographySet(t *testing.T) {
	sets := bibliographySets(t)
	var tuned, held score
	entries := 0
	for _, name := range sortedKeys(sets) {
		var ofTuned, ofHeld score
		for i, e := range sets[name].Entries {
			entries++
			c := e.check(parseSource(e.Text, nil), func(field, got, want string) {
				if !heldOut(i) || os.Getenv("GUICHET_HELD") != "" {
					t.Logf("%s %d: %s\n\t%s: got %q, want %q", name, i+1, e.Text, field, got, want)
				}
			})
			if heldOut(i) {
				ofHeld.add(c)
			} else {
				ofTuned.add(c)
			}
		}
		t.Logf("%-14s %3d entries: %5.1f %% of %d fields right, holdout %5.1f %% of %d", name, len(sets[name].Entries), ofTuned.percent(), ofTuned.all, ofHeld.percent(), ofHeld.all)
		tuned.add(ofTuned)
		held.add(ofHeld)
	}
	t.Logf("%d entries in %d styles: %.1f %% of %d fields right, holdout %.1f %% of %d", entries, len(sets), tuned.percent(), tuned.all, held.percent(), held.all)
	if entries < 180 || tuned.percent() < leastRight {
		t.Errorf("%d entries, %.1f %% of the fields right", entries, tuned.percent())
	}
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	return slices.SortedFunc(slices.Values(keys), cmp.Compare[string])
}
