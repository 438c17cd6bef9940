package desk

// Sketch is what is kept of a text to tell its near copies, and holds none of its
// words. The zero Sketch is that of a text too short to be compared.
type Sketch struct {
	Size   int     // how many different shingles the text has
	Hashes []int64 // the smallest of their hashes, in order, none negative
}

// sketchKeys is how many of a sketch's hashes the ledger finds it by.
const sketchKeys = 16

// Keys are the hashes that the sketch is found by: two texts that share much share
// one at least.
func (s Sketch) Keys() []int64 { return s.Hashes[:min(len(s.Hashes), sketchKeys)] }

// Kin is a version by somebody else that may share much of a text.
type Kin struct {
	CaseID    int64
	Reference Reference
	Version   int
	Sketch    Sketch
}

// Likeness is how much of a text stands in another author's version, or that one's
// in it: in percent of the shorter.
type Likeness struct {
	CaseID    int64
	Reference Reference
	Version   int
	Percent   int
}

// Held is a case whose author sent the very same text before.
type Held struct {
	Case   Case
	Number int     // of the last version with that text
	Last   Version // the case's last version, with its findings
}
