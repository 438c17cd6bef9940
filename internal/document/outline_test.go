package document

import (
	"slices"
	"strings"
	"testing"
)

func TestTitleAndByline(t *testing.T) {
	body := "\n\n" + prose(60)
	for _, test := range []struct{ name, text, title, authors string }{
		{"by", "Une ville à refaire\n\nPar Jeanne Delmas" + body, "Une ville à refaire", "Jeanne Delmas"},
		{"two", "Une ville à refaire\nJeanne Delmas et Hugo Roche" + body, "Une ville à refaire", "Jeanne Delmas|Hugo Roche"},
		{"capitals", "UNE VILLE À REFAIRE\nJeanne DELMAS & Hugo ROCHE" + body, "UNE VILLE À REFAIRE", "Jeanne DELMAS|Hugo ROCHE"},
		{"studies", "Une ville à refaire\n\nJeanne Delmas, étudiante en droit à l’université" + body, "Une ville à refaire", "Jeanne Delmas"},
		{"three", "Une ville à refaire\n\nPar Jeanne Delmas, Hugo Roche et Inès de La Tour" + body, "Une ville à refaire", "Jeanne Delmas|Hugo Roche|Inès de La Tour"},
		{"date", "Une ville à refaire\n12 mars 2025\nJeanne Delmas – Master 1" + body, "Une ville à refaire", "Jeanne Delmas"},
		{"name first", "Jeanne Delmas\n\nUne ville à refaire" + body, "Une ville à refaire", "Jeanne Delmas"},
		{"label", "Baratin\n\nUne ville à refaire ?\n\nAuteur : Jeanne Delmas" + body, "Une ville à refaire ?", "Jeanne Delmas"},
		{"at the end", "Une ville à refaire" + body + "\n\nJeanne Delmas", "Une ville à refaire", "Jeanne Delmas"},
		{"below the sources", "Une ville à refaire" + body + "\n\nSources\n\nRoche, H. (2021). Les rues. Revue de la Rive.\n\nJeanne Delmas", "Une ville à refaire", "Jeanne Delmas"},
		{"ornaments", "Une ville à refaire\n\n✍️ Jeanne Delmas" + body, "Une ville à refaire", "Jeanne Delmas"},
		{"subtitle", "Une ville à refaire\nOu comment bâtir autrement\nJeanne Delmas" + body, "Une ville à refaire", "Jeanne Delmas"},
		{"author said", "Une ville à refaire\n\nAutrice : Jeanne Delmas" + body, "Une ville à refaire", "Jeanne Delmas"},
		{"pen name", "Une ville à refaire\n\nPar Colibri" + body, "Une ville à refaire", "Colibri"},
		{"no name", "Une ville à refaire\n\nUn espoir en marche" + body, "Une ville à refaire", ""},
		{"none at all", strings.TrimSpace(body), "", ""},
		{"section first", "Introduction" + body + "\n\nConclusion" + body, "", ""},
		{"a country", "Une ville à refaire\n\nUnion européenne" + body, "Une ville à refaire", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := Read("a.txt", "", []byte(test.text))
			if d.Title != test.title || strings.Join(d.Authors, "|") != test.authors {
				t.Errorf("title %q, authors %q; want %q, %q", d.Title, d.Authors, test.title, test.authors)
			}
		})
	}
}

func TestTitleFromProperties(t *testing.T) {
	for title, want := range map[string]string{"Une ville": "Une ville", "Microsoft Word - texte": "", "Document1": ""} {
		d := Read("a.docx", "", makeDOCX(t, wp("", prose(60)), "docProps/core.xml",
			`<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>`+title+`</dc:title></cp:coreProperties>`))
		if d.Title != want || d.Words != 60 {
			t.Errorf("%q: title %q, %d words", title, d.Title, d.Words)
		}
	}
}

func TestAbstract(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"run in", "Titre\n\nRésumé : en un mot.\n\n" + prose(60), "en un mot."},
		{"heading", "Titre\n\nRésumé\n\nEn un mot.\n\nEn deux.\n\nMots-clés : ville\n\n1. Introduction\n\n" + prose(60), "En un mot.\nEn deux."},
		{"heading alone", "Titre\n\nAbstract\n\nIn a word.\n\n" + prose(60), "In a word."},
		{"none", "Titre\n\n" + prose(60), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if d := Read("a.txt", "", []byte(test.text)); d.Abstract != test.want {
				t.Errorf("got %q, want %q", d.Abstract, test.want)
			}
		})
	}
}

func TestHeadingsByTheirLook(t *testing.T) {
	bold := func(s string) string { return `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>` + s + `</w:t></w:r></w:p>` }
	docx := Read("a.docx", "", makeDOCX(t, bold("Une ville")+wp("", "Par Jeanne Delmas")+bold("Premier temps")+wp("", prose(60))+bold("Second temps")+wp("", prose(60))+bold("Une phrase en gras n’en est pas un.")+wp("", prose(60))))
	if want := []Heading{{1, "Premier temps"}, {1, "Second temps"}}; !slices.Equal(docx.Headings, want) || docx.Title != "Une ville" {
		t.Errorf("title %q, headings %v", docx.Title, docx.Headings)
	}
	txt := Read("a.txt", "", []byte("Une ville\n\nI. Premier temps\n\n"+prose(60)+"\n\nA. Un détail\n\n"+prose(60)+"\n\nII. Second temps\n\n"+prose(60)+"\n\nSources\n\nRoche, H. (2021). Les rues. Revue."))
	if want := []Heading{{1, "I. Premier temps"}, {2, "A. Un détail"}, {1, "II. Second temps"}, {1, "Sources"}}; !slices.Equal(txt.Headings, want) || txt.Sections != 3 {
		t.Errorf("headings %v, %d sections", txt.Headings, txt.Sections)
	}
	capitals := Read("a.txt", "", []byte("Une ville\n\nJeanne Delmas\n\nCONTEXTE LOCAL\n\n"+prose(60)))
	if !slices.Equal(capitals.Authors, []string{"Jeanne Delmas"}) || capitals.Sections != 1 {
		t.Errorf("authors %v, headings %v", capitals.Authors, capitals.Headings)
	}
	list := Read("a.txt", "", []byte("Une ville\n\n"+prose(60)+"\n\n1. du pain\n2. du vin\n3. des livres\n\n"+prose(60)))
	if len(list.Headings) != 0 {
		t.Errorf("a list has headings: %v", list.Headings)
	}
}

func TestLanguage(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{prose(60), "fr"},
		{"The city changes when those who live in it decide to change it, and that choice is made slowly in schools and in the streets of every town.", "en"},
		{"Die Stadt verändert sich, wenn ihre Bewohner beschließen, sie zu verändern, und diese Entscheidung fällt langsam in den Schulen wie auf den Straßen.", "de"},
		{"Bonjour à tous", ""},
		{strings.Repeat("12 34 ", 50), ""},
	} {
		if d := Read("a.txt", "", []byte(test.text)); d.Language != test.want {
			t.Errorf("%.30s: got %q, want %q", test.text, d.Language, test.want)
		}
	}
}

func TestCredits(t *testing.T) {
	picture := block{pictures: 1}
	for _, test := range []struct {
		name   string
		blocks []block
		want   int
	}{
		{"caption", []block{picture, {text: "Une rue. Crédit : J. Delmas"}}, 1},
		{"made by", []block{picture, {text: "Image générée par une machine"}}, 1},
		{"no maker", []block{picture, {text: "Une image par jour."}}, 0},
		{"two lines down", []block{picture, {text: "Une rue."}, {text: "© J. Delmas"}}, 1},
		{"source", []block{{text: "Source : Insee"}, picture}, 1},
		{"its description", []block{{pictures: 1, alt: "Photo : J. Delmas"}}, 1},
		{"none", []block{picture, {text: "Une rue."}}, 0},
		{"the next one's", []block{picture, picture, {text: "Photo de J. Delmas"}}, 1},
		{"all at once", []block{picture, {text: prose(60)}, picture, {text: prose(60)}, {text: "Crédits photos : J. Delmas"}}, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, got := credits(test.blocks); got != test.want {
				t.Errorf("%d credited, want %d", got, test.want)
			}
		})
	}
}
