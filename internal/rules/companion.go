package rules

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/bara-think-tank/guichet/internal/document"
)

// companion is what a readable file beside the text is.
type companion uint8

const (
	noCompanion  companion = iota
	letter                 // presents the text
	curriculum             // of its author
	bibliography           // nothing but sources
)

// longestCompanion is how many words a letter or a curriculum vitae may have.
const longestCompanion = 1200

// besideKinds are the files that cannot be read and that stand beside a text without
// being one: they count only where there is nothing else.
var besideKinds = []string{
	"lock", "fork", "shortcut", "xlsx", "ods", "numbers", "pptx", "odp", "keynote",
	"media", "program", "postscript", "vcard", "calendar",
}

// companions takes the files that accompany a text apart from those that may be it,
// and gives the name of a file of sources. The body has so many words, 0 where it is
// no text: then files that would all be companions are none.
func companions(attached []document.Document, body int) (texts []document.Document, biblio string) {
	if len(attached) == 1 && body == 0 {
		return attached, "" // alone, it is none: nothing to tell
	}
	longest := body
	for _, d := range attached {
		longest = max(longest, d.WordsTotal)
	}
	for _, d := range attached {
		switch as := companionOf(d, longest); {
		case as == bibliography:
			biblio = d.File
		case as == noCompanion:
			texts = append(texts, d)
		}
	}
	if len(texts) == 0 && body == 0 {
		return attached, ""
	}
	return texts, biblio
}

// companionOf tells what a file is beside others, the longest of which has so many
// words. Its name helps, and never decides alone.
func companionOf(d document.Document, longest int) companion {
	if isBibliography(d) {
		return bibliography
	}
	if d.WordsTotal > longestCompanion {
		return noCompanion
	}
	lines, name := plainLines(d.Text), plainLine(d.File)
	switch {
	case isCurriculum(lines, cvName.MatchString(name)):
		return curriculum
	case 2*d.WordsTotal <= longest && isLetter(lines, letterName.MatchString(name)):
		return letter
	}
	return noCompanion
}

// isBibliography tells a file of sources, below a heading or not.
func isBibliography(d document.Document) bool {
	return len(d.Sources) > 0 && 5*d.Words <= d.WordsTotal
}

var (
	letterName = regexp.MustCompile(`lettre|letter|cover|motivation|accompagnement|presentation`)
	cvName     = regexp.MustCompile(`(^|[^a-z])cv([^a-z]|$)|curriculum|resume`)

	greets  = regexp.MustCompile(`^((madame|monsieur|mesdames|chere?s?|a l'attention|to whom)\b.{0,50}$|(bonjour|bonsoir|dear|hello)\b|objet ?:)`)
	closes  = regexp.MustCompile(`cordialement|salutations|veuillez agreer|vous prie d'agreer|vous prie de croire|bien a vous|sinceres|respectueusement|sincerely|kind regards|best regards|faithfully`)
	submits = regexp.MustCompile(`\b(mon|notre|cet?|cette) (texte|article|baratin|baragouin|analyse|contribution|proposition)|\b(ci-joint|piece jointe|candidature|motivation|soumettre|soumets|propose|publier|publication)|\b(my|our|this) (text|article|paper|submission|essay)|\b(attached|enclosed|submit|application)\b`)
)

// isLetter tells a letter that presents a text: two of a greeting at its head, a
// closing formula at its end and words about the text, and the third or a name that
// says so.
func isLetter(lines []string, named bool) bool {
	const head, end = 12, 10
	signs := 0
	for _, held := range []bool{
		slices.ContainsFunc(lines[:min(len(lines), head)], greets.MatchString),
		slices.ContainsFunc(lines[max(len(lines)-end, 0):], closes.MatchString),
		slices.ContainsFunc(lines, submits.MatchString),
	} {
		if held {
			signs++
		}
	}
	return signs == 3 || signs == 2 && named
}

// longestNote is how many words a letter in a mail's own body may have.
const longestNote = 250

// CoversText says whether a mail's body only presents a text that is elsewhere: it
// greets, and speaks of the text, at no great length. Its closing formula was taken off
// with the signature.
func CoversText(d document.Document) bool {
	if d.Type != document.Body || d.WordsTotal > longestNote {
		return false
	}
	lines := plainLines(d.Text)
	return isLetter(lines, true) && slices.ContainsFunc(lines[:min(len(lines), 3)], greets.MatchString)
}

// cvSections are the headings of a curriculum vitae, and its own name.
var cvSections = regexp.MustCompile(`^[^a-z]*(curriculum vitae|formations?|diplomes?|etudes|experiences?( professionnelles?)?|stages?|competences?|langues?|centres? d'interets?|loisirs|engagements?|education|work experience|skills|languages|interests|hobbies|references)\b`)

var reachable = regexp.MustCompile(`\S@\S+\.\w|(\d[ .]?){9,}`)

// isCurriculum tells a curriculum vitae: three of its headings, and an address, a
// telephone or its name.
func isCurriculum(lines []string, named bool) bool {
	const heading = 40
	sections := map[string]bool{}
	contact := named
	for _, line := range lines {
		if m := cvSections.FindStringSubmatch(line); m != nil && len(line) <= heading {
			sections[m[1]] = true
		}
		contact = contact || reachable.MatchString(line)
	}
	return contact && len(sections) >= 3
}

// plainLines is the lines of a text that hold something: in lower case, without
// accents, with plain apostrophes.
func plainLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = plainLine(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func plainLine(line string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == '’':
			return '\''
		case unicode.IsSpace(r):
			return ' '
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(line)))
}
