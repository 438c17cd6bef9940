package document

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// nameLength is how long the name is with which bytes begin; 0 for none.
func nameLength(in []byte) int {
	for i, c := range in {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == ':', c >= utf8.RuneSelf:
		case i > 0 && ('0' <= c && c <= '9' || c == '-' || c == '.'):
		default:
			return i
		}
	}
	return len(in)
}

// localName is a name without its prefix; nil for one of two prefixes.
func localName(name []byte) []byte {
	prefix, local, ok := bytes.Cut(name, []byte(":"))
	switch {
	case bytes.IndexByte(local, ':') >= 0:
		return nil
	case !ok || len(prefix) == 0 || len(local) == 0:
		return name
	}
	return local
}

// cutAttribute reads one attribute: its local name, its value as written, and how
// long it is; 0 is damage.
func cutAttribute(in []byte) (name, value []byte, length int) {
	at := nameLength(in)
	if name = localName(in[:at]); len(name) == 0 {
		return nil, nil, 0
	}
	space := func() {
		for at < len(in) && isXMLSpace(in[at]) {
			at++
		}
	}
	if space(); at >= len(in) || in[at] != '=' {
		return nil, nil, 0
	}
	at++
	if space(); at >= len(in) || in[at] != '"' && in[at] != '\'' {
		return nil, nil, 0
	}
	end := bytes.IndexByte(in[at+1:], in[at])
	if end < 0 {
		return nil, nil, 0
	}
	value = in[at+1 : at+1+end]
	if bytes.IndexByte(value, '<') >= 0 {
		return nil, nil, 0
	}
	return name, value, at + end + 2
}

// attribute is the value of one in a start tag, "" where it has none.
func attribute(tag []byte, wanted string) string {
	for {
		tag = bytes.TrimLeft(tag, " \t\r\n")
		name, value, length := cutAttribute(tag)
		if length == 0 {
			return ""
		}
		if string(name) == wanted {
			out, _ := unescapeXML(value)
			return strings.ToValidUTF8(string(out), "\uFFFD")
		}
		tag = tag[length:]
	}
}

// unescapeXML undoes entities and makes line ends even. The result is the input
// itself where there is nothing to do.
func unescapeXML(raw []byte) ([]byte, bool) {
	if bytes.IndexByte(raw, '&') < 0 && bytes.IndexByte(raw, '\r') < 0 {
		return raw, true
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; c {
		case '\r':
			if i+1 < len(raw) && raw[i+1] == '\n' {
				continue
			}
			out = append(out, '\n')
		case '&':
			end := bytes.IndexByte(raw[i:min(len(raw), i+16)], ';')
			if end < 0 {
				return nil, false
			}
			r, ok := entity(string(raw[i+1 : i+end]))
			if !ok {
				return nil, false
			}
			out = utf8.AppendRune(out, r)
			i += end
		default:
			out = append(out, c)
		}
	}
	return out, true
}

// entity is the character that one of the five entities of XML, or a number,
// stands for.
func entity(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	}
	digits, base := strings.TrimPrefix(name, "#"), 10
	if digits == name {
		return 0, false
	}
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	r := rune(n)
	if err != nil || n > utf8.MaxRune || !utf8.ValidRune(r) || r < ' ' && r != '\t' && r != '\n' && r != '\r' {
		return 0, false
	}
	return r, true
}
