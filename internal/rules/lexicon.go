package rules

import (
	"errors"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// role is what a word does in a subject.
type role uint8

const (
	plain       role = iota // says nothing to the desk
	announcing              // voici, mon: a format may follow
	asking                  // je souhaite: a withdrawal may follow
	linking                 // de, la: may stand among the others
	reference               // BARA-2026-0042-R
	negating                // sans
	format                  // baratin
	withdrawing             // retrait
	commanding              // aide
)

// lists names the list of subjects.yaml that a role comes from.
var lists = map[role]string{
	announcing: "announcing", asking: "asking", linking: "linking",
	negating: "negations", withdrawing: "withdrawal", commanding: "commands",
}

// sorts says whether the role decides what a mail is.
func (r role) sorts() bool { return r == format || r == withdrawing || r == commanding }

// leads says whether what follows a word of this role may still stand first.
func (r role) leads() bool { return r >= announcing && r <= reference }

// term is one entry of a lexicon: a word, or several in a row.
type term struct {
	words   []string
	role    role
	id      string // of the format or the command
	derived bool   // a plural that nobody wrote
}

// lexicon holds terms by their first word, the longest first.
type lexicon map[string][]term

// add puts a term in, or returns the one that stands in its way.
func (l lexicon) add(t term) (before term, ok bool) {
	first := t.words[0]
	for i, known := range l[first] {
		switch {
		case !slices.Equal(known.words, t.words):
			continue
		case known.role == t.role && known.id == t.id && (known.derived || t.derived):
			l[first][i].derived = known.derived && t.derived
			return t, true
		}
		return known, false
	}
	l[first] = append(l[first], t)
	slices.SortStableFunc(l[first], func(a, b term) int { return len(b.words) - len(a.words) })
	return t, true
}

// addPlurals puts the regular plurals of a term in: of its first word, and of
// all its words.
func (l lexicon) addPlurals(t term) {
	first, all := slices.Clone(t.words), slices.Clone(t.words)
	first[0] = plural(first[0])
	for i, w := range all {
		all[i] = plural(w)
	}
	for _, words := range [][]string{first, all} {
		l.add(term{words: words, role: t.role, id: t.id, derived: true})
	}
}

func plural(word string) string {
	if strings.ContainsAny(word[len(word)-1:], "sxz") {
		return word
	}
	return word + "s"
}

// match is the longest term at the head of tokens, and how many it takes.
func (l lexicon) match(tokens []token) (term, int) {
	for _, t := range l[tokens[0].text] {
		if t.matches(tokens) {
			return t, len(t.words)
		}
	}
	return term{}, 0
}

func (t term) matches(tokens []token) bool {
	if len(tokens) < len(t.words) {
		return false
	}
	for i, w := range t.words {
		if tokens[i].text != w || i > 0 && tokens[i].gap == broken {
			return false
		}
	}
	return true
}

// piece is one word of a subject, or several that mean one thing.
type piece struct {
	token
	role role
	id   string
}

// pieces reads words into pieces.
func (c *classifier) pieces(tokens []token) []piece {
	pieces := make([]piece, 0, len(tokens))
	for i := 0; i < len(tokens); {
		t, n := c.lexicon.match(tokens[i:])
		if !t.role.sorts() { // the prefix of a reference may be a word: BARA
			if ref, taken := referenceTerm(tokens[i:]); ref.role == reference || n == 0 {
				t, n = ref, taken
			}
		}
		p := piece{token: tokens[i], role: t.role, id: t.id}
		p.end = tokens[i+n-1].end
		pieces = append(pieces, p)
		i += n
	}
	return pieces
}

// referenceTerm reads the reference at the head of tokens, however it was
// hyphened, or else one plain word.
func referenceTerm(tokens []token) (term, int) {
	const parts, maxReference = 4, 40 // prefix, year, number, check character
	if !digital(tokens[0]) && (len(tokens) == 1 || !digital(tokens[1])) {
		return term{}, 1
	}
	var typed []string
	for _, t := range tokens[:min(parts, len(tokens))] {
		typed = append(typed, t.text)
	}
	for n := len(typed); n > 0; n-- {
		text, last := strings.Join(typed[:n], "-"), typed[n-1]
		if len(text) > maxReference {
			continue
		}
		_, err := desk.ParseReference(text)
		// A mistyped reference is one too, but "Budget 2025-2026" is none.
		years := len(last) == 4 && last[0] != '0' && strings.Trim(last, "0123456789") == ""
		if err == nil || errors.Is(err, desk.ErrCheck) && !years {
			return term{role: reference}, n
		}
	}
	return term{}, 1
}

func digital(t token) bool { return strings.ContainsAny(t.text, "0123456789") }
