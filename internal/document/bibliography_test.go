package document

import (
	"strings"
	"testing"
)

const (
	first  = "Roche, H. (2021). Les rues. Revue des Horizons. https://a.example.org/rues"
	second = "Jeanne Delmas, « Les places », Le Quotidien, 3 octobre 2025."
	third  = "VIDAL, Jules. Le droit en partage. Lyon : Presses du Fleuve, 2016."
)

func TestBibliography(t *testing.T) {
	text := "Une ville à refaire\n\nJeanne Delmas\n\n" + prose(100) + "\n\n" + prose(80) + "\n\n"
	const words = 2 + 180
	for _, test := range []struct {
		name, tail string
		sources    int
		more       int // words of the tail that are text
	}{
		{"heading", "Bibliographie\n\n" + first + "\n\n" + second, 2, 0},
		{"numbered heading", "IV. Références bibliographiques :\n\n[1] " + first + "\n\n[2] " + second + "\n\n[3] " + third, 3, 0},
		{"divided", "Bibliographie\n\nOuvrages :\n\n" + third + "\n\nArticles de presse\n\n" + second, 2, 0},
		{"two sections", "Bibliographie\n\n" + third + "\n\nWebographie\n\n" + first, 2, 0},
		{"links below", "Sources\n\nDelmas, J. (2025). Les places. Le Quotidien.\nhttps://b.example.org/places\n\n" + second, 2, 0},
		{"bare links", "Sources :\n\nhttps://b.example.org/1\nhttps://b.example.org/2\nhttps://b.example.org/3", 3, 0},
		{"no heading", first + "\n\n" + second + "\n\n" + third, 3, 0},
		{"no heading, one", first, 1, 0},
		{"no heading, and a word on the author", first + "\n\n" + second + "\n\nJeanne Delmas étudie le droit.", 2, 5},
		{"run in", "Sources : Insee, « Logement », 2023 ; " + first, 2, 0},
		{"followed by a section", "Bibliographie\n\n" + first + "\n\nAnnexes\n\n" + prose(30), 1, 31},
		{"notes by hand", "Notes\n\n1. " + first + "\n2. Une remarque en passant.\n3. " + second, 2, 0},
		{"none", "Merci de votre lecture.", 0, 4},
		{"prose under the name", "Sources\n\n" + prose(90) + "\n\n" + prose(90), 0, 181},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := Read("a.txt", "", []byte(text+test.tail))
			if len(d.Sources) != test.sources {
				t.Errorf("%d sources: %+v", len(d.Sources), d.Sources)
			}
			if d.Words != words+test.more {
				t.Errorf("%d words, want %d", d.Words, words+test.more)
			}
		})
	}
}

func TestSourceText(t *testing.T) {
	d := Read("a.md", "", []byte("# Titre\n\n"+prose(60)+"\n\n## Bibliographie\n\n* "+first+"\n* "+second+"\n"))
	if len(d.Sources) != 2 || d.Sources[0].Text != first || !strings.HasPrefix(d.Sources[1].Text, "Jeanne Delmas") {
		t.Errorf("sources %+v", d.Sources)
	}
	if d.Sections != 0 {
		t.Errorf("%d sections", d.Sections)
	}
}
