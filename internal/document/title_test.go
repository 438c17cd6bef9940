package document

import (
	"strings"
	"testing"
)

// TestHeadOfText: the lines above a text as students set them in a word processor,
// with nothing but bold letters to tell them apart.
func TestHeadOfText(t *testing.T) {
	bold := func(s string) string { return `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>` + s + `</w:t></w:r></w:p>` }
	title, name, body := "Les gares que l’on ferme", wp("", "Jeanne Delmas"), wp("", prose(60))
	broken := `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Partir, revenir :</w:t><w:br/><w:t>les gares que l’on ferme</w:t></w:r></w:p>`
	for _, test := range []struct{ name, head, title string }{
		{"a school above", name + wp("", "Licence 3 de géographie, université de Tours") + wp("", "14/11/2026") + bold(title), title},
		{"the only bold line", wp("", "Concours de la jeune plume") + name + bold(title), title},
		{"a bold heading below", wp("", title) + name + bold("Un départ") + body + bold("Un retour"), title},
		{"labels", wp("", "Revue – Baratin") + wp("", "Auteur : Jeanne Delmas") + wp("", "Titre : "+title), title},
		{"quoted", bold("« "+title+" »") + name, title},
		{"a quotation in it", bold("« Partir » et « revenir »") + name, "« Partir » et « revenir »"},
		{"two lines after a colon", broken + name, "Partir, revenir : les gares que l’on ferme"},
		{"a bold subtitle", bold(title) + bold("Enquête sur une jeunesse en transit") + name, title},
		{"a subtitle in a heading’s style", wp("Heading1", title) + wp("Heading2", "Enquête sur une jeunesse") + name, title},
		{"a name in capitals", bold(title) + wp("", "JEANNE DELMAS"), title},
		{"a bold name", bold(title) + bold("Jeanne Delmas"), title},
		{"a full stop", bold("La ville ne suffit plus.") + name, "La ville ne suffit plus."},
		{"two labels for a name", wp("", "Nom : Delmas") + wp("", "Prénom : Jeanne") + bold(title), title},
		{"one label for both", bold(title) + wp("", "Nom et prénom : Jeanne Delmas"), title},
		{"an address below the name", bold(title) + wp("", "Jeanne Delmas jeanne@example.org"), title},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := Read("a.docx", "", makeDOCX(t, test.head+body))
			if d.Title != test.title || strings.Join(d.Authors, "|") != "Jeanne Delmas" && strings.Join(d.Authors, "|") != "JEANNE DELMAS" {
				t.Errorf("title %q, authors %q", d.Title, d.Authors)
			}
			if want := strings.Count(test.name, "heading below") * 2; d.Sections != want {
				t.Errorf("%d sections, headings %v", d.Sections, d.Headings)
			}
		})
	}
}
