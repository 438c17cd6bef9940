package document

import (
	"strings"
)

// bibliographyNames are the headings of a bibliography, folded and without number.
var bibliographyNames = patternOf(`^(liste des |elements de |reperes de )?` +
	`((mes|nos|les|our|my) )?(bibliographie|bibliography|webographie|sitographie|mediagraphie|filmographie|discographie|sources?|references?|notes|ouvrages|articles|works|endnotes|footnotes|literature)` +
	`( ?[,/&-] ?(bibliographie|references|sources|notes|webographie|sitographie|liens|bibliography)| (indicative|selective|sommaire|complete|completes|complementaires?|commentee|generale|principales?|primaires|secondaires|bibliographiques?|scientifiques?|cite|cites|citee|citees|cited|list|utilises|utilisees|mobilisees|consultes|consultees|web|internet|de bas de pages?|de fin|du texte|de l'article|(et|and) (bibliographie|references|sources|notes|webographie|sitographie|liens|bibliography)))*$`)

// lone names are headings of a bibliography only with what follows them.
var loneNames = patternOf(`^(ouvrages|articles|works|literature)$`)

// maxEntries is as many sources as are read; a text cites far fewer.
const maxEntries = 1000

// bibliography finds the sources: under headings that name them, or in blocks of
// their style; after a "Sources :" that begins a paragraph; in the run of closing
// paragraphs that read as sources; in the notes alone. The first of these that
// holds any is the bibliography.
func (o *outline) bibliography() {
	for _, find := range []func() []block{o.listed, o.runInSources, o.closingRun, o.notedSources} {
		entries := joinEntries(find())
		for _, e := range entries[:min(len(entries), maxEntries)] {
			o.found.sources = append(o.found.sources, parseSource(e.text, e.links))
		}
		if len(o.found.sources) > 0 {
			return
		}
	}
}

// isBibliography says whether a block is the heading of one.
func (o *outline) isBibliography(b block) bool {
	if b.role != roleHeading {
		return false
	}
	name := sectionName(b.text)
	return bibliographyNames.MatchString(name) && !loneNames.MatchString(name)
}

// reads says whether a block reads as a source. It is asked several times of the
// closing paragraphs, and answered once.
func (o *outline) reads(i int) bool {
	if o.asSource == nil {
		o.asSource = make([]answered, len(o.blocks))
	}
	if o.asSource[i] == unasked {
		o.asSource[i] = no
		if readsAsSource(o.blocks[i].text) {
			o.asSource[i] = yes
		}
	}
	return o.asSource[i] == yes
}

// answered is what is known of a block that may have been asked about.
type answered uint8

const (
	unasked answered = iota
	no
	yes
)

// listed are the entries under the bibliography's headings. What stands under
// "Notes" is an entry only where it reads as one, and where no other heading has
// any.
func (o *outline) listed() []block {
	var entries, notes []block
	for i := 0; i < len(o.blocks); i++ {
		b := o.blocks[i]
		switch {
		case b.role == roleBibliography:
			o.blocks[i].part = partBibliography
			entries = append(entries, b)
		case b.part == partText && o.isBibliography(b):
			last := o.sectionEnd(i)
			if namesNotes(b.text) {
				notes = append(notes, o.section(i, last)...)
			} else {
				entries = append(entries, o.section(i, last)...)
			}
			i = last - 1
		}
	}
	if len(entries) > 0 {
		return entries
	}
	return distinct(notes)
}

// namesNotes says whether a heading names notes and not sources.
func namesNotes(heading string) bool {
	name := sectionName(heading)
	return strings.Contains(name, "note") && !strings.Contains(name, "source") && !strings.Contains(name, "reference") && !strings.Contains(name, "bibliograph")
}

// sectionEnd is where the section under a heading ends: the next heading of its
// level or a higher one that is no part of this bibliography, or begins another.
func (o *outline) sectionEnd(at int) int {
	for i := at + 1; i < len(o.blocks); i++ {
		b := o.blocks[i]
		if b.role == roleHeading && b.level <= o.blocks[at].level && (o.isBibliography(b) || !subheads.MatchString(sectionName(b.text))) {
			return i
		}
	}
	return len(o.blocks)
}

// section marks one section of the bibliography and returns its entries. A section
// of prose that none of its paragraphs reads as a source is an ordinary one.
func (o *outline) section(at, last int) []block {
	last = o.beforeClosing(at, last)
	byTheLook := strings.Contains(sectionName(o.blocks[at].text), "note")
	var entries []block
	prose, sources := 0, 0
	for i := at + 1; i < last && len(entries) <= 4*maxEntries; i++ {
		b := o.blocks[i]
		switch {
		case b.text == "" || b.role == roleHeading || b.role == roleNote:
			continue
		case b.hangs && len(entries) > 0:
		case o.reads(i):
			sources++
		case b.short(200) && isSubhead(b.text) && !o.hangsBelow(i), byTheLook:
			continue
		case countWords(b.text) > 60:
			prose++
		}
		entries = append(entries, b)
	}
	if prose > sources {
		return nil
	}
	for i := at; i < last; i++ {
		if o.blocks[i].part == partText || o.blocks[i].part == partByline {
			o.blocks[i].part = partBibliography
		}
	}
	return entries
}

// beforeClosing is where a section ends before the signature or the word on the
// author that may stand below its last source.
func (o *outline) beforeClosing(at, last int) int {
	cut := last
	for i := last - 1; i > at && last-i <= closingLines+1; i-- {
		if o.reads(i) || o.blocks[i].hangs {
			return cut
		}
		if closesText(o.blocks[i].text) {
			cut = i
		}
	}
	return last
}

// hangsBelow says whether the block after one goes on with it.
func (o *outline) hangsBelow(i int) bool { return i+1 < len(o.blocks) && o.blocks[i+1].hangs }

// closesText says whether a line that is no source is a signature, or tells of the
// author.
func closesText(s string) bool {
	return countWords(s) <= closingWords && (isName(s) || readsAsBio(s) || isByline(s) || onAuthor.MatchString(fold(s)))
}

// onAuthor is the line over the word on the author, or over thanks.
var onAuthor = patternOf(`^(a propos( de l.(auteur|autrice)| des? (auteur|autrice)s?)?|(l.)?(auteur|autrice)s?|(mini-?)?bio(graphie)?( de l.(auteur|autrice))?|remerciements|about the authors?|acknowledg[e]?ments) ?:?$`)

// closingWords is as long as a word on the author may be.
const closingWords = 60

// subheads divide a bibliography; they are no entries.
var subheads = patternOf(`^(les )?(ouvrages?|livres?|articles?|rapports?|sites?|presse|revues?|documents?|textes?|videos?|podcasts?|films?|lois?|jurisprudence|legislation|monographies?|theses?|etudes?|sources?|references?|bibliographie|webographie|sitographie|liens?|medias?|entretiens?|donnees|books?|articles?|reports?|websites?|chapitres?|litterature)( |$)`)

// isSubhead says whether a line in a bibliography divides it or introduces it.
func isSubhead(s string) bool {
	s = numeral.ReplaceAllString(strings.TrimSpace(s), "")
	if strings.ContainsAny(s, "0123456789«\"“/") {
		return false
	}
	return strings.HasSuffix(strings.TrimSpace(s), ":") || countWords(s) <= 7 && !strings.ContainsAny(s, ",.") && subheads.MatchString(sectionName(s))
}

// notedSources are those that stand only in footnotes or endnotes. A note that
// points to an earlier one is no source of its own, nor is one that was cited
// before.
func (o *outline) notedSources() []block {
	var entries []block
	for i, b := range o.blocks {
		if b.part != partNote || backReference.MatchString(b.text) || len(entries) > maxEntries {
			continue
		}
		if pieces := wholeOrPieces(b); o.reads(i) || len(pieces) > 1 && allRead(pieces) {
			entries = append(entries, pieces...)
		}
	}
	return distinct(entries)
}

// distinct leaves out the notes that cite what an earlier one cites, at another
// page.
func distinct(notes []block) []block {
	seen := map[string]bool{}
	var once []block
	for _, b := range notes {
		key := foldName(pageRange.ReplaceAllString(entryNumber.ReplaceAllString(b.text, ""), ""))
		if !seen[key] {
			seen[key] = true
			once = append(once, b)
		}
	}
	return once
}

var backReference = patternOf(`(?i)^\s*(?:ibid|id\.|idem|(?:voir|cf\.?|v\.|see) (?:aussi |également )?(?:la |les )?(?:notes?|supra|infra|ci-dessus|above|below)\b|supra|infra)|\b(?:op\. ?cit|loc\. ?cit|art\. ?cit|art\. préc|ouvr\. cit|supra,? note|ibid)`)
