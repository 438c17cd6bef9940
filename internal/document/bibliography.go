package document

import (
	"regexp"
	"slices"
	"strings"
)

// bibliographyNames are the headings of a bibliography, folded and without number.
var bibliographyNames = regexp.MustCompile(`^(liste des |elements de |reperes de )?` +
	`(bibliographie|bibliography|webographie|sitographie|mediagraphie|filmographie|sources?|references?|notes|ouvrages|articles|works|endnotes|footnotes|literature)` +
	`( (indicative|selective|sommaire|complete|commentee|generale|principales?|primaires|secondaires|bibliographiques?|cite|cites|citee|citees|cited|list|utilises|utilisees|consultes|consultees|web|internet|de bas de pages?|de fin|du texte|(et|and|&|/) (bibliographie|references|sources|notes|webographie|sitographie|liens|bibliography)))*$`)

// lone names are headings of a bibliography only with what follows them.
var loneNames = regexp.MustCompile(`^(ouvrages|articles|works|literature)$`)

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

// listed are the entries under the bibliography's headings. What stands under
// "Notes" is an entry only where it reads as one.
func (o *outline) listed() []block {
	var entries []block
	for i := 0; i < len(o.blocks); i++ {
		b := o.blocks[i]
		switch {
		case b.role == roleBibliography:
			o.blocks[i].part = partBibliography
			entries = append(entries, b)
		case b.part == partText && o.isBibliography(b):
			last := o.sectionEnd(i)
			entries = append(entries, o.section(i, last)...)
			i = last - 1
		}
	}
	return entries
}

// sectionEnd is where the section under a heading ends: the next heading of its
// level or a higher one that names no other part of the bibliography.
func (o *outline) sectionEnd(at int) int {
	for i := at + 1; i < len(o.blocks); i++ {
		b := o.blocks[i]
		if b.role == roleHeading && b.level <= o.blocks[at].level && !subheads.MatchString(sectionName(b.text)) {
			return i
		}
	}
	return len(o.blocks)
}

// section marks one section of the bibliography and returns its entries. A section
// of prose that none of its paragraphs reads as a source is an ordinary one.
func (o *outline) section(at, last int) []block {
	byTheLook := strings.Contains(sectionName(o.blocks[at].text), "note")
	var entries []block
	prose, sources := 0, 0
	for _, b := range o.blocks[at+1 : last] {
		reads := readsAsSource(b.text)
		switch {
		case b.text == "" || b.role == roleHeading || b.role == roleNote:
			continue
		case reads:
			sources++
		case b.short(200) && isSubhead(b.text):
			continue
		case byTheLook:
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

// subheads divide a bibliography; they are no entries.
var subheads = regexp.MustCompile(`^(les )?(ouvrages?|livres?|articles?|rapports?|sites?|presse|revues?|documents?|textes?|videos?|podcasts?|films?|lois?|jurisprudence|legislation|monographies?|theses?|etudes?|sources?|references?|bibliographie|webographie|sitographie|liens?|medias?|entretiens?|donnees|books?|articles?|reports?|websites?|chapitres?|litterature)( |$)`)

// isSubhead says whether a line in a bibliography divides it or introduces it.
func isSubhead(s string) bool {
	if strings.ContainsAny(s, "0123456789«\"“/") {
		return false
	}
	return strings.HasSuffix(strings.TrimSpace(s), ":") || countWords(s) <= 7 && !strings.ContainsAny(s, ",.") && subheads.MatchString(sectionName(s))
}

// runInSources are those of a closing paragraph that begins with their name, and
// of the paragraphs after it that read as sources.
func (o *outline) runInSources() []block {
	for i := len(o.blocks) - 1; i > 0 && i > len(o.blocks)-40; i-- {
		b := &o.blocks[i]
		m := runIn(b.text)
		if m == nil || b.part != partText || !bibliographyNames.MatchString(fold(m[1])) || o.creditsPicture(i) {
			continue
		}
		after := o.blocks[i+1:]
		if slices.ContainsFunc(after, func(b block) bool { return b.part == partText && !readsAsSource(b.text) }) {
			return nil
		}
		var entries []block
		for piece := range strings.SplitSeq(m[2], ";") {
			if countWords(piece) > 0 {
				entries = append(entries, block{text: strings.TrimSpace(piece), links: b.links})
			}
		}
		b.part = partBibliography
		for j := range after {
			if after[j].part == partText {
				after[j].part = partBibliography
				entries = append(entries, after[j])
			}
		}
		return entries
	}
	return nil
}

// creditsPicture says whether a "Source : …" belongs to the picture or the table
// right above it.
func (o *outline) creditsPicture(at int) bool {
	for i := at; i >= max(0, at-2); i-- {
		if b := o.blocks[i]; b.pictures > 0 || b.cell || b.role == roleCaption {
			return true
		}
	}
	return false
}

// closingRun are the paragraphs that read as sources at the very end, where no
// heading says so. One other line, a signature or a word on the author, may follow.
func (o *outline) closingRun() []block {
	last := len(o.blocks) - 1
	for last >= 0 && o.blocks[last].part == partNote {
		last--
	}
	for tail := 0; tail <= 1 && last-tail > 0; tail++ {
		end := last - tail
		first := end + 1
		for first > 1 && o.isEntry(o.blocks[first-1]) {
			first--
		}
		if n := end + 1 - first; n < 1+tail {
			continue
		}
		run := o.blocks[first : end+1]
		for i := range run {
			run[i].part = partBibliography
		}
		return slices.Clone(run)
	}
	return nil
}

func (o *outline) isEntry(b block) bool {
	return b.part == partText && !b.cell && b.pictures == 0 && b.role != roleHeading && b.role != roleCaption && readsAsSource(b.text)
}

// notedSources are those that stand only in footnotes or endnotes. A note that
// points to an earlier one is no source of its own.
func (o *outline) notedSources() []block {
	var entries []block
	for _, b := range o.blocks {
		if b.part != partNote || backReference.MatchString(b.text) {
			continue
		}
		pieces := strings.Split(b.text, " ; ")
		if !slices.ContainsFunc(pieces, func(p string) bool { return !readsAsSource(p) }) {
			for _, p := range pieces {
				entries = append(entries, block{text: strings.TrimSpace(p), links: b.links})
			}
		} else if readsAsSource(b.text) {
			entries = append(entries, b)
		}
	}
	return entries
}

var backReference = regexp.MustCompile(`(?i)^\s*(ibid|id\.|idem|op\. ?cit|loc\. ?cit|art\. ?cit)`)

// continues is how a line begins that goes on with the entry above it.
var continues = regexp.MustCompile(`(?i)^\s*(<?(https?://|www\.|doi\b|10\.\d{4})|disponible|consult[ée]|url\b|lien\b|en ligne\b|\[en ligne|isbn|available|retrieved|accessed|dernière consultation)`)

// joinEntries puts the link of an entry that stands on a line of its own back with
// its entry. A list of bare links stays a list.
func joinEntries(lines []block) []block {
	var out []block
	for _, b := range lines {
		if n := len(out); n > 0 && continues.MatchString(b.text) && !continues.MatchString(out[n-1].text) && !hasLocator(out[n-1].text, b.text) {
			out[n-1].text += "\n" + b.text
			out[n-1].links = append(slices.Clone(out[n-1].links), b.links...)
			continue
		}
		out = append(out, b)
	}
	return out
}

// hasLocator says whether an entry has a link already, so that another one begins
// another entry.
func hasLocator(entry, line string) bool {
	return webLink.MatchString(entry) && webLink.MatchString(line)
}
