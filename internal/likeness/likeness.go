// Package likeness tells whether two texts are much the same, by sketches that hold
// none of their words, and which passages they share.
//
// It promises: bounded work on any text; a text of which every fifth sentence was
// rewritten, or whose paragraphs stand in another order, is alike; two texts that
// different people wrote on one subject, with the same quotations and the same
// sources, are not (the tests measure both). It says nothing of who copied whom: two
// authors may well have written one text together.
//
// It is pure.
package likeness

import (
	"math"
	"math/bits"
	"slices"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
)

// How texts are compared: by the shingles, five words in a row, that each holds.
// Chance gives two texts on one subject hardly any of the same.
const (
	shingleWords = 5
	leastSketch  = 40 // shingles below which a text is too short to be told apart
	mostKept     = 256
	leastSample  = 8 // hashes below which an estimate is no better than a guess
)

// Least is the share of the shorter text, in percent, from which two texts
// are worth an editor's look. A text of which every fifth sentence was rewritten
// keeps about 75.
const Least = 50

// Sketch is what is kept of a text to tell its near copies: of all the hashes of
// its shingles, the smallest. The smallest of two texts' hashes that both hold are
// a fair sample of what they share (Broder, "On the resemblance and containment of
// documents", 1997). The bibliography and quotations do not count. A text that is
// too short has an empty sketch.
func Sketch(d document.Document) desk.Sketch {
	hashes := slices.Compact(sorted(shingles(prose(d))))
	size := len(hashes)
	if size < leastSketch {
		return desk.Sketch{}
	}
	return desk.Sketch{Size: size, Hashes: slices.Clone(hashes[:min(size, mostKept)])}
}

// sorted is the hashes in order. They are spread evenly, so that each is put nearly in
// its place by its first bits.
func sorted(hashes []int64) []int64 {
	const each = 4 // in one place, about
	wide := bits.Len(uint(len(hashes) / each))
	ends := make([]int, 1<<wide+1)
	for _, h := range hashes {
		ends[h>>(63-wide)+1]++
	}
	for i := range 1 << wide {
		ends[i+1] += ends[i]
	}
	in := make([]int64, len(hashes))
	for _, h := range hashes {
		place := &ends[h>>(63-wide)] // where the place begins, until all are in it
		in[*place] = h
		*place++
	}
	start := 0
	for _, end := range ends[:1<<wide] {
		slices.Sort(in[start:end])
		start = end
	}
	return in
}

// Percent estimates how much of the shorter of two texts the other holds, in
// percent: 100 where it is wholly in it. It is 0 where it cannot be told.
func Percent(a, b desk.Sketch) int {
	if a.Size > b.Size {
		a, b = b, a
	}
	if a.Size == 0 {
		return 0
	}
	// Up to here both sketches hold every hash that their texts have.
	known := min(horizon(a), horizon(b))
	sample, shared := 0, 0
	for _, h := range a.Hashes {
		if h > known {
			break
		}
		sample++
		if _, found := slices.BinarySearch(b.Hashes, h); found {
			shared++
		}
	}
	if sample < leastSample {
		return 0
	}
	return int(math.Round(100 * float64(shared) / float64(sample)))
}

// horizon is the largest hash up to which a sketch is complete.
func horizon(s desk.Sketch) int64 {
	if len(s.Hashes) == s.Size {
		return math.MaxInt64
	}
	return s.Hashes[len(s.Hashes)-1]
}

// shingles hashes every shingle of a text, in order.
func shingles(words []word) []int64 {
	if len(words) < shingleWords {
		return nil
	}
	hashes := make([]int64, 0, len(words)-shingleWords+1)
	for i := range len(words) - shingleWords + 1 {
		var h uint64
		for _, w := range words[i : i+shingleWords] {
			h = scatter(h*31 + w.hash)
		}
		hashes = append(hashes, int64(h>>1)) // the store keeps signed integers
	}
	return hashes
}

// hashWord is FNV-1a; its values are kept in databases and never change.
func hashWord(folded []byte) uint64 {
	h := uint64(firstHash)
	for _, c := range folded {
		h = (h ^ uint64(c)) * nextHash
	}
	return h
}

const (
	firstHash = 14695981039346656037
	nextHash  = 1099511628211
)

// scatter spreads a hash over all its bits (the finalizer of SplitMix64): the
// smallest hashes must be a fair choice.
func scatter(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
