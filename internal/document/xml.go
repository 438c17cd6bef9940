package document

import (
	"errors"
	"io"
	"strings"
)

// xmlPart is a pull over one XML part, no deeper than MaxDepth. Names are local:
// the prefixes and the two generations of namespaces that office programs use
// never change what an element means to a reader.
type xmlPart struct {
	scan xmlScanner
	err  error // why the part could not be unpacked to its end
	open []string
}

// element is the start of one.
type element struct {
	name string
	tag  []byte
}

// newXMLPart reads a part, as far as it can be unpacked, into memory: the archive
// bounds how much that is.
func newXMLPart(r io.Reader) *xmlPart {
	in, err := whole(r)
	return &xmlPart{scan: newXMLScanner(in), err: err}
}

// attr is the value of an attribute, by its local name, "" where absent.
func (e element) attr(name string) string { return attribute(e.tag, name) }

// next is the next token, with the elements that are open kept in count. At the
// end of the part it returns io.EOF, unless elements are still open.
func (x *xmlPart) next() (xmlKind, error) {
	kind := x.scan.next()
	switch kind {
	case xmlEOF:
		if len(x.open) == 0 && x.err == nil {
			return kind, io.EOF
		}
		return kind, brokenXML(x.err)
	case xmlDamage:
		return kind, brokenXML(x.err)
	case xmlStart:
		if len(x.open) == MaxDepth {
			return kind, fail(FaultTooLarge, "the document nests more than %d elements", MaxDepth)
		}
		x.open = append(x.open, x.scan.name)
	case xmlEnd:
		if n := len(x.open); n == 0 || x.open[n-1] != x.scan.name {
			return kind, brokenXML(nil)
		}
		x.open = x.open[:len(x.open)-1]
	}
	return kind, nil
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
		kind, err := x.next()
		if errors.Is(err, io.EOF) && depth == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		switch kind {
		case xmlStart:
			err = each(element{x.scan.name, x.scan.tag})
		case xmlEnd:
			if len(x.open) < depth {
				return nil
			}
		case xmlText:
			if text != nil {
				err = text(string(x.scan.text))
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
