// Package essay makes the texts that the benchmarks read: essays as students write
// them, by chance and always the same for one seed, in the formats that people send.
package essay

// Essay is a text as students write them.
type Essay struct {
	Title, Author string
	Parts         []Part
	Sources       []string
}

// Part is a heading and its paragraphs.
type Part struct {
	Heading    string
	Paragraphs []Paragraph
}

// Paragraph is a text; its note may be "".
type Paragraph struct{ Text, Note string }

// Walk gives every paragraph of the text with its style.
func (e Essay) Walk(add func(style, text, note string)) {
	add("Title", e.Title, "")
	add("Normal", "Par "+e.Author, "")
	for _, p := range e.Parts {
		add("Heading1", p.Heading, "")
		for _, t := range p.Paragraphs {
			add("Normal", t.Text, t.Note)
		}
	}
	add("Heading1", "Bibliographie", "")
	for _, s := range e.Sources {
		add("Normal", s, "")
	}
}
