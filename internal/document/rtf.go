package document

import (
	"bytes"
	"strconv"
)

// readRTF reads the Rich Text Format (Microsoft's specification, version 1.9.1).
// Control words that are not known are passed over, as the specification asks; a
// file that ends within a group has lost some of its text, and is damaged.
func readRTF(data []byte) (draft, error) {
	r := &rtf{data: data, codePage: 1252, fonts: map[int]int{}, styles: map[int]*rtfStyle{}, story: &rtfStory{}}
	r.now = rtfState{skip: 1, page: r.codePage, outline: -1}
	if err := r.groups(); err != nil {
		return draft{}, err
	}
	return draft{blocks: r.story.blocks, spareTitle: oneLine(r.title)}, nil
}

// rtf is one document being read.
type rtf struct {
	data     []byte
	now      rtfState
	outer    []rtfState
	codePage int // of the document
	fonts    map[int]int
	styles   map[int]*rtfStyle
	title    string

	story  *rtfStory
	held   size
	raw    []byte // bytes of text whose code page is yet to be applied
	high   rune   // the first half of a surrogate pair
	pass   int    // characters to leave out, which repeat a \u
	star   bool   // \* has just been read: the destination may be ignored
	naming string // the name of the shape's property that is being read
}

// rtfState is what holds within a group, and ends with it.
type rtfState struct {
	into     destination
	captured *bytes.Buffer // of a destination whose words are kept apart
	story    *rtfStory     // the one that the group began, nil for most
	object   bool          // its picture is no picture of the text

	skip                              int // characters that repeat a \u: \uc
	page                              int // code page of the font
	hidden, deleted, bold, underlined bool
	style, outline, list              int // of the paragraph; outline is -1 where it says nothing
	table                             bool
}

// groups reads the whole file in one pass.
func (r *rtf) groups() error {
	for i := 0; i < len(r.data); {
		var err error
		switch c := r.data[i]; c {
		case '{':
			i++
			err = r.begin()
		case '}':
			i++
			if err = r.end(); err == nil && len(r.outer) == 0 {
				return nil
			}
		case '\\':
			i, err = r.control(i + 1)
		case '\r', '\n', 0:
			i++
		default:
			i++
			r.byte(c)
		}
		if err != nil {
			return err
		}
	}
	return fail(FaultBroken, "the file is damaged: it ends in the middle of its text")
}

func (r *rtf) begin() error {
	r.flush()
	if len(r.outer) == MaxDepth {
		return fail(FaultTooLarge, "the document nests more than %d groups", MaxDepth)
	}
	r.pass, r.star = 0, false
	r.outer = append(r.outer, r.now)
	r.now.story = nil
	return nil
}

func (r *rtf) end() error {
	r.flush()
	r.pass, r.star = 0, false
	if len(r.outer) == 0 {
		return nil
	}
	inside := r.now
	if inside.story != nil || len(r.outer) == 1 {
		if err := r.paragraph(); err != nil {
			return err
		}
	}
	r.now = r.outer[len(r.outer)-1]
	r.outer = r.outer[:len(r.outer)-1]
	if inside.story != nil {
		r.story = inside.story.outer
		r.story.inner = append(r.story.inner, inside.story.blocks...)
	}
	if inside.captured != nil && inside.captured != r.now.captured {
		r.take(inside.into, inside.captured.String())
	}
	return nil
}

// control reads what follows a backslash: a symbol, a byte in hexadecimal, or a
// word with its number and the one space that ends it.
func (r *rtf) control(i int) (next int, err error) {
	if i >= len(r.data) {
		return i, nil
	}
	c := r.data[i]
	if c == '\'' {
		if i+3 <= len(r.data) {
			if n, err := strconv.ParseUint(string(r.data[i+1:i+3]), 16, 8); err == nil {
				r.byte(byte(n))
				return i + 3, nil
			}
		}
		return i + 1, nil
	}
	if !isLetter(c) {
		return i + 1, r.symbol(c)
	}
	start := i
	for i < len(r.data) && isLetter(r.data[i]) {
		i++
	}
	word, n := string(r.data[start:min(i, start+32)]), 1
	start = i
	if i < len(r.data) && r.data[i] == '-' {
		i++
	}
	for i < len(r.data) && '0' <= r.data[i] && r.data[i] <= '9' {
		i++
	}
	given := i > start
	if given {
		n, _ = strconv.Atoi(string(r.data[start:min(i, start+12)]))
	}
	if i < len(r.data) && r.data[i] == ' ' {
		i++
	}
	if word == "bin" && given { // so many bytes that are no text
		return min(i+max(n, 0), len(r.data)), nil
	}
	return i, r.word(word, n)
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// symbol reads a control symbol.
func (r *rtf) symbol(c byte) error {
	if r.pass > 0 && c != '*' {
		r.pass--
		return nil
	}
	switch c {
	case '*':
		r.star = true
	case '\r', '\n':
		return r.word("par", 1)
	case '\t':
		r.write('\t')
	case '~':
		r.write('\u00a0')
	case '_':
		r.write('\u2011')
	case '-':
		r.write('\u00ad')
	case '{', '}', '\\':
		r.byte(c)
	}
	return nil
}
