package likeness

import (
	"strings"

	"github.com/bara-think-tank/guichet/internal/document"
)

// Overlap is a passage that two texts share: as it stands in each, with the words
// around it.
type Overlap struct {
	Words int // that both have in a row
	A, B  Passage
}

// Passage is a stretch of a text and the words around it, as written.
type Passage struct{ Before, Text, After string }

// The passages worth showing, and the bounds on looking for them.
const (
	leastOverlap = 12 // words in a row
	aroundWords  = 8
	mostPlaces   = 8 // of one shingle in the other text that are tried
)

// Overlaps lists the passages that two texts share, in the order of the first. As
// for Sketch, bibliographies and quotations do not count.
func Overlaps(a, b document.Document) []Overlap {
	wordsA, wordsB := prose(a), prose(b)
	places := map[int64][]int{}
	for i, h := range shingles(wordsB) {
		if len(places[h]) < mostPlaces {
			places[h] = append(places[h], i)
		}
	}
	var found []Overlap
	hashes := shingles(wordsA)
	for i := 0; i < len(hashes); {
		at, n := longest(wordsA[i:], wordsB, places[hashes[i]])
		if n < leastOverlap {
			i++
			continue
		}
		found = append(found, Overlap{n, passage(a.Text, wordsA, i, n), passage(b.Text, wordsB, at, n)})
		i += n
	}
	return found
}

// longest is where b goes on longest as a begins, and for how many words.
func longest(a, b []word, places []int) (at, words int) {
	for _, place := range places {
		n := 0
		for n < len(a) && place+n < len(b) && a[n].hash == b[place+n].hash {
			n++
		}
		if n > words {
			at, words = place, n
		}
	}
	return at, words
}

// passage cuts n words out of a text, at a word, with those around them.
func passage(text string, words []word, at, n int) Passage {
	from, to := max(at-aroundWords, 0), min(at+n+aroundWords, len(words))
	start, end := words[at].start, words[at+n-1].end
	cut := func(from, to int) string { return strings.Join(strings.Fields(text[from:to]), " ") }
	return Passage{
		Before: cut(words[from].start, start),
		Text:   cut(start, end),
		After:  cut(end, words[to-1].end),
	}
}
