package document

import (
	"slices"
	"strings"
)

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
	if at := o.labelledTitle(); at >= 0 {
		o.titleAt, o.blocks[at].part = at, partTitle
		o.found.title = titleLabel.FindStringSubmatch(o.blocks[at].text)[1]
	} else if at := o.soleHeading(); at >= 0 {
		o.takeTitle(at)
	} else if at := o.firstShort(); at >= 0 {
		o.takeTitle(o.orBolder(at))
	} else if !spareTitles.MatchString(o.draft.spareTitle) {
		o.found.title = o.draft.spareTitle
	}
}

// subtitle marks the line between the title and the name as no heading, whatever its
// letters: what stands over a name opens no section.
func (o *outline) subtitle() {
	at := o.titleAt + 1
	for at < len(o.blocks) && o.blocks[at].part == partTitle {
		at++
	}
	if o.titleAt < 0 || at+1 >= len(o.blocks) {
		return
	}
	b, below := &o.blocks[at], o.blocks[at+1]
	if b.role != roleHeading && b.role != rolePlain || !b.short(titleWords) || isSectionName(b.full()) || isByline(b.text) || len(namesIn(b.text, strict)) > 0 {
		return
	}
	if below.role == roleAuthor || below.role == rolePlain && below.short(bodyWords) && (isByline(below.text) || len(namesIn(below.text, strict)) > 0) {
		b.role, b.level = roleSubtitle, 0
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
		if i > at && !(b.role == roleTitle && b.short(titleWords)) && !o.titleGoesOn(i) {
			break
		}
		b.part = partTitle
		lines = append(lines, b.text)
	}
	for i := at; i < at+len(lines); i++ {
		o.blocks[i].role = rolePlain
	}
	o.found.title = unquoted(oneLine(strings.Join(lines, " ")))
}

// titleGoesOn says whether a line that nothing marks goes on with the title above it:
// that one stops at a colon, or this one begins low in the same paragraph.
func (o *outline) titleGoesOn(at int) bool {
	above, b := o.blocks[at-1], o.blocks[at]
	if b.role != rolePlain || !canBeTitle(b) || above.strong != b.strong || isByline(b.text) || isName(b.text) {
		return false
	}
	return (b.near || b.strong) && strings.HasSuffix(above.text, ":") || b.near && b.strong && startsLow(b.text)
}

// opensTitle says whether a bold line stops at a colon and the next goes on with it.
func (o *outline) opensTitle(at int) bool {
	b := o.blocks[at]
	before, found := strings.CutSuffix(b.text, ":")
	b.text = strings.TrimSpace(before)
	return found && b.strong && canBeTitle(b) && at+1 < len(o.blocks) && o.titleGoesOn(at+1)
}

// sentenceOverName says whether a short sentence with a full stop stands right over a
// name: it is the title, as "La ville ne suffit plus."
func (o *outline) sentenceOverName(at int) bool {
	b := o.blocks[at]
	before, found := strings.CutSuffix(b.text, ".")
	if !found || at+1 >= len(o.blocks) || !b.short(headingWords) || isName(before) {
		return false
	}
	b.text = before
	next := o.blocks[at+1]
	return canBeTitle(b) && next.short(headingWords) && (isByline(next.text) || len(namesIn(next.text, strict)) > 0)
}

// titleLabel is a line that says that it is the title: "Titre : Partir, revenir".
var titleLabel = patternOf(`(?i)^(?:titre|title|intitulé)(?: (?:du|de l[’']) ?\pL+)?[\s\x{a0}\x{202f}]*:[\s\x{a0}\x{202f}]*(.*\pL.*)$`)

// labelledTitle is the line at the top that says that it is the title, -1 where none
// does.
func (o *outline) labelledTitle() int {
	for i := range o.top() {
		if b := o.blocks[i]; !b.cell && b.short(titleWords) && titleLabel.MatchString(b.text) {
			return i
		}
	}
	return -1
}

// unquoted is a title without the quotation marks that hold the whole of it.
func unquoted(s string) string {
	for _, marks := range [][2]string{{"«", "»"}, {"“", "”"}, {"\"", "\""}} {
		inner := strings.TrimSuffix(strings.TrimPrefix(s, marks[0]), marks[1])
		if len(inner) == len(s)-len(marks[0])-len(marks[1]) && !strings.Contains(inner, marks[0]) && countWords(inner) > 0 {
			return strings.TrimSpace(inner)
		}
	}
	return s
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
		case !canBeTitle(b) && !o.opensTitle(i) && !o.sentenceOverName(i) || isByline(b.text):
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

// orBolder is the only bold line among those at the top, where the first that could
// be the title is not bold: "Camille Martin / Licence 3 de géographie / TITLE". Where
// other lines of the text are bold too, they are headings, unless the first one tells
// of a school.
func (o *outline) orBolder(first int) int {
	bold := -1
	for i := range o.top() {
		b := o.blocks[i]
		if i <= first && b.strong || i > first && !b.short(headingWords) {
			break
		}
		if i > first && b.strong && canBeTitle(b) && !isByline(b.text) && !isName(b.text) && !isSectionName(b.full()) && o.textFollows(i) {
			bold = i
			break
		}
	}
	if bold < 0 || !schools.MatchString(fold(o.blocks[first].text)) && slices.ContainsFunc(o.blocks[bold+1:], block.looksBold) {
		return first
	}
	return bold
}

// looksBold says whether a line could be a heading by its letters alone.
func (b block) looksBold() bool {
	return b.strong && b.role == rolePlain && b.short(headingWords) && !b.cell && !isSectionName(b.full())
}

// schools begin a line on where the author studies.
var schools = patternOf(`^(licence|master|bachelor|l[123]|m[12]|bac ?\+|universite|ufr|faculte|ecole|institut|iut|bts|lycee|sciences po|etudiante?s? |promotion|annee|departement|parcours|classe|prepa|cours|td)\b`)

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
