package document

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// ours are the tokens of our scanner, one a line, and whether it reached the end.
func ours(data []byte) (tokens []string, whole bool) {
	s := newXMLScanner(data)
	for {
		switch s.next() {
		case xmlEOF:
			return tokens, true
		case xmlDamage:
			return tokens, false
		case xmlStart:
			line := "<" + s.name
			for rest := bytes.TrimLeft(s.tag, " \t\r\n"); ; rest = bytes.TrimLeft(rest, " \t\r\n") {
				name, _, length := cutAttribute(rest)
				if length == 0 {
					break
				}
				line += " " + string(name) + "=" + attribute(s.tag, string(name))
				rest = rest[length:]
			}
			tokens = append(tokens, line)
		case xmlEnd:
			tokens = append(tokens, "/"+s.name)
		case xmlText:
			tokens = joinText(tokens, string(s.text))
		}
	}
}

// theirs are those of encoding/xml.
func theirs(data []byte) (tokens []string, whole bool) {
	dec := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := dec.RawToken()
		if err != nil {
			return tokens, errors.Is(err, io.EOF)
		}
		switch t := token.(type) {
		case xml.StartElement:
			line := "<" + t.Name.Local
			for _, a := range t.Attr {
				first := slices.IndexFunc(t.Attr, func(b xml.Attr) bool { return b.Name.Local == a.Name.Local })
				line += " " + a.Name.Local + "=" + t.Attr[first].Value
			}
			tokens = append(tokens, line)
		case xml.EndElement:
			tokens = append(tokens, "/"+t.Name.Local)
		case xml.CharData:
			tokens = joinText(tokens, string(t))
		}
	}
}

func joinText(tokens []string, text string) []string {
	if n := len(tokens); n > 0 && strings.HasPrefix(tokens[n-1], "text ") {
		tokens[n-1] += text
		return tokens
	}
	if text == "" {
		return tokens
	}
	return append(tokens, "text "+text)
}

var wellFormed = []string{
	`<?xml version="1.0" encoding="UTF-8"?><w:p w:a="1" b='2'><w:t xml:space="preserve"> a &amp; b &#233;&#xe9; </w:t><w:br/></w:p>`,
	"<a\r\n x = \"1&lt;\r\n2\" ><![CDATA[<b> & ]]]]><![CDATA[>]]></a >\r",
	`<!DOCTYPE a [<!ENTITY x "y>"><!-- ' -->]><a><!-- <b> --><?p q?>é</a>`,
	"<a:b:c/>", "<a x=1/>", "<a>&nbsp;</a>", "<a>\x01</a>", "<a>\xff</a>", "<a", "<a x='<'/>", "</a>", "<a>&#0;</a>", "<é ö='ü'/>",
}

func TestXMLScanner(t *testing.T) {
	for _, text := range append(wellFormed, wordStyles, flatODT("<text:p>é</text:p>")) {
		got, ok := ours([]byte(text))
		want, whole := theirs([]byte(text))
		if ok != whole || ok && !slices.Equal(got, want) {
			t.Errorf("%s: got %q (%v), want %q (%v)", text, got, ok, want, whole)
		}
	}
}

func TestXMLCharsets(t *testing.T) {
	text := `<?xml version="1.0" encoding="ISO-8859-15"?><a b="é">œuf</a>`
	for name, data := range map[string][]byte{
		"declared": encoded(t, charmap.ISO8859_15, text),
		"marked":   encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), text),
	} {
		if got, ok := ours(data); !ok || !slices.Equal(got, []string{"<a b=é", "text œuf", "/a"}) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

var oddMarkup = regexp.MustCompile(`<!(?:$|[^-\[A-Za-z])`)

// FuzzXML holds our scanner against encoding/xml: what that one accepts is read
// here as the same tokens.
func FuzzXML(f *testing.F) {
	for _, text := range wellFormed {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, ok := ours(data)
		if mark, _ := byMark(data); mark != nil || declaredEncoding(data) != "" || bytes.HasPrefix(data, []byte(utf8Mark)) {
			return // another charset, which encoding/xml does not know
		}
		if oddMarkup.Match(data) {
			return // what encoding/xml takes for a document type, and is none
		}
		if want, whole := theirs(data); whole && (!ok || !slices.Equal(got, want)) {
			t.Errorf("got %q (%v), want %q", got, ok, want)
		}
	})
}
