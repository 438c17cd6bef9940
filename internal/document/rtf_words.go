package document

import (
	"bytes"
	"strings"
)

// destination is where the words of a group go.
type destination uint8

const (
	toText    destination = iota
	toNowhere             // no text of the document
	toFonts
	toStyles
	toInfo // what the file says of itself
	toTitle
	toField    // a field's instruction
	toLabel    // the number of an item
	toProperty // the name of a shape's property
	toValue    // its value
)

// rtfDestinations are the control words that begin a destination that is known.
// After \* any other is passed over, and without it any other is the text's.
var rtfDestinations = map[string]destination{
	"fonttbl": toFonts, "stylesheet": toStyles, "info": toInfo, "title": toTitle,
	"fldinst": toField, "listtext": toLabel, "pntext": toLabel, "sn": toProperty, "sv": toValue,

	"colortbl": toNowhere, "header": toNowhere, "headerl": toNowhere, "headerr": toNowhere, "headerf": toNowhere,
	"footer": toNowhere, "footerl": toNowhere, "footerr": toNowhere, "footerf": toNowhere,
	"ftnsep": toNowhere, "ftnsepc": toNowhere, "ftncn": toNowhere, "aftnsep": toNowhere, "aftnsepc": toNowhere, "aftncn": toNowhere,
	"annotation": toNowhere, "xe": toNowhere, "tc": toNowhere, "tcn": toNowhere, "rxe": toNowhere, "txe": toNowhere,
	"nonshppict": toNowhere, "shprslt": toNowhere, "nonesttables": toNowhere, "sp": toNowhere, "upr": toNowhere,
	"private": toNowhere, "mmathPict": toNowhere, "pict": toNowhere, "picprop": toNowhere,
}

// word obeys a control word. n is 1 where it has no number.
func (r *rtf) word(word string, n int) error {
	star := r.star
	r.star = false
	if word == "u" {
		r.unicode(n)
		return nil
	}
	if _, sign := rtfSigns[word]; sign && r.pass > 0 {
		r.pass--
		return nil
	}
	r.pass = 0
	r.flush()
	if r.enter(word, star) {
		return nil
	}
	switch r.now.into {
	case toFonts:
		r.font(word, n)
		return nil
	case toStyles:
		r.defineStyle(word, n)
		return nil
	}
	if r.characterWord(word, n) || r.paragraphWord(word, n) {
		return nil
	}
	if sign, ok := rtfSigns[word]; ok {
		r.write(sign)
		return nil
	}
	return r.breaks(word)
}

// enter begins a destination. What stands in one that goes nowhere goes nowhere,
// but for the few that bring text out of it.
func (r *rtf) enter(word string, star bool) bool {
	switch word {
	case "footnote", "shptxt":
		r.beginStory(word)
		return true
	case "ud": // Unicode, of what \upr first gives otherwise
		if n := len(r.outer); n > 1 {
			r.now.into, r.now.captured = r.outer[n-2].into, r.outer[n-2].captured
		}
		return true
	case "shppict", "shpinst":
		return true
	case "object":
		r.now.object = true
		return true
	case "pict":
		if r.now.into == toText && r.seen() && !r.now.object || r.now.into == toValue && r.naming == "pib" {
			r.story.pictures++
		}
	}
	to, known := rtfDestinations[word]
	switch {
	case !known && !star:
		return false
	case !known:
		to = toNowhere
	case to == toTitle && r.now.into != toInfo:
		return true
	case (to == toProperty || to == toValue) && r.now.into != toNowhere:
		return true
	case r.now.into == toNowhere && to != toProperty && to != toValue:
		return true
	}
	r.now.into, r.now.captured = to, nil
	switch to {
	case toTitle, toField, toLabel, toProperty, toValue:
		r.now.captured = &bytes.Buffer{}
	}
	return true
}

// take is given the words of a destination that has ended.
func (r *rtf) take(from destination, words string) {
	switch from {
	case toTitle:
		r.title = words
	case toField:
		if at := strings.TrimSpace(words); strings.HasPrefix(at, "HYPERLINK ") && r.now.into == toText {
			to, _, _ := strings.Cut(strings.TrimLeft(at[len("HYPERLINK "):], ` "`), `"`)
			r.story.links = appendLink(r.story.links, strings.TrimSpace(to))
		}
	case toLabel:
		if r.now.into == toText && r.seen() {
			r.story.item = true
			r.story.label = itemLabel(words)
		}
	case toProperty:
		r.naming = strings.TrimSpace(words)
	case toValue:
		if r.naming == "wzDescription" {
			r.story.describe(words)
		}
	}
}

// characterWord obeys what holds for characters.
func (r *rtf) characterWord(word string, n int) bool {
	on := n != 0
	switch word {
	case "plain":
		r.now.hidden, r.now.bold, r.now.underlined, r.now.page = false, false, false, r.codePage
	case "v":
		r.now.hidden = on
	case "deleted", "mvf": // deleted or moved from here
		r.now.deleted = on
	case "b":
		r.now.bold = on
	case "ul", "uld", "uldb", "ulw", "ulth", "uldash", "ulwave":
		r.now.underlined = on
	case "ulnone":
		r.now.underlined = false
	case "f":
		r.now.page = r.pageOf(n)
	case "uc":
		r.now.skip = min(max(n, 0), 8)
	case "ansicpg":
		if _, known := codePages[n]; known {
			r.codePage, r.now.page = n, n
		}
	case "mac":
		r.codePage, r.now.page = 10000, 10000
	case "pc":
		r.codePage, r.now.page = 437, 437
	case "pca":
		r.codePage, r.now.page = 850, 850
	default:
		return false
	}
	return true
}

// paragraphWord obeys what holds for paragraphs.
func (r *rtf) paragraphWord(word string, n int) bool {
	switch word {
	case "pard":
		r.now.style, r.now.outline, r.now.list, r.now.table = 0, -1, 0, false
	case "s":
		r.now.style = n
	case "outlinelevel":
		r.now.outline = n
	case "ls":
		r.now.list = n
	case "intbl":
		r.now.table = true
	default:
		return false
	}
	return true
}

// rtfSigns are the characters that have a word.
var rtfSigns = map[string]rune{
	"tab": '\t', "line": '\n', "emdash": '—', "endash": '–', "bullet": '•',
	"lquote": '‘', "rquote": '’', "ldblquote": '“', "rdblquote": '”',
	"emspace": '\u2003', "enspace": '\u2002', "qmspace": '\u2005', "zwj": '\u200d', "zwnj": '\u200c',
}

// breaks obeys what ends a paragraph.
func (r *rtf) breaks(word string) error {
	if r.now.into != toText {
		return nil
	}
	switch word {
	case "par", "sect":
		if !r.now.deleted { // else what follows is the same paragraph
			return r.paragraph()
		}
	case "cell", "nestcell":
		r.now.table = true
		return r.paragraph()
	case "page", "column":
		r.write('\n')
	}
	return nil
}
