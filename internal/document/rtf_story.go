package document

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// rtfStory is a run of paragraphs: the document's, a note's, a text box's. Its
// block is the paragraph that is open.
type rtfStory struct {
	block
	outer  *rtfStory
	as     role
	blocks []block
	inner  []block // the stories that are anchored in the open paragraph
	text   strings.Builder
	plain  bool // some of its words are neither bold nor underlined
}

// beginStory begins a note or a text box, which lies in the paragraph around it.
func (r *rtf) beginStory(word string) {
	if r.now.into != toText || r.now.story != nil || len(r.outer) < 2 {
		return
	}
	s := &rtfStory{outer: r.story}
	if s.as = r.story.as; word == "footnote" {
		s.as = roleNote
	}
	r.story, r.now.story = s, s
	r.now.style, r.now.outline, r.now.list, r.now.table = 0, -1, 0, false
}

// seen says whether what stands here is shown.
func (r *rtf) seen() bool { return !r.now.hidden && !r.now.deleted }

// paragraph ends the one that is open.
func (r *rtf) paragraph() error {
	s := r.story
	b := s.block
	b.text = s.text.String()
	st := r.style(r.now.style)
	if r.now.outline >= 0 && st.role != roleTitle && st.role != roleContents {
		st = st.outline(r.now.outline)
	}
	b.role, b.level = st.role, st.level
	if s.as != rolePlain {
		b.role = s.as
	}
	b.item = b.item || r.now.list > 0
	b.cell = r.now.table
	b.strong = !s.plain && strings.TrimSpace(b.text) != ""
	s.blocks = append(append(s.blocks, b), s.inner...)
	s.block, s.inner, s.plain = block{}, nil, false
	s.text.Reset()
	return r.held.add(len(b.text))
}

// byte adds one byte of text, in the code page of its font.
func (r *rtf) byte(c byte) {
	if r.star = false; r.pass > 0 {
		r.pass--
		return
	}
	if r.now.into != toNowhere && (c >= ' ' || c == '\t') {
		r.raw = append(r.raw, c)
	}
}

// unicode adds a character by its number, negative from 0x8000 on, and passes over
// what follows it for older readers.
func (r *rtf) unicode(n int) {
	r.flush()
	r.pass = r.now.skip
	if n < 0 {
		n += 1 << 16
	}
	c := rune(min(max(n, 0), unicode.MaxRune))
	switch high := r.high; {
	case utf16.IsSurrogate(c) && c < 0xdc00:
		r.high = c
		return
	case utf16.IsSurrogate(c):
		c = utf16.DecodeRune(high, c)
	case c >= 0xf020 && c <= 0xf0ff: // a symbol font's own
		c = '•'
	}
	r.high = 0
	if c >= ' ' || c == '\t' {
		r.write(c)
	}
}

// flush decodes the bytes that are held back: signs of two bytes come one by one.
func (r *rtf) flush() {
	if len(r.raw) == 0 {
		return
	}
	for _, c := range decodePage(r.now.page, r.raw) {
		r.put(c)
	}
	r.raw = r.raw[:0]
}

func (r *rtf) write(c rune) {
	r.flush()
	r.put(c)
}

// put adds a character where the group's words go.
func (r *rtf) put(c rune) {
	switch {
	case r.now.into == toStyles:
		r.nameStyle(c)
	case r.now.captured != nil:
		if r.now.captured.Len() < 4096 {
			r.now.captured.WriteRune(c)
		}
	case r.now.into == toText && r.seen() && len(r.outer) > 0:
		s := r.story
		s.plain = s.plain || !r.now.bold && !r.now.underlined && unicode.IsLetter(c)
		s.text.WriteRune(c)
	}
}

// itemLabel is the number of an item; a bullet, whatever letter of a symbol font
// stands for it, is none.
func itemLabel(words string) string {
	label := oneLine(words)
	if label == "o" || label == "§" || len(label) > 60 || countWords(label) == 0 {
		return ""
	}
	return label
}
