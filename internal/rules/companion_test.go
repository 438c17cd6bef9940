package rules

import (
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/document"
)

const (
	aLetter = "Jeanne Martin\nMadame, Monsieur,\nJe vous propose mon texte sur la ville, que vous trouverez ci-joint.\nVeuillez agréer mes salutations.\nJeanne Martin\n"
	aCV     = "Jeanne Martin\njeanne@example.org\nFORMATION\nLicence\nExpérience professionnelle\nStage\nLangues\nAnglais\n"
	anEssay = "La ville en hiver\nMadame Bovary s’ennuie à Rouen, et la formation des villes n’y change rien. Ce texte propose une lecture.\nLa fin.\n"
)

func TestCompanions(t *testing.T) {
	made := func(file, text string, words int, sources ...document.Source) document.Document {
		return document.Document{File: file, Type: document.DOCX, Text: text, Words: words, WordsTotal: words, Sources: sources}
	}
	essay := made("a.docx", strings.Repeat(anEssay, 20), 400)
	apart := made("sources.docx", "Sources\nMartin, J. (2024). La ville.", 0, document.Source{Text: "Martin"})
	apart.WordsTotal = 20
	for _, tt := range []struct {
		name         string
		docs         []document.Document
		file         string
		doubt        doubt
		bibliography string
	}{
		{"a letter", []document.Document{made("l.docx", aLetter, 40), essay}, "a.docx", certain, ""},
		{"a letter without a formula, by its name", []document.Document{essay, made("Lettre d’accompagnement.docx", strings.Replace(aLetter, "Veuillez agréer mes salutations.", "", 1), 40)}, "a.docx", certain, ""},
		{"a name alone makes no letter", []document.Document{essay, made("lettre.docx", anEssay, 40)}, "a.docx, lettre.docx", twoTexts, ""},
		{"a letter as long as the text is one of two texts", []document.Document{essay, made("l.docx", aLetter, 300)}, "a.docx, l.docx", twoTexts, ""},
		{"a letter alone is what there is", []document.Document{made("l.docx", aLetter, 40)}, "l.docx", certain, ""},
		{"a curriculum vitae", []document.Document{made("jeanne.docx", aCV, 150), essay}, "a.docx", certain, ""},
		{"a name alone makes no curriculum vitae", []document.Document{essay, made("cv.docx", anEssay, 40)}, "a.docx, cv.docx", twoTexts, ""},
		{"a letter and a curriculum vitae", []document.Document{made("l.docx", aLetter, 40), made("cv.docx", aCV, 60), essay}, "a.docx", certain, ""},
		{"sources apart", []document.Document{essay, apart}, "a.docx", certain, "sources.docx"},
		{"sources beside a text in the body", []document.Document{apart, {Type: document.Body, Words: 300, WordsTotal: 300, Text: anEssay}}, "", certain, "sources.docx"},
		{"a letter beside a text in the body", []document.Document{made("l.docx", aLetter, 40), {Type: document.Body, Words: 300, WordsTotal: 300, Text: anEssay}}, "", certain, ""},
	} {
		got := chooseText(tt.docs, 0)
		if got.doubt != tt.doubt || got.file() != tt.file || got.bibliography != tt.bibliography {
			t.Errorf("%s: doubt %d, %q, sources %q; want %d, %q, %q", tt.name, got.doubt, got.file(), got.bibliography, tt.doubt, tt.file, tt.bibliography)
		}
	}
}

// TestSourcesApart: a text without sources beside a file of sources is not told that
// it has none.
func TestSourcesApart(t *testing.T) {
	bare := good(400)
	bare.Sources = nil
	apart := document.Document{File: "sources.docx", Type: document.DOCX, Text: "Sources", WordsTotal: 30, Sources: good(400).Sources}
	r := loadShipped(t).Validate(Submission{Format: "baratin", Documents: []document.Document{bare, apart}}, "fr")
	if f := find(t, r, "sources"); f.Result != "unknown" || !strings.Contains(f.Message, "fichier à part") {
		t.Errorf("%+v", f)
	}
}
