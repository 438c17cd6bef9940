package document

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// corpusRow is one document of the corpus and what is known of it.
type corpusRow struct {
	file, gold, note string
	tools            []int
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

// tally counts, for one type, how many texts agree with what others read in them.
type tally struct{ gold, close98, covered int }

// TestCorpus holds the readers against real documents: what two other extractors
// agree on is read here too, and what cannot be read says why. The least shares
// are below the aim of 97 % and 95 %: the texts agreed on lack text boxes, notes
// and numbers that the documents show, and hold text that they hide, and the tools
// count lone signs as words. The numbers of lists are not read in doc.
func TestCorpus(t *testing.T) {
	dir, rows := corpus(t)
	var gold, close98, covered, counted, within, alike int
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
		of := types[d.Type]
		if of == nil || row.gold == "" || d.Fault == FaultType { // Word 2, say: named, not read
			continue
		}
		want, err := os.ReadFile(filepath.Join(dir, row.gold))
		if err != nil {
			t.Fatal(err)
		}
		agreedText := unseenSigns.Replace(string(want)) // a soft hyphen ends no word
		gold, of.gold = gold+1, of.gold+1
		j, cover := overlap(d.Text, agreedText)
		if cover >= 0.98 {
			covered, of.covered = covered+1, of.covered+1
		}
		if j >= 0.98 {
			close98, of.close98 = close98+1, of.close98+1
		} else {
			t.Logf("%s: Jaccard %.3f, %.3f of the agreed text (%d words, tools %v) %s", row.file, j, cover, d.WordsTotal, row.tools, d.Error)
		}
		if near(d.WordsTotal, float64(countWords(agreedText))) {
			alike++
		}
		if n, ok := agreed(row.tools); ok {
			counted++
			if near(d.WordsTotal, n) {
				within++
			} else {
				t.Logf("%s: %d words, tools agree on %.0f", row.file, d.WordsTotal, n)
			}
		}
	}
	for is, of := range types {
		t.Logf("%s: of %d texts, %d have a Jaccard >= 0.98 and %d hold 0.98 of the agreed text", is, of.gold, of.close98, of.covered)
	}
	t.Logf("of %d texts in all, %d have a Jaccard >= 0.98 and %d hold 0.98 of the agreed text; slowest %v", gold, close98, covered, slowest)
	t.Logf("word counts within 2 %%: %d of %d of the tools' own, %d of %d of the agreed text by our rule", within, counted, alike, gold)
	packaged := tally{types[DOCX].gold + types[ODT].gold, types[DOCX].close98 + types[ODT].close98, 0}
	others := tally{gold - packaged.gold, close98 - packaged.close98, 0}
	if packaged.close98*100 < packaged.gold*92 || others.close98*100 < others.gold*85 || covered*100 < gold*97 {
		t.Errorf("%d of %d texts agree, %d are covered", close98, gold, covered)
	}
	if alike*100 < gold*93 {
		t.Errorf("%d of %d word counts agree", alike, gold)
	}
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
