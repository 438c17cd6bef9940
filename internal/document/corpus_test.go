package document

import (
	"encoding/csv"
	"iter"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// corpusRow is one document of the corpus and what is known of it.
type corpusRow struct {
	file, gold, note string
	tools            []int // what each that can read it counts
}

// unread says whether no tool makes a text of it: it is broken, encrypted or a
// scan. PDF is read elsewhere, and its type is told by its bytes.
func (r corpusRow) unread() bool {
	for _, n := range r.tools {
		if n > 0 {
			return false
		}
	}
	return r.note != ""
}

// corpus opens the folder of real documents, which is no part of the project.
func corpus(t *testing.T) (dir string, rows []corpusRow) {
	t.Helper()
	dir = os.Getenv("GUICHET_CORPUS")
	if dir == "" {
		t.Skip("GUICHET_CORPUS names no corpus of real documents")
	}
	f, err := os.Open(filepath.Join(dir, "docs.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range lines[0] {
		column[name] = i
	}
	for _, l := range lines[1:] {
		row := corpusRow{file: l[column["file"]], gold: l[column["gold_text"]], note: l[column["note"]]}
		for tool := range strings.FieldsSeq(l[column["words_tools"]]) {
			_, n, _ := strings.Cut(tool, "=")
			if count, err := strconv.Atoi(n); err == nil {
				row.tools = append(row.tools, count)
			}
		}
		rows = append(rows, row)
	}
	return filepath.Join(dir, "docs"), rows
}

// tally counts, for one type or for all, how the texts agree with what others
// read in them.
type tally struct {
	texts, strict, alike, covered int // Jaccard as it is, and set alike; the agreed text is held
	counted, raw, signs, ours     int // counts within 2 %: see TestCorpus
}

func (c *tally) add(o tally) {
	c.texts, c.strict, c.alike, c.covered = c.texts+o.texts, c.strict+o.strict, c.alike+o.alike, c.covered+o.covered
	c.counted, c.raw, c.signs, c.ours = c.counted+o.counted, c.raw+o.raw, c.signs+o.signs, c.ours+o.ours
}

// TestCorpus holds the readers against real documents: what two other extractors
// agree on is read here too, their counts are ours, and what cannot be read says
// why.
//
// The texts agreed on are made by programs that leave out what a reader sees
// (notes, text boxes, the numbers of headings) or show what is hidden, each for a
// whole document. So a text that differs is compared once more set alike: without
// the kinds that the agreed text lacks. And the programs count as words the lone
// signs and bullets that our rule does not count: their counts are held against
// ours by their rule (signs), the agreed text by our rule against our count (ours).
func TestCorpus(t *testing.T) {
	dir, rows := corpus(t)
	types := map[Type]*tally{DOCX: {}, ODT: {}, RTF: {}, DOC: {}}
	var slowest time.Duration
	for _, row := range rows {
		data, err := os.ReadFile(filepath.Join(dir, row.file))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		d := Read(row.file, "", data)
		slowest = max(slowest, time.Since(start))
		if !d.Readable() && d.Type != Picture && (d.Error == "" || d.Fault == FaultNone) {
			t.Errorf("%s: not readable, and no error says why", row.file)
		}
		if row.unread() && d.Readable() {
			t.Errorf("%s: read as %s, while no tool reads it (%s)", row.file, d.Type, row.note)
		}
		of := types[d.Type]
		if of == nil || row.gold == "" || d.Fault == FaultType { // Word 95, say: named, not read
			continue
		}
		want, err := os.ReadFile(filepath.Join(dir, row.gold))
		if err != nil {
			t.Fatal(err)
		}
		of.add(compare(t, row, data, d, withoutUnseen(string(want)))) // a soft hyphen ends no word
	}
	var all tally
	for is, of := range types {
		all.add(*of)
		t.Logf("%s: of %d texts, %d have a Jaccard >= 0.98 as they are, %d set alike; %d hold 0.98 of the agreed text", is, of.texts, of.strict, of.alike, of.covered)
	}
	t.Logf("of %d texts in all, %d have a Jaccard >= 0.98 as they are, %d set alike; %d hold 0.98 of the agreed text; slowest %v", all.texts, all.strict, all.alike, all.covered, slowest)
	t.Logf("counts within 2 %%: of %d on which tools agree, %d as they are, %d by the tools' rule; of %d agreed texts, %d by our rule", all.counted, all.raw, all.signs, all.texts, all.ours)
	if all.alike*100 < all.texts*97 || all.covered*100 < all.texts*97 {
		t.Errorf("%d of %d texts agree, %d are covered: the least is 97 %%", all.alike, all.texts, all.covered)
	}
	if all.signs*100 < all.counted*95 || all.ours*100 < all.texts*95 {
		t.Errorf("%d of %d counts agree by the tools' rule, %d of %d by ours: the least is 95 %%", all.signs, all.counted, all.ours, all.texts)
	}
}

// compare holds one text against the agreed one.
func compare(t *testing.T, row corpusRow, data []byte, d Document, want string) (c tally) {
	t.Helper()
	one := func(ok bool) int {
		if ok {
			return 1
		}
		return 0
	}
	strict, cover := overlap(d.Text, want)
	best, alike, how := strict, data, ""
	if strict < 0.98 && d.Type == DOCX {
		for way := range variants(t, data) {
			if j, _ := overlap(Read(row.file, "", way.data).Text, want); j > best {
				best, alike, how = j, way.data, way.how
			}
			if best >= 0.98 {
				break
			}
		}
	}
	c.texts, c.strict, c.alike, c.covered = 1, one(strict >= 0.98), one(best >= 0.98), one(cover >= 0.98 || best >= 0.98)
	like := Read(row.file, "", alike)
	c.ours = one(near(like.WordsTotal, float64(countWords(want))))
	if c.strict*c.ours == 0 {
		t.Logf("%s: Jaccard %.3f, %.3f set alike%s, %.3f of the agreed text; %d words, %d set alike, %d agreed %s",
			row.file, strict, best, how, cover, d.WordsTotal, like.WordsTotal, countWords(want), d.Error)
	}
	if n, ok := agreed(row.tools); ok {
		c.counted, c.raw = 1, one(near(d.WordsTotal, n))
		own, set := toolsCount(d.Type, data), toolsCount(d.Type, alike)
		if c.signs = one(near(own, n) || near(set, n)); c.signs == 0 {
			t.Logf("%s: %d words, %d by the tools' rule, %d set alike; the tools agree on %.0f", row.file, d.WordsTotal, own, set, n)
		}
	}
	return c
}

// toolsCount counts as the tools do: whatever stands between white space, and the
// bullets of items.
func toolsCount(is Type, data []byte) (n int) {
	made, err := readers[is](data)
	if err != nil {
		return 0
	}
	for _, b := range settle(made.blocks) {
		n += len(strings.Fields(b.full()))
		if b.item && b.label == "" {
			n++
		}
	}
	return n
}

// variant is a document made without some kinds of what it shows.
type variant struct {
	how  string
	data []byte
}

// kinds are what some programs leave out of a docx, or show though it is hidden.
var kinds = []struct {
	how  string
	part *regexp.Regexp // its whole content goes
	text *regexp.Regexp // this goes from every part
}{
	{"without boxes", nil, regexp.MustCompile(`(?s)<w:txbxContent>.*?</w:txbxContent>`)},
	{"without notes", regexp.MustCompile(`(foot|end)notes\.xml$`), nil},
	{"without numbers", regexp.MustCompile(`numbering\.xml$`), nil},
	{"with what is hidden", nil, regexp.MustCompile(`<w:vanish/>`)},
}

// variants makes a docx again without some kinds, in every combination, those of
// one kind first.
func variants(t *testing.T, data []byte) iter.Seq[variant] {
	t.Helper()
	sets := []int{1, 2, 4, 8, 3, 5, 6, 9, 10, 12, 7, 11, 13, 14, 15}
	return func(yield func(variant) bool) {
		for _, set := range sets {
			v := variant{}
			for i, kind := range kinds {
				if set&(1<<i) != 0 {
					v.how += ", " + kind.how
				}
			}
			if v.data = without(t, data, set); !yield(v) {
				return
			}
		}
	}
}

// without makes a docx again without a set of kinds.
func without(t *testing.T, data []byte, set int) []byte {
	t.Helper()
	a, err := openArchive(data)
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for name := range a.parts {
		content, err := a.read(name)
		if err != nil {
			continue // a folder
		}
		keep := true
		for i, kind := range kinds {
			if set&(1<<i) == 0 {
				continue
			}
			keep = keep && (kind.part == nil || !kind.part.MatchString(name))
			if kind.text != nil && strings.HasSuffix(name, ".xml") {
				content = kind.text.ReplaceAll(content, nil)
			}
		}
		if keep && !strings.HasSuffix(name, "/") {
			parts = append(parts, name, string(content))
		}
	}
	return zipped(t, parts...)
}

// near says whether a count is within 2 % of another, or two words of a short one.
func near(n int, of float64) bool { return math.Abs(float64(n)-of) <= max(2, of*0.02) }

// agreed is what two of the tools count, within 2 % of each other: the middle of
// the closest pair.
func agreed(tools []int) (float64, bool) {
	best, at := math.Inf(1), 0.0
	for i, a := range tools {
		for _, b := range tools[i+1:] {
			gap := math.Abs(float64(a-b)) / math.Max(1, float64(max(a, b)))
			if gap < best {
				best, at = gap, float64(a+b)/2
			}
		}
	}
	return at, best <= 0.02
}

// overlap compares two texts as bags of words: the words that they share over the
// words of both, and over those of the second.
func overlap(a, b string) (jaccard, cover float64) {
	bag := map[string]int{}
	shared, all, second := 0, 0, 0
	for w := range plainWords(a) {
		bag[w]++
		all++
	}
	for w := range plainWords(b) {
		second++
		if bag[w] > 0 {
			bag[w]--
			shared++
		} else {
			all++
		}
	}
	if second == 0 {
		return 1, 1
	}
	return float64(shared) / float64(all), float64(shared) / float64(second)
}
