package email

import (
	"strings"
	"unicode"
)

// decodeWords decodes the encoded words of RFC 2047 wherever they stand: within
// quotes, glued to other text, with spaces inside, a character split over two
// of them. What cannot be read stays as it is.
func decodeWords(s string) (string, Flag) {
	if !strings.Contains(s, "=?") {
		return s, ""
	}
	d := wordDecoder{}
	for {
		start := strings.Index(s, "=?")
		if start < 0 {
			break
		}
		w, rest, ok := d.cutWord(s[start:])
		if !ok {
			d.text(s[:start+2])
			s = s[start+2:]
			continue
		}
		d.text(s[:start])
		d.word(w)
		s = rest
	}
	d.text(s)
	d.flush()
	return d.out.String(), d.flag
}

type encodedWord struct {
	charset string
	data    []byte
}

// wordDecoder joins the bytes of neighbouring words of one charset before it
// decodes them, and drops the white space between words (RFC 2047 section 6.2).
type wordDecoder struct {
	out     strings.Builder
	pending encodedWord
	noEnd   bool // no "?=" lies ahead: looking again would take quadratic time
	flag    Flag
}

// cutWord takes one encoded word off the start of s.
func (d *wordDecoder) cutWord(s string) (w encodedWord, rest string, ok bool) {
	const longestCharset = 64
	head := s[2:]
	q := strings.IndexByte(head[:min(len(head), longestCharset)], '?')
	if q <= 0 || q+2 >= len(head) || head[q+2] != '?' || d.noEnd {
		return w, "", false
	}
	charset, _, _ := strings.Cut(head[:q], "*") // RFC 2231 section 5: a language
	encoding, payload := head[q+1], head[q+3:]
	end := strings.Index(payload, "?=")
	if end < 0 {
		d.noEnd = true
		return w, "", false
	}
	w.charset = charset
	switch encoding {
	case 'b', 'B':
		w.data, _ = decodeBase64([]byte(payload[:end]))
	case 'q', 'Q':
		w.data = decodeQuoted([]byte(strings.ReplaceAll(payload[:end], "_", " ")))
	default:
		return w, "", false
	}
	return w, payload[end+2:], true
}

func (d *wordDecoder) word(w encodedWord) {
	if !strings.EqualFold(d.pending.charset, w.charset) {
		d.flush()
	}
	d.pending.charset = w.charset
	d.pending.data = append(d.pending.data, w.data...)
}

func (d *wordDecoder) text(s string) {
	if d.pending.charset != "" && strings.TrimSpace(s) == "" {
		return
	}
	d.flush()
	d.out.WriteString(s)
}

func (d *wordDecoder) flush() {
	if d.pending.charset == "" {
		return
	}
	text, flag := decodeCharset(d.pending.charset, d.pending.data)
	if flag != "" {
		d.flag = flag
	}
	d.out.WriteString(text)
	d.pending = encodedWord{}
}

// decodeText decodes a header's text for people: encoded words undone, and
// without the characters that break a line or disguise what is written.
func (m *Message) decodeText(s string) string {
	text, flag := decodeWords(s)
	m.flagIf(flag != "", flag)
	return m.printable(text)
}

// printable takes control and bidirectional override characters out.
func (m *Message) printable(s string) string {
	found := false
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f' && r != '\u061c':
			found = true
			return -1
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			found = true
			return ' '
		}
		return r
	}, s)
	m.flagIf(found, FlagControlCharacters)
	return strings.TrimSpace(s)
}
