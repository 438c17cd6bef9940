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

// TestCorpus holds the readers against real documents: what two other extractors
// agree on is read here too, and what cannot be read says why.
func TestCorpus(t *testing.T) {
	dir, rows := corpus(t)
	var gold, close98, counted, within int
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
		if d.Type != DOCX && d.Type != ODT || row.gold == "" {
			continue
		}
		want, err := os.ReadFile(filepath.Join(dir, row.gold))
		if err != nil {
			t.Fatal(err)
		}
		gold++
		if j := jaccard(d.Text, string(want)); j >= 0.98 {
			close98++
		} else {
			t.Logf("%s: Jaccard %.3f (%d words, tools %v) %s", row.file, j, d.WordsTotal, row.tools, d.Error)
		}
		if n, ok := agreed(row.tools); ok {
			counted++
			if math.Abs(float64(d.WordsTotal)-n) <= max(2, n*0.02) {
				within++
			} else {
				t.Logf("%s: %d words, tools agree on %.0f", row.file, d.WordsTotal, n)
			}
		}
	}
	t.Logf("%d of %d texts of docx and odt with Jaccard >= 0.98; %d of %d word counts within 2 %%; slowest %v",
		close98, gold, within, counted, slowest)
	if close98*100 < gold*97 {
		t.Errorf("only %d of %d texts agree", close98, gold)
	}
	if within*100 < counted*95 {
		t.Errorf("only %d of %d word counts agree", within, counted)
	}
}

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

// jaccard compares two texts as bags of words: the words that they share over the
// words of both.
func jaccard(a, b string) float64 {
	bag := map[string]int{}
	shared, all := 0, 0
	for w := range plainWords(a) {
		bag[w]++
		all++
	}
	for w := range plainWords(b) {
		if bag[w] > 0 {
			bag[w]--
			shared++
		} else {
			all++
		}
	}
	if all == 0 {
		return 1
	}
	return float64(shared) / float64(all)
}
