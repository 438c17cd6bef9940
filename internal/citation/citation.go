// Package citation writes how a publication is cited: in the French style, for
// BibTeX, and as CSL-JSON.
//
// It promises: a work that was withdrawn, retracted or removed says so wherever
// its title stands; its reference, authors, title and day stay. BibTeX has no
// character that would break the file. A name's parts are told by what French
// names show: the comma or the capitals of a family name, particles, the words of
// a collective; else the last word is the family's.
//
// It is pure. Sources: CSL 1.0.2 and its csl-data.json schema, BibTeX's btxdoc,
// AFNOR Z44-061 for the particles.
package citation

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Work is a publication as it is cited.
type Work struct {
	Reference desk.Reference
	Format    string // as readers know it: "Analyse"
	Title     string
	Authors   []string  // as they sign, in order
	On        time.Time // in the publication's own time zone
	URL       string
	Publisher string // "BARA"
	Language  string // of the text, ISO 639-1
	State     desk.PublicationState
}

const (
	noBreak       = "\u00a0"
	narrowNoBreak = "\u202f"
)

// marks are what a state puts before a title.
var marks = map[desk.PublicationState]string{
	desk.StandsConcern:   "Avertissement",
	desk.StandsWithdrawn: "Retiré",
	desk.StandsRetracted: "Rétracté",
	desk.StandsRemoved:   "Supprimé",
}

// notes say a state in a sentence.
var notes = map[desk.PublicationState]string{
	desk.StandsConcern:   "La rédaction a publié un avertissement sur ce texte.",
	desk.StandsWithdrawn: "Texte retiré à la demande de son auteur.",
	desk.StandsRetracted: "Texte rétracté par la rédaction.",
	desk.StandsRemoved:   "Texte supprimé pour raison légale.",
}

// French is the citation in the French style, without a line end:
//
//	Martin, L. et Gaulle, C. de (2026). Le titre. BARA, Analyse. https://…
//
// A text that has no page is cited by its reference.
func (w Work) French() string {
	title := typography(oneLine(w.Title))
	if mark := marks[w.State]; mark != "" {
		title = "[" + mark + "] " + title
	}
	parts := []string{w.frenchAuthors() + " (" + w.On.Format("2006") + ")", title, w.Publisher + ", " + w.Format}
	if w.URL != "" {
		parts = append(parts, w.URL)
	} else {
		parts = append(parts, "Référence "+string(w.Reference))
	}
	var b strings.Builder
	for i, part := range parts {
		b.WriteString(part)
		if !closed(part) && (w.URL == "" || i < len(parts)-1) {
			b.WriteByte('.')
		}
		if i < len(parts)-1 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func (w Work) frenchAuthors() string {
	names := make([]string, len(w.Authors))
	for i, author := range w.Authors {
		names[i] = ParseName(author).french()
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " et " + names[last]
}

// closed says whether a sentence has its end already.
func closed(s string) bool {
	s = strings.TrimRight(s, " »”\")"+noBreak+narrowNoBreak)
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "…")
}

var (
	beforeNarrow = regexp.MustCompile(`[ \x{00A0}\x{202F}]+([;!?])`)
	beforeWide   = regexp.MustCompile(`[ \x{00A0}\x{202F}]+([:»])`)
	afterQuote   = regexp.MustCompile(`«[ \x{00A0}\x{202F}]*`)
	straight     = regexp.MustCompile(`(\pL)'(\pL)`)
)

// typography sets a title as French is set: curved apostrophes, and spaces that do
// not break before high punctuation and inside quotation marks.
func typography(s string) string {
	s = strings.ReplaceAll(s, "...", "…")
	s = straight.ReplaceAllString(s, "$1’$2")
	s = beforeNarrow.ReplaceAllString(s, narrowNoBreak+"$1")
	s = beforeWide.ReplaceAllString(s, noBreak+"$1")
	return afterQuote.ReplaceAllString(s, "«"+noBreak)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// BibTeX is the citation as an entry of a .bib file, in UTF-8, with a line end.
// Its key is made of the reference alone, so that it never changes.
func (w Work) BibTeX() string {
	authors := make([]string, len(w.Authors))
	for i, author := range w.Authors {
		authors[i] = ParseName(author).bibTeX()
	}
	title := oneLine(w.Title)
	if mark := marks[w.State]; mark != "" {
		title = "[" + mark + "] " + title
	}
	note := "Référence " + string(w.Reference) + "."
	if said := notes[w.State]; said != "" {
		note += " " + said
	}
	var b strings.Builder
	fmt.Fprintf(&b, "@misc{%s,\n", w.key())
	fmt.Fprintf(&b, "  author       = {%s},\n", strings.Join(authors, " and "))
	fmt.Fprintf(&b, "  title        = {{%s}},\n", escape(title))
	fmt.Fprintf(&b, "  year         = {%d},\n", w.On.Year())
	fmt.Fprintf(&b, "  month        = %s,\n", strings.ToLower(w.On.Month().String()[:3]))
	fmt.Fprintf(&b, "  howpublished = {%s},\n", escape(w.Publisher+", "+w.Format))
	if w.URL != "" {
		fmt.Fprintf(&b, "  url          = {%s},\n", urlInBraces.Replace(w.URL))
	}
	fmt.Fprintf(&b, "  note         = {%s}\n}\n", escape(note))
	return b.String()
}

// urlInBraces keeps an address what it is between braces.
var urlInBraces = strings.NewReplacer("{", "%7B", "}", "%7D", `\`, "%5C", " ", "%20")

// key is the reference with what BibTeX's keys may hold.
func (w Work) key() string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, string(w.Reference))
}

// escapes are what TeX reads as something else. BibTeX counts braces whether a
// backslash stands before them or not, so that a brace is written as a command.
var escapes = strings.NewReplacer(
	`\`, `{\textbackslash}`, "{", `{\textbraceleft}`, "}", `{\textbraceright}`, "~", `{\textasciitilde}`, "^", `{\textasciicircum}`,
	"$", `\$`, "&", `\&`, "#", `\#`, "%", `\%`, "_", `\_`, noBreak, "~", narrowNoBreak, `\,`,
)

func escape(s string) string { return escapes.Replace(s) }
