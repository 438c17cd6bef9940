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
	d.Headings, d.Sections = o.headings()
	d.Words, d.WordsTotal = wordSums(o.blocks)
	d.Text = textOf(o.blocks)
	d.Language = languageOf(o.blocks)
	d.Pictures, d.Credited = credits(o.blocks)
	if d.WordsTotal == 0 {
		return d.failed(noWords(d.Pictures))
	}
	return d.whole()
}

// headings are all headings, and how many of them divide the text: those of the
// abstract and of the bibliography do not, nor those from the appendices or the
// thanks on that stand after the sources.
func (o *outline) headings() (all []Heading, sections int) {
	listed, closed := false, false
	for _, b := range o.blocks {
		listed = listed || b.part == partBibliography
		if b.role != roleHeading {
			continue
		}
		all = append(all, Heading{b.level, b.text})
		closed = closed || listed && closingNames.MatchString(sectionName(b.text))
		if b.part == partText && !closed {
			sections++
		}
	}
	return all, sections
}

// closingNames are the headings of what is added to a text.
var closingNames = patternOf(`^(annexes?|appendix|appendices|remerciements?|acknowledge?ments?)\b`)

// understand marks what each block is, in the order that the marks need.
func (o *outline) understand() {
	o.title()
	o.subtitle()
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
