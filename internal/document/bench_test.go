package document

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkRead reads a text of 2,000 words with headings and ten sources.
func BenchmarkRead(b *testing.B) {
	var docx, odt, md strings.Builder
	add := func(style, level, text string) {
		docx.WriteString(wp(style, text))
		if level == "" {
			fmt.Fprintf(&odt, "<text:p>%s</text:p>", text)
		} else {
			fmt.Fprintf(&odt, `<text:h text:outline-level="%d">%s</text:h>`, len(level), text)
		}
		md.WriteString(strings.TrimSpace(level+" "+text) + "\n\n")
	}
	add("Titre", "#", "Une ville à refaire")
	add("", "", "Par Jeanne Delmas")
	for i := range 20 {
		add("Titre2", "##", fmt.Sprintf("Partie %d", i+1))
		add("", "", prose(100))
	}
	add("Titre2", "##", "Bibliographie")
	for range 10 {
		add("", "", first)
	}
	for _, file := range []struct {
		name string
		data []byte
	}{{"a.docx", makeDOCX(b, docx.String())}, {"a.odt", makeODT(b, odt.String())}, {"a.md", []byte(md.String())}} {
		b.Run(file.name, func(b *testing.B) {
			b.SetBytes(int64(len(file.data)))
			b.ReportAllocs()
			for b.Loop() {
				if d := Read(file.name, "", file.data); len(d.Sources) != 10 || d.Error != "" {
					b.Fatalf("%d sources, %s", len(d.Sources), d.Error)
				}
			}
		})
	}
}

// BenchmarkSources reads the entries of the bibliography set into their fields.
func BenchmarkSources(b *testing.B) {
	var texts []string
	for _, set := range bibliographySets(b) {
		for _, e := range set.Entries {
			texts = append(texts, e.Text)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, text := range texts {
			parseSource(text, nil)
		}
	}
	b.ReportMetric(float64(len(texts)*b.N)/b.Elapsed().Seconds(), "entries/s")
}
