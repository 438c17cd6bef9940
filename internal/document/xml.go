package document

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
)

// xmlPart is a pull over one XML part, no deeper than MaxDepth. Names are local:
// the prefixes and the two generations of namespaces that office programs use
// never change what an element means to a reader. Entities beyond the five of XML
// are an error, so none is ever expanded.
type xmlPart struct {
	dec  *xml.Decoder
	open []string
}

// element is the start of one.
type element struct {
	name  string
	attrs []xml.Attr
}

func newXMLPart(r io.Reader) *xmlPart {
	dec := xml.NewDecoder(r)
	dec.CharsetReader = charset.NewReaderLabel
	return &xmlPart{dec: dec}
}

// attr is the value of an attribute, by its local name, "" where absent.
func (e element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// next is the next token, with the elements that are open kept in count. At the
// end of the part it returns io.EOF, unless elements are still open.
func (x *xmlPart) next() (xml.Token, error) {
	tok, err := x.dec.RawToken()
	if err != nil {
		if errors.Is(err, io.EOF) && len(x.open) == 0 {
			return nil, io.EOF
		}
		return nil, brokenXML(err)
	}
	switch t := tok.(type) {
	case xml.StartElement:
		if len(x.open) == MaxDepth {
			return nil, fail(FaultTooLarge, "the document nests more than %d elements", MaxDepth)
		}
		x.open = append(x.open, t.Name.Local)
	case xml.EndElement:
		if n := len(x.open); n == 0 || x.open[n-1] != t.Name.Local {
			return nil, brokenXML(nil)
		}
		x.open = x.open[:len(x.open)-1]
	}
	return tok, nil
}

// brokenXML keeps a failure of the archive below, and names all else damage.
func brokenXML(err error) error {
	if f := (*failure)(nil); errors.As(err, &f) {
		return f
	}
	return fail(FaultBroken, "the file is damaged: its text is not well-formed XML")
}

// children calls each for every element directly inside the one just begun, and
// text, where it is not nil, for the characters between them, up to the end of
// that element. Each consumes its element, by children or by skip.
func (x *xmlPart) children(each func(element) error, text func(string) error) error {
	depth := len(x.open)
	for {
		tok, err := x.next()
		if errors.Is(err, io.EOF) && depth == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			err = each(element{t.Name.Local, t.Attr})
		case xml.EndElement:
			if len(x.open) < depth {
				return nil
			}
		case xml.CharData:
			if text != nil {
				err = text(string(t))
			}
		}
		if err != nil {
			return err
		}
	}
}

// skip leaves out the element just begun and all that it holds.
func (x *xmlPart) skip() error {
	for depth := len(x.open); len(x.open) >= depth; {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}

// content is the text directly inside the element just begun.
func (x *xmlPart) content() (string, error) {
	var b strings.Builder
	err := x.children(
		func(element) error { return x.skip() },
		func(s string) error { b.WriteString(s); return nil },
	)
	return b.String(), err
}

// each runs over every element of the part, however deep, without its text.
func (x *xmlPart) each(f func(element)) error {
	var down func(element) error
	down = func(e element) error { f(e); return x.children(down, nil) }
	return x.children(down, nil)
}
