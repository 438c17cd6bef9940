package document

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// xmlScanner cuts a part of XML 1.0 into tags and text. It is as strict as
// encoding/xml where that matters to a reader (tags, quotes, entities, characters),
// and some five times as fast: a tag's attributes are read only when asked for.
// Comments, instructions and document types are passed over; entities beyond the
// five of XML are an error, so none is ever expanded.
type xmlScanner struct {
	in    []byte
	at    int
	names map[string]string // those met, so that each is kept once

	kind  xmlKind
	name  string // of a tag, without its prefix
	tag   []byte // what stands in a start tag after its name
	text  []byte
	empty bool // the start tag was its end as well
}

type xmlKind uint8

const (
	xmlEOF xmlKind = iota
	xmlStart
	xmlEnd
	xmlText
	xmlDamage
)

// newXMLScanner scans a part, in whatever charset its mark or its declaration
// names, as far as its bytes are characters.
func newXMLScanner(in []byte) xmlScanner {
	if enc, marked := byMark(in); enc != nil {
		if out, err := enc.NewDecoder().Bytes(in[marked:]); err == nil {
			in = out
		}
	} else if name := declaredEncoding(in); name != "" {
		if enc, canonical := charset.Lookup(name); enc != nil && canonical != "utf-8" {
			if out, err := enc.NewDecoder().Bytes(in); err == nil {
				in = out
			}
		}
	}
	return xmlScanner{in: bytes.TrimPrefix(in, []byte(utf8Mark)), names: map[string]string{}}
}

// declaredEncoding is the charset in an XML declaration.
func declaredEncoding(in []byte) string {
	if !bytes.HasPrefix(in, []byte("<?xml")) {
		return ""
	}
	head, _, _ := bytes.Cut(in[:min(len(in), 512)], []byte("?>"))
	_, value, ok := bytes.Cut(head, []byte("encoding="))
	if !ok || len(value) < 2 {
		return ""
	}
	name, _, _ := bytes.Cut(value[1:], value[:1])
	return string(name)
}

// next takes the next token.
func (s *xmlScanner) next() xmlKind {
	if s.empty {
		s.empty, s.kind = false, xmlEnd
		return s.kind
	}
	for s.kind != xmlDamage {
		if s.at >= len(s.in) {
			s.kind = xmlEOF
			break
		}
		if s.in[s.at] != '<' {
			s.kind = s.characters()
			break
		}
		rest := s.in[s.at:]
		switch {
		case bytes.HasPrefix(rest, []byte("</")):
			s.kind = s.endTag()
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			if s.text = s.until(9, "]]>"); s.text != nil {
				s.text = bytes.ReplaceAll(bytes.ReplaceAll(s.text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
				s.kind = s.checked(xmlText)
			}
		case bytes.HasPrefix(rest, []byte("<!--")):
			s.until(4, "-->")
			continue
		case bytes.HasPrefix(rest, []byte("<?")):
			s.until(2, "?>")
			continue
		case bytes.HasPrefix(rest, []byte("<!")):
			s.documentType()
			continue
		default:
			s.kind = s.startTag()
		}
		break
	}
	return s.kind
}

// until passes over what a mark ends, and is what stands before the mark; nil is
// damage.
func (s *xmlScanner) until(begins int, mark string) []byte {
	from := s.at + begins
	i := bytes.Index(s.in[min(from, len(s.in)):], []byte(mark))
	if i < 0 {
		s.kind = xmlDamage
		return nil
	}
	s.at = from + i + len(mark)
	return s.in[from : from+i : from+i]
}

// documentType passes over a <!DOCTYPE …>, whatever stands in it.
func (s *xmlScanner) documentType() {
	depth, quote := 0, byte(0)
	for i := s.at; i < len(s.in); i++ {
		switch c := s.in[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<' && bytes.HasPrefix(s.in[i:], []byte("<!--")):
			end := bytes.Index(s.in[i+4:], []byte("-->"))
			if end < 0 {
				s.kind = xmlDamage
				return
			}
			i += 4 + end + 2
		case c == '<':
			depth++
		case c == '>':
			if depth--; depth == 0 {
				s.at = i + 1
				return
			}
		}
	}
	s.kind = xmlDamage
}

func (s *xmlScanner) characters() xmlKind {
	end := bytes.IndexByte(s.in[s.at:], '<')
	if end < 0 {
		end = len(s.in) - s.at
	}
	raw := s.in[s.at : s.at+end]
	s.at += end
	text, ok := unescapeXML(raw)
	if s.text = text; !ok {
		return xmlDamage
	}
	return s.checked(xmlText)
}

// checked is damage where the text holds what is no character of XML.
func (s *xmlScanner) checked(kind xmlKind) xmlKind {
	wide := false
	for _, c := range s.text {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return xmlDamage
		}
		wide = wide || c >= utf8.RuneSelf
	}
	if wide && !utf8.Valid(s.text) {
		return xmlDamage
	}
	return kind
}

func isXMLSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// startTag reads <name attributes> or <name attributes/>.
func (s *xmlScanner) startTag() xmlKind {
	s.at++
	if !s.tagName() {
		return xmlDamage
	}
	from := s.at
	for {
		for s.at < len(s.in) && isXMLSpace(s.in[s.at]) {
			s.at++
		}
		if s.at >= len(s.in) {
			return xmlDamage
		}
		switch s.in[s.at] {
		case '>':
			s.tag = s.in[from:s.at]
			s.at++
			return xmlStart
		case '/':
			if s.at+1 >= len(s.in) || s.in[s.at+1] != '>' {
				return xmlDamage
			}
			s.tag = s.in[from:s.at]
			s.at += 2
			s.empty = true
			return xmlStart
		}
		_, _, length := cutAttribute(s.in[s.at:])
		if length == 0 {
			return xmlDamage
		}
		s.at += length
	}
}

func (s *xmlScanner) endTag() xmlKind {
	s.at += 2
	if !s.tagName() {
		return xmlDamage
	}
	for s.at < len(s.in) && isXMLSpace(s.in[s.at]) {
		s.at++
	}
	if s.at >= len(s.in) || s.in[s.at] != '>' {
		return xmlDamage
	}
	s.at++
	return xmlEnd
}

// tagName reads the name at hand.
func (s *xmlScanner) tagName() bool {
	n := nameLength(s.in[s.at:])
	local := localName(s.in[s.at : s.at+n])
	s.at += n
	name, known := s.names[string(local)]
	if !known {
		name = string(local)
		if len(s.names) < MaxEntries {
			s.names[name] = name
		}
	}
	s.name = name
	return len(local) > 0 && utf8.ValidString(name)
}
