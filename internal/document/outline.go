package document

import (
	"slices"
	"strings"
	"unicode"
)

// analyse makes a Document of a draft: it marks what each block is, then reads the
// figures off the marks. The order matters: the title is known before headings are
// guessed at, and the bibliography before words are counted.
func analyse(d Document, made draft) Document {
	o := &outline{blocks: settle(made.blocks), draft: made}
	if len(o.blocks) > MaxBlocks {
		return d.failed(fail(FaultTooLarge, "the document holds more than %d paragraphs", MaxBlocks))
	}
	o.understand()

	d.Title, d.Authors, d.Abstract = o.found.title, o.found.authors, o.found.abstract
	d.Sources, d.Citations = o.found.sources, o.found.citations
	for _, b := range o.blocks {
		if b.role == roleHeading {
			d.Headings = append(d.Headings, Heading{b.level, b.text})
			if b.part == partText {
				d.Sections++
			}
		}
	}
	d.Words, d.WordsTotal = wordSums(o.blocks)
	d.Text = textOf(o.blocks)
	d.Language = languageOf(o.blocks)
	d.Pictures, d.Credited = credits(o.blocks)
	if d.WordsTotal == 0 {
		return d.failed(noWords(d.Pictures))
	}
	return d.whole()
}

// understand marks what each block is, in the order that the marks need.
func (o *outline) understand() {
	o.title()
	o.promote()
	o.byline()
	o.abstract()
	o.bibliography()
	checkSources(o.found.sources)
	o.cite()
}

func noWords(pictures int) error {
	if pictures > 0 {
		return &failure{FaultEmpty, fixes["scan"], "scan"}
	}
	return fail(FaultEmpty, "the document holds no text")
}

// outline is a document being understood.
type outline struct {
	draft  draft
	blocks []block
	found  struct {
		title     string
		authors   []string
		abstract  string
		sources   []Source
		citations []Citation
	}
	asSource []answered // whether each block reads as a source, once asked
	titleAt  int        // -1 where the title is none of the blocks
}

// Where titles and bylines stand, and what they are no longer than.
const (
	topBlocks    = 12 // blocks before which the text must have begun
	titleWords   = 30
	bodyWords    = 35 // a paragraph of as many is text
	headingWords = 15
)

// title finds the title: the one that the format marks; the one that the front
// matter states; a heading of the highest level that stands alone at the top; the
// first short paragraph that can be one; what the file's properties say.
func (o *outline) title() {
	o.titleAt = -1
	if at := slices.IndexFunc(o.blocks, func(b block) bool { return b.role == roleTitle && b.short(2*titleWords) }); at >= 0 {
		o.takeTitle(at)
		o.demoteTitles()
		return
	}
	o.demoteTitles()
	if stated := o.draft.stated.title; stated != "" {
		o.found.title = stated
		for i := range o.top() {
			if fold(o.blocks[i].text) == fold(stated) {
				o.takeTitle(i)
				return
			}
		}
		return
	}
	if at := o.soleHeading(); at >= 0 {
		o.takeTitle(at)
	} else if at := o.firstShort(); at >= 0 {
		o.takeTitle(at)
	} else if !spareTitles.MatchString(o.draft.spareTitle) {
		o.found.title = o.draft.spareTitle
	}
}

// spareTitles are titles that a program gave, not a person.
var spareTitles = patternOf(`(?i)^(microsoft |document ?\d*$|sans (nom|titre)|untitled|pr[ée]sentation|normal|diapositive)|\.(docx?|odt|rtf|dotx?|pdf|html?)$`)

// takeTitle marks the title, and the blocks of the title's style that go on with
// it.
func (o *outline) takeTitle(at int) {
	o.titleAt = at
	lines := []string{}
	for i := at; i < len(o.blocks) && i < at+3; i++ {
		b := &o.blocks[i]
		if i > at && (b.role != roleTitle || !b.short(titleWords)) {
			break
		}
		b.part = partTitle
		lines = append(lines, b.text)
	}
	for i := at; i < at+len(lines); i++ {
		o.blocks[i].role = rolePlain
	}
	o.found.title = oneLine(strings.Join(lines, " "))
}

// demoteTitles makes headings of what wears the title's style further on.
func (o *outline) demoteTitles() {
	for i := range o.blocks {
		if b := &o.blocks[i]; b.role == roleTitle {
			b.role, b.level = rolePlain, 0
			if b.short(titleWords) {
				b.role, b.level = roleHeading, 1
			}
		}
	}
}

// top yields the indices of what stands before the text begins.
func (o *outline) top() func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i, b := range o.blocks[:min(len(o.blocks), topBlocks)] {
			if b.role == rolePlain && !b.short(bodyWords) || !yield(i) {
				return
			}
		}
	}
}

// soleHeading is the one heading of the highest level there is, at the top, unless
// it is a section's.
func (o *outline) soleHeading() int {
	highest, at, count := 10, -1, 0
	for i, b := range o.blocks {
		switch {
		case b.role != roleHeading:
		case b.level < highest:
			highest, at, count = b.level, i, 1
		case b.level == highest:
			count++
		}
	}
	if count != 1 || isSectionName(o.blocks[at].full()) {
		return -1
	}
	for i := range o.top() {
		if i == at {
			return at
		}
	}
	return -1
}

// firstShort is the first paragraph at the top that can be a title. There is none
// where no text follows.
func (o *outline) firstShort() int {
	for i := range o.top() {
		b := o.blocks[i]
		switch {
		case b.text == "" || b.cell || b.role == roleNote || b.role == roleContents || b.role == roleCaption || b.role == roleAuthor:
			continue
		case isSectionName(b.full()) || runIn(b.text) != nil:
			return -1
		case !canBeTitle(b) || isByline(b.text):
			continue
		case isName(b.text) && o.titleFollows(i):
			continue
		case o.textFollows(i):
			return i
		}
		return -1
	}
	return -1
}

// titleFollows says whether a line that reads as a name is followed by one that
// can be the title.
func (o *outline) titleFollows(at int) bool {
	if at+1 >= len(o.blocks) {
		return false
	}
	next := o.blocks[at+1]
	return canBeTitle(next) && !isName(next.text) && !isByline(next.text) && !isSectionName(next.full()) && o.textFollows(at+1)
}

// textFollows says whether a paragraph follows that is longer than the line.
func (o *outline) textFollows(at int) bool {
	least := max(10, countWords(o.blocks[at].text)+1)
	return slices.ContainsFunc(o.blocks[at+1:], func(b block) bool {
		return b.role != roleNote && countWords(b.text) >= least
	})
}

// greetings begin a mail, and labels only say what it holds.
var (
	greetings = patternOf(`^(bonjour|bonsoir|salut|hello|hi|dear|chere?s?|madame|monsieur|mesdames|messieurs|coucou)\b`)
	labels    = patternOf(`^(un |une |mon |ma )?(baratin|baragouin|analyse|tribune|article|note|essai|soumission)s?( ?[:–-])?$`)
	dates     = patternOf(`^((le |du )?(lundi |mardi |mercredi |jeudi |vendredi |samedi |dimanche )?\d{1,2}(er)? [a-z]+ \d{4}|[a-z]+ \d{4}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4})\.?$`)
)

// canBeTitle says whether a block reads as a title: short, and no sentence.
func canBeTitle(b block) bool {
	if !b.short(titleWords) || b.item && b.role != roleHeading || strings.Contains(b.text, "://") || strings.Contains(b.text, "@") {
		return false
	}
	if strings.ContainsAny(b.text[len(b.text)-1:], ".,;:") && !strings.HasSuffix(b.text, "...") {
		return false
	}
	f := fold(b.text)
	return !greetings.MatchString(f) && !labels.MatchString(f) && !dates.MatchString(f) && countWords(b.text) > 0
}

// abstract finds the abstract: a block of its style, a paragraph that begins with
// its name, or the blocks under its heading, as far as the next one; under a
// heading that no other follows, one paragraph.
func (o *outline) abstract() {
	o.found.abstract = o.draft.stated.abstract
	var lines []string
	for i, b := range o.blocks {
		if b.role == roleAbstract {
			o.blocks[i].part = partAbstract
			lines = append(lines, b.text)
		}
	}
	for i := 0; i < len(o.blocks) && len(lines) == 0; i++ {
		b := &o.blocks[i]
		if b.part != partText {
			continue
		}
		if m := runIn(b.text); m != nil && abstractNames.MatchString(fold(m[1])) {
			b.part = partAbstract
			lines = append(lines, m[2])
		} else if b.role == roleHeading && abstractNames.MatchString(sectionName(b.text)) {
			lines = o.underAbstract(i)
		}
	}
	if len(lines) > 0 {
		o.found.abstract = strings.Join(lines, "\n")
	}
}

var (
	abstractNames = patternOf(`^(resume|abstract|chapo|chapeau|summary|synopsis|en bref|executive summary|resume executif|synthese)$`)
	keywordsLine  = patternOf(`^(mots?[ -]cles?|keywords?)\b`)
)

// underAbstract marks the abstract's heading and what stands under it.
func (o *outline) underAbstract(at int) []string {
	o.blocks[at].part = partAbstract
	last := slices.IndexFunc(o.blocks[at+1:], func(b block) bool { return b.role == roleHeading })
	if last < 0 {
		last = 1
	}
	var lines []string
	for i := at + 1; i < len(o.blocks) && i < at+1+last; i++ {
		b := &o.blocks[i]
		if b.part != partText || keywordsLine.MatchString(fold(b.text)) {
			break
		}
		b.part = partAbstract
		lines = append(lines, b.text)
	}
	return lines
}

// runIn cuts a paragraph that begins with the name of a part: "Résumé : …". It is
// nil for any other.
func runIn(s string) []string {
	if !mayRunIn(s) {
		return nil
	}
	m := runInName.FindStringSubmatchIndex(s[:min(len(s), 100)])
	if m == nil || !isPartName(fold(s[m[2]:m[3]])) || strings.TrimSpace(s[m[1]:]) == "" {
		return nil
	}
	return []string{s, s[m[2]:m[3]], s[m[1]:]}
}

// mayRunIn says whether the first sign that is neither a letter nor white space may
// end a name, which few paragraphs begin with, before runInName is asked.
func mayRunIn(s string) bool {
	for i, r := range s {
		if i > 100 {
			return false
		}
		if !isLetterOrDigit(r) && !unicode.IsSpace(r) {
			return i >= 4 && strings.ContainsRune(":.–—-", r)
		}
	}
	return false
}

var runInName = patternOf(`^([\p{L} ]{4,30}?)[\s\x{a0}\x{202f}]*[:.–—-][\s\x{a0}\x{202f}]+`)

func isPartName(folded string) bool {
	return abstractNames.MatchString(folded) || bibliographyNames.MatchString(folded)
}
