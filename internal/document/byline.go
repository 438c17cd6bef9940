package document

import (
	"slices"
	"strings"
	"unicode"
)

// byline finds who wrote the document: the front matter, blocks of the author's
// style, a line that says "par", a line near the title that reads as names, or one
// that closes the text.
func (o *outline) byline() {
	if o.found.authors = o.draft.stated.authors; len(o.found.authors) > 0 {
		return
	}
	o.civilNames()
	for i, b := range o.blocks {
		if b.role == roleAuthor && b.short(2*bodyWords) {
			o.sign(i, loose)
		}
	}
	for _, find := range []func() int{o.saidBy, o.nameBelowTitle, o.nameAboveTitle, o.nameAtEnd} {
		if len(o.found.authors) > 0 {
			return
		}
		if at := find(); at >= 0 {
			o.sign(at, loose)
		}
	}
}

// civilNames reads a name that two lines near the top give: "Nom : Delmas", "Prénom :
// Jeanne".
func (o *outline) civilNames() {
	said := map[string]int{}
	names := map[string]string{}
	for i := range o.top() {
		if m := civilName.FindStringSubmatch(o.blocks[i].text); m != nil && isProper(strings.ReplaceAll(m[2], " ", "")) {
			label := fold(m[1])
			said[label], names[label] = i, m[2]
		}
	}
	if len(names) < 2 {
		return
	}
	for _, i := range said {
		o.blocks[i].part = partByline
	}
	o.found.authors = []string{names["prenom"] + " " + names["nom"]}
}

var civilName = patternOf(`(?i)^(nom|prénom)[\s\x{a0}\x{202f}]*:[\s\x{a0}\x{202f}]*([\p{L}][\p{L}’' -]{0,40})$`)

// sign takes the authors from a block and marks it.
func (o *outline) sign(at int, how strictness) {
	text := o.blocks[at].text
	if m := bylinePrefix.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	for _, name := range namesIn(text, how) {
		if !slices.Contains(o.found.authors, name) {
			o.found.authors = append(o.found.authors, name)
		}
	}
	if o.blocks[at].part == partText {
		o.blocks[at].part = partByline
	}
}

// bylinePrefix is what a byline begins with, in French and in English.
var bylinePrefix = patternOf(`(?i)^\s*(?:un texte (?:de|par)|texte (?:de|par)|(?:propos )?recueillis par|(?:écrit|rédigé|proposé|signé|written) (?:par|by)|par|by|auteur(?:e|rice|trice|·e|\.e|\(e\))?(?:s|·s)?\s*:|autrices?\s*:|authors?\s*:|(?:nom|prénom)s?(?:(?: et | |, ?|/)(?:nom|prénom)s?)?\s*:)[\s\x{a0}\x{202f}]+(.+)$`)

// isByline says whether a line says by whom the text is.
func isByline(s string) bool {
	if len(s) > 400 {
		return false
	}
	m := bylinePrefix.FindStringSubmatch(s)
	return m != nil && countWords(s) <= 25 && len(namesIn(m[1], loose)) > 0
}

// saidBy is a line that says "par" near the top, or as the last lines of the text.
func (o *outline) saidBy() int {
	for i := range o.top() {
		if isByline(o.blocks[i].text) {
			return i
		}
	}
	last := o.lastText()
	for i := last; i >= max(0, last-2); i-- {
		if isByline(o.blocks[i].text) {
			return i
		}
	}
	return -1
}

// nameBelowTitle looks a few short lines down, over a subtitle and a date.
func (o *outline) nameBelowTitle() int {
	for i := o.titleAt + 1; i < len(o.blocks) && i <= o.titleAt+4; i++ {
		b := o.blocks[i]
		if b.part == partTitle || b.text == "" {
			continue
		}
		if b.role == roleHeading || !b.short(bodyWords) {
			return -1
		}
		if o.titleAt >= 0 && len(namesIn(b.text, strict)) > 0 {
			return i
		}
	}
	return -1
}

func (o *outline) nameAboveTitle() int {
	for i := 0; i < o.titleAt; i++ {
		if b := o.blocks[i]; b.role == rolePlain && b.short(bodyWords) && len(namesIn(b.text, strict)) > 0 {
			return i
		}
	}
	return -1
}

// nameAtEnd is a signature: the last line of the text, or the one before it; or the
// last line of all, below the sources.
func (o *outline) nameAtEnd() int {
	last := o.lastText()
	for i := last; i > max(0, last-2); i-- {
		if o.signs(i) {
			return i
		}
	}
	end := len(o.blocks) - 1
	for end > 0 && o.blocks[end].part == partNote {
		end--
	}
	if end > 0 && o.signs(end) && isName(o.blocks[end].text) {
		return end
	}
	return -1
}

// signs says whether a line can be a signature.
func (o *outline) signs(i int) bool {
	b := o.blocks[i]
	return b.role == rolePlain && b.short(bodyWords) && !b.item && !b.cell && b.part == partText && len(namesIn(b.text, strict)) > 0
}

// lastText is the last block before the bibliography and the notes.
func (o *outline) lastText() int {
	end := slices.IndexFunc(o.blocks, o.isBibliography)
	if end < 0 {
		end = len(o.blocks)
	}
	for i := end - 1; i >= 0; i-- {
		if b := o.blocks[i]; b.role == rolePlain && b.part != partNote && !o.reads(i) {
			return i
		}
	}
	return -1
}

// strictness is how sure a name must be: loose where the line says that names
// follow.
type strictness bool

const (
	strict strictness = true
	loose  strictness = false
)

var (
	nameCut  = patternOf(`\s+[|–—-]\s+|\s*[(/\t]|,?\s+(?:étudiant|diplômé|doctorant|élève|membre|master|licence|le \d|student)|\s+[^\s@]+@|\s*\d`)
	nameEnds = patternOf(`\s*[,;]\s*|\s+(?:et|and|&|avec)\s+|\s*&\s*`)
)

// namesIn reads the names of a byline: "Jeanne Dupont et Paul Martin, étudiants en
// droit". Names end where something else begins.
func namesIn(s string, how strictness) []string {
	s = strings.TrimLeftFunc(s, isOrnament)
	if at := nameCut.FindStringIndex(s); at != nil && at[0] > 0 {
		s = s[:at[0]]
	}
	var names []string
	for i, piece := range nameEnds.Split(strings.TrimSpace(s), -1) {
		piece = oneLine(strings.Trim(piece, " .*:"))
		switch {
		case isName(piece):
			names = append(names, piece)
		case how == loose && i == 0 && isSingleName(piece):
			names = append(names, piece)
		case i == 0 || how == strict && piece != "" && len(names) == 0:
			return nil
		default:
			return names
		}
	}
	return names
}

// isOrnament says whether a sign before a name is none of it: a dash, a picture.
func isOrnament(r rune) bool {
	return unicode.In(r, unicode.So, unicode.Mn, unicode.Pd, unicode.Zs, unicode.Cf)
}

// splitNames cuts a list of names that is known to be one.
func splitNames(s string) []string {
	var names []string
	for _, piece := range nameEnds.Split(strings.TrimSpace(s), -1) {
		if piece = oneLine(piece); piece != "" {
			names = append(names, piece)
		}
	}
	return names
}

// particles stand in names in lower case.
var particles = map[string]bool{
	"de": true, "du": true, "des": true, "la": true, "le": true, "van": true, "von": true, "der": true, "den": true,
	"da": true, "dos": true, "di": true, "el": true, "al": true, "ben": true, "bin": true, "ibn": true, "d'": true, "y": true,
}

// notNames are words with a capital that stand in titles, not in names.
var notNames = setOf(`le la les un une des du de l d ce cette ces son sa ses leur mon ma notre pourquoi comment
		quand quel quelle que qui vers pour contre sans apres avant entre sur dans a the an of why how what
		introduction conclusion resume abstract universite ecole master licence institut sciences sorbonne
		france europe europeenne europeen union republique etat etats paris monde politique politiques
		economie droit histoire geopolitique guerre paix crise democratie justice climat
		janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
		baratin baragouin analyse tribune note article essai bara think tank mots cles bibliographie sources
		references annexe annexes partie chapitre cordialement bonjour merci bien respectueusement figure tableau`)

// isName says whether a line reads as one person's name: two to five words with a
// capital, particles apart, none of which titles use.
func isName(s string) bool {
	words := strings.Fields(s)
	if len(words) < 2 || len(words) > 6 {
		return false
	}
	proper := 0
	for i, w := range words {
		if particles[strings.ToLower(w)] && (i > 0 || isCapitals(w) && isCapitals(words[1])) {
			continue // "Jean de La Tour", "LE BIHAN Maëlle"
		}
		if !isProper(w) || !strings.HasSuffix(w, ".") && notNames[foldName(w)] {
			return false // the "A." of "A. Lopes" is no article
		}
		proper++
	}
	return proper >= 2 && proper <= 5
}

// isCapitals says whether a word of two letters or more is all in capitals.
func isCapitals(w string) bool { return len(w) > 1 && w == strings.ToUpper(w) && isProper(w) }

// isSingleName says whether one word could be a pen name.
func isSingleName(s string) bool {
	return len(strings.Fields(s)) == 1 && isProper(s) && !notNames[foldName(s)]
}

// isProper says whether a word has the form of a name: a capital, then letters,
// hyphens, apostrophes or the full stop of an initial.
func isProper(w string) bool {
	if first, ok := firstLetter(strings.TrimPrefix(strings.TrimPrefix(w, "d'"), "d’")); !ok || !unicode.IsUpper(first) {
		return false
	}
	for _, r := range w {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) && !strings.ContainsRune("-'’.", r) {
			return false
		}
	}
	return true
}
