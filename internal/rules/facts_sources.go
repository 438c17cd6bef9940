package rules

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bara-think-tank/guichet/internal/document"
)

// sourcesMissing names the incomplete sources by their number, with what each
// lacks: "entrée 2 (année) ; entrée 5 (lien ou éditeur)".
func (k known) sourcesMissing() any {
	if k.choice.doubt != certain {
		return nil
	}
	w := speeches[k.lang]
	var entries []string
	for _, i := range incomplete(k.choice.text) {
		var lacks []string
		for _, part := range k.choice.text.Sources[i].Missing() {
			lacks = append(lacks, w.of(part))
		}
		entries = append(entries, fmt.Sprintf(w.entry, i+1, strings.Join(lacks, ", ")))
	}
	return k.listed(entries)
}

// incomplete is the places of the sources that lack something.
func incomplete(d document.Document) []int {
	var places []int
	for i, s := range d.Sources {
		if len(s.Missing()) > 0 {
			places = append(places, i)
		}
	}
	return places
}

// faulty names the sources in which something cannot be right, and those that
// repeat another: "entrée 3 (ISBN faux)".
func (k known) faulty() []string {
	w := speeches[k.lang]
	var entries []string
	for i, s := range k.choice.text.Sources {
		var faults []string
		for _, fault := range s.Faults {
			faults = append(faults, w.of(fault))
		}
		if year, err := strconv.Atoi(s.Year); err == nil && k.year > 0 && year > k.year {
			faults = append(faults, fmt.Sprintf(w.of("future"), s.Year))
		}
		if s.Repeats > 0 {
			faults = append(faults, fmt.Sprintf(w.of("repeats"), s.Repeats))
		}
		if len(faults) > 0 {
			entries = append(entries, fmt.Sprintf(w.entry, i+1, strings.Join(faults, ", ")))
		}
	}
	return entries
}

// uncited names the sources that a text which cites its sources never cites, by
// their numbers and first authors.
func (k known) uncited() []string {
	var entries []string
	if len(k.choice.text.Citations) == 0 {
		return entries
	}
	for i, s := range k.choice.text.Sources {
		if !s.Cited {
			entries = append(entries, fmt.Sprintf(speeches[k.lang].entry, i+1, strings.Join(s.Authors[:min(1, len(s.Authors))], "")))
		}
	}
	return entries
}

// unlisted is the citations that no source answers, each once.
func (k known) unlisted() []string {
	var texts []string
	seen := map[string]bool{}
	for _, c := range k.choice.text.Citations {
		if c.Source == 0 && !seen[c.Text] {
			seen[c.Text] = true
			texts = append(texts, c.Text)
		}
	}
	return texts
}

// listedAtMost is how many entries a sentence names: an answer fits a screen.
const listedAtMost = 6

// listed joins what is named, and says how much more there is.
func (k known) listed(entries []string) string {
	w := speeches[k.lang]
	more := ""
	if n := len(entries) - listedAtMost; n > 0 {
		more = w.then + fmt.Sprintf(w.more, n)
		entries = entries[:listedAtMost]
	}
	return strings.Join(entries, w.then) + more
}
