package document

import (
	"fmt"
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
		{"links above", "Sources\n\nhttps://b.example.org/places\nDelmas, J. (2025). Les places. Le Quotidien.\nhttps://a.example.org/rues\nRoche, H. (2021). Les rues. Revue des Horizons.", 2, 0},
		{"links above, apart", "Sources\n\nhttps://b.example.org/places\n\nLes places de la ville\n\nhttps://a.example.org/rues\n\nLes rues de la ville", 2, 0},
		{"a bare link first", "Sources\n\nhttps://b.example.org/1\n\n" + second + "\nhttps://b.example.org/places\n\n" + third, 3, 0},
		{"bare links", "Sources :\n\nhttps://b.example.org/1\nhttps://b.example.org/2\nhttps://b.example.org/3", 3, 0},
		{"no heading", first + "\n\n" + second + "\n\n" + third, 3, 0},
		{"no heading, one", first, 1, 0},
		{"no heading, and a word on the author", first + "\n\n" + second + "\n\nJeanne Delmas étudie le droit.", 2, 5},
		{"run in", "Sources : Insee, « Logement », 2023 ; " + first, 2, 0},
		{"followed by a section", "Bibliographie\n\n" + first + "\n\nAnnexes\n\n" + prose(30), 1, 31},
		{"notes by hand", "Notes\n\n1. " + first + "\n2. Une remarque en passant.\n3. " + second, 2, 0},
		{"none", "Merci de votre lecture.", 0, 4},
		{"capitals", "BIBLIOGRAPHIE\n\n" + first + "\n\n" + second, 2, 0},
		{"numbered part", "5) Sources et bibliographie\n\n" + first + "\n\n" + third, 2, 0},
		{"two names", "Bibliographie / Webographie :\n\n" + first + "\n\n" + third, 2, 0},
		{"English", "Works cited\n\n" + first + "\n\n" + third, 2, 0},
		{"subdivided", "Bibliographie\n\nI. Ouvrages\n\n" + third + "\n\nII. Articles et rapports\n\n" + second + "\n\nIII. Sites internet\n\n" + first, 3, 0},
		{"sections apart", "Bibliographie\n\n" + third + "\n\nRapports institutionnels\n\n" + first + "\n\nArticles de presse\n\n" + second, 3, 0},
		{"no heading, a line each", first + "\n" + second + "\n" + third, 3, 0},
		{"no heading, links on their own lines", "Delmas, J. (2025). Les places. Le Quotidien.\nhttps://b.example.org/places\nRoche, H. (2021). Les rues. Revue des Horizons.\nhttps://a.example.org/rues", 2, 0},
		{"no heading, and a signature", first + "\n\n" + second + "\n\nJeanne Delmas\n\nÉtudiante en droit à Lyon", 2, 7},
		{"no heading, one weaker between", first + "\n\nLe site de la ville : https://ville.example.fr/\n\n" + second, 3, 0},
		{"a signature below the sources", "Sources\n\n" + first + "\n\n" + second + "\n\nJeanne Delmas est étudiante en droit à Lyon.", 2, 8},
		{"a name among the sources", "Sources\n\n" + first + "\n\nArte Reportage\n\n" + second, 3, 0},
		{"a signature and a line below the sources", "Sources\n\n" + first + "\n\nJeanne Delmas\n\nÉtudiante en droit à Lyon", 1, 7},
		{"notes and a bibliography", "Notes\n\n1. " + second + "\n2. Une remarque en passant.\n\nBibliographie\n\n" + first + "\n\n" + third, 2, 0},
		{"notes that repeat", "Notes\n\n1. " + second + "\n2. Ibid., p. 12.\n3. Jeanne Delmas, op. cit., p. 4.\n4. Voir note 1.\n5. " + second, 1, 0},
		{"notes of prose", "Notes\n\n1. Une remarque en passant, sans plus.\n\n2. Une autre remarque, qui ne cite rien.", 0, 0},
		{"years in prose", "En 2024, la ville a changé. En 2025, elle changera encore, dit le maire, et nous aussi.", 0, 17},
		{"proposals", "Nous proposons :\n\n1. Créer un fonds de deux milliards avant 2030.\n2. Ouvrir les écoles le soir, dès 2026.\n3. Loger les étudiants dans les bureaux vides.", 0, 24},
		{"links in prose", "Pour aller plus loin, vous pouvez lire https://a.example.org/rues et https://b.example.org/places, qui disent presque la même chose de la ville.", 0, 19},
		{"thanks", "Merci à Jeanne Delmas, Paul Roche et Anne Vidal (Université de Lyon, 2024) pour leur relecture.", 0, 16},
		{"a word on the author", "Jeanne Delmas, étudiante en droit à l’Université de Lyon, a publié « Les places » dans Le Quotidien en 2024.", 0, 18},
		{"the address of a site", "https://bara.example.org", 0, 1},
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

// TestAddedAfterTheSources: what is added to a text is none of its sections, unless it
// stands among them.
func TestAddedAfterTheSources(t *testing.T) {
	part := func(names ...string) (text string) {
		for _, name := range names {
			text += "\n\n## " + name + "\n\n" + prose(40)
		}
		return text
	}
	sources := "\n\n## Bibliographie\n\n* " + first + "\n* " + second
	for _, test := range []struct {
		name, text string
		sections   int
	}{
		{"appendices", part("Un", "Deux") + sources + part("Annexes"), 2},
		{"one with its name", part("Un") + sources + part("Annexe 1 : le questionnaire", "Les réponses"), 1},
		{"thanks", part("Un", "Deux") + sources + part("Remerciements"), 2},
		{"thanks first", part("Remerciements", "Un") + sources, 2},
		{"a part after the sources", part("Un") + sources + part("Pour finir"), 2},
		{"a longer word", part("Un") + sources + part("Annexer la rive"), 2},
	} {
		if d := Read("a.md", "", []byte("# Titre\n\n"+prose(60)+test.text)); d.Sections != test.sections || len(d.Sources) != 2 {
			t.Errorf("%s: %d sections, %d sources; want %d, 2", test.name, d.Sections, len(d.Sources), test.sections)
		}
	}
}

func TestFootnotesAsSources(t *testing.T) {
	notes := []string{second, "Ibid.", "Jeanne Delmas, art. cit., p. 3", "Une remarque.", "Voir note 1", third + " ; " + first, "Cf. " + second}
	var body strings.Builder
	for i, n := range notes {
		fmt.Fprintf(&body, "[^%d]: %s\n\n", i+1, n)
	}
	text := "# Titre\n\n" + prose(60)
	for i := range notes {
		text += fmt.Sprintf("[^%d] ", i+1)
	}
	if d := Read("a.md", "", []byte(text+"\n\n"+body.String())); len(d.Sources) != 4 {
		t.Errorf("%d sources: %+v", len(d.Sources), d.Sources)
	}
	if d := Read("a.md", "", []byte(text+"\n\n## Bibliographie\n\n"+third+"\n\n"+body.String())); len(d.Sources) != 1 {
		t.Errorf("notes and a bibliography: %d sources: %+v", len(d.Sources), d.Sources)
	}
}

func TestTableAtTheEnd(t *testing.T) {
	d := Read("a.html", "", []byte("<h1>Une ville</h1><p>"+prose(60)+"</p><table><tr><td>Roche, H.</td><td>Paris, 2021</td></tr><tr><td>"+first+"</td></tr></table>"))
	if len(d.Sources) != 0 {
		t.Errorf("sources in a table: %+v", d.Sources)
	}
}
