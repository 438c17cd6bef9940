package document

import (
	"fmt"
	"html"
	"strings"
	"testing"
)

// bibliographyLayouts are the ways in which students set the entries of a bibliography
// below a text. Each gives the bytes of a file and its name.
var bibliographyLayouts = []struct {
	name string
	lay  func(tb testing.TB, text string, entries []string) (string, []byte)
}{
	{"paragraphs", func(_ testing.TB, text string, entries []string) (string, []byte) {
		return "a.txt", []byte(text + "Bibliographie\n\n" + strings.Join(entries, "\n\n"))
	}},
	{"capitals, numbered", func(_ testing.TB, text string, entries []string) (string, []byte) {
		return "a.txt", []byte(text + "IV. SOURCES :\n\n" + numberedLines(entries, "%d. %s", "\n"))
	}},
	{"numbers in brackets", func(_ testing.TB, text string, entries []string) (string, []byte) {
		return "a.txt", []byte(text + "Références\n\n" + numberedLines(entries, "[%d] %s", "\n\n"))
	}},
	{"one a line", func(_ testing.TB, text string, entries []string) (string, []byte) {
		var lines []string
		for _, e := range entries {
			lines = append(lines, oneLine(e))
		}
		return "a.txt", []byte(text + "Webographie\n" + strings.Join(lines, "\n"))
	}},
	{"hanging lines", func(_ testing.TB, text string, entries []string) (string, []byte) {
		var blocks []string
		for _, e := range entries {
			blocks = append(blocks, hanging(e, 60))
		}
		return "a.txt", []byte(text + "Bibliographie\n\n" + strings.Join(blocks, "\n\n"))
	}},
	{"broken lines of one paragraph", func(_ testing.TB, text string, entries []string) (string, []byte) {
		var lines []string
		for _, e := range entries {
			lines = append(lines, html.EscapeString(oneLine(e)))
		}
		return "a.html", []byte("<p>" + strings.ReplaceAll(strings.TrimSpace(text), "\n\n", "</p><p>") + "</p><h2>Bibliographie</h2><p>" + strings.Join(lines, "<br>") + "</p>")
	}},
	{"docx", func(tb testing.TB, text string, entries []string) (string, []byte) {
		var body strings.Builder
		for p := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
			body.WriteString(wp("", p))
		}
		body.WriteString(wp("Titre2", "Bibliographie"))
		for _, e := range entries {
			body.WriteString(wp("", html.EscapeString(oneLine(e))))
		}
		return "a.docx", makeDOCX(tb, body.String())
	}},
}

// hanging wraps an entry as a hanging block: the lines after its first are set in.
func hanging(entry string, width int) string {
	var lines []string
	line := ""
	for w := range strings.FieldsSeq(entry) {
		if line != "" && len(line)+len(w) > width {
			lines = append(lines, line)
			line = "   "
		}
		line = strings.TrimLeft(line+" "+w, " ")
		if len(lines) > 0 {
			line = "    " + strings.TrimLeft(line, " ")
		}
	}
	return strings.Join(append(lines, line), "\n")
}

func numberedLines(entries []string, format, between string) string {
	var lines []string
	for i, e := range entries {
		lines = append(lines, fmt.Sprintf(format, i+1, oneLine(entryNumber.ReplaceAllString(e, ""))))
	}
	return strings.Join(lines, between)
}

// TestWholeBibliographies reads each style's entries below a text, set in each
// way: every entry must be told apart, and its fields read.
func TestWholeBibliographies(t *testing.T) {
	text := "Une ville à refaire\n\nJeanne Delmas\n\n" + prose(100) + "\n\n" + prose(80) + "\n\n"
	sets := bibliographySets(t)
	for _, layout := range bibliographyLayouts {
		var sum score
		for _, name := range sortedKeys(sets) {
			var texts []string
			for _, e := range sets[name].Entries {
				texts = append(texts, e.Text)
			}
			file, data := layout.lay(t, text, texts)
			d := Read(file, "", data)
			if len(d.Sources) != len(texts) {
				t.Errorf("%s, %s: %d entries of %d", layout.name, name, len(d.Sources), len(texts))
				for i := range min(len(d.Sources), len(texts)) {
					if got, want := letters(d.Sources[i].Text), letters(entryNumber.ReplaceAllString(texts[i], "")); got != want && !strings.HasSuffix(got, want) {
						t.Errorf("\tgot %q\n\twant %q", d.Sources[i].Text, texts[i])
						break
					}
				}
				continue
			}
			if d.Words != 2+180 {
				t.Errorf("%s, %s: %d words of text", layout.name, name, d.Words)
			}
			for i, e := range sets[name].Entries {
				sum.add(e.check(d.Sources[i], func(string, string, string) {}))
			}
		}
		t.Logf("%-30s %.1f %% of %d fields right", layout.name, sum.percent(), sum.all)
		if sum.percent() < leastRight {
			t.Errorf("%s: %.1f %% of the fields right", layout.name, sum.percent())
		}
	}
}

// letters are those of a text alone.
func letters(s string) string { return strings.Join(foldedWords(s), "") }

// TestRunInSourcesOverAPage: what follows the page's end goes on with "Sources : …".
func TestRunInSourcesOverAPage(t *testing.T) {
	d := Read("a.txt", "", []byte("Une ville\n\n"+prose(60)+"\n\nSources : Durand, P. (2024). Le banc public.\n\n"+
		"Disponible à : https://example.org/banc ; Moreau, L. et Roche, H. (2023). Marcher. https://example.org/marcher ; Roche, H. (2021). Les rues. Revue de la Rive, n° 3."))
	if len(d.Sources) != 3 || d.Sources[0].URL == "" || d.Words != 60 {
		t.Errorf("%d words, %+v", d.Words, d.Sources)
	}
}

// TestShortSources: sources as students jot them down, one a line or a comma apart.
func TestShortSources(t *testing.T) {
	const a, b, c = "https://example.org/a (consulté le 3 mars 2026)", "Le Monde - https://example.org/b", "Rapport sur les villes en 2024 : https://example.org/c"
	for text, want := range map[string]int{
		"Sources :\n" + a + "\n" + b + "\n" + c + "\nWikipédia, « Ville moyenne »": 4,
		a + "\n" + b + "\n" + c: 3,
		"Sources : https://example.org/a, https://example.org/b, https://example.org/c": 3,
		"Sources : https://example.org/a ; https://example.org/b":                       2,
	} {
		d := Read("a.txt", "", []byte("Une ville\n\n"+prose(60)+"\n\n"+text))
		if len(d.Sources) != want || d.Words != 60 {
			t.Errorf("%q: %d sources, %d words", text, len(d.Sources), d.Words)
		}
	}
}

// TestLastWords: the last words of a text that name a work are no bibliography, and the
// last source may be a law or an interview.
func TestLastWords(t *testing.T) {
	for text, want := range map[string]int{
		"Jeanne Delmas, « La ville sans bancs », le rappelait en 2022 : rien ne change vraiment pour celles et ceux qui partent.":               0,
		"En 2024, Jeanne Delmas écrivait dans Le Monde : « On ne part pas. » Elle avait raison (https://example.org/delmas).":                   0,
		"Jeanne Delmas, « La ville sans bancs », Le Monde, 12 octobre 2022.":                                                                    1,
		"Sources\n\nDelmas, J. (2019). Celles qui restent. La Découverte.\n\nÀ propos de l’autrice\n\nInès Roche étudie la géographie à Tours.": 1,
		"Delmas, J. (2019). Celles qui restent. La Découverte.":                                                                                 1,
		"Delmas, J. (2019). Celles qui restent. La Découverte.\n\nConseil d’État, 12 mars 2021, n° 438256":                                      2,
		"Delmas, J. (2019). Celles qui restent. La Découverte.\n\nCass. civ. 1re, 3 mars 2020, n° 18-12.345":                                    2,
		"Delmas, J. (2019). Celles qui restent. La Découverte.\n\nCode de l’éducation, article L. 123-1.":                                       2,
		"Delmas, J. (2019). Celles qui restent. La Découverte.\n\nEntretien avec Inès Roche, maire adjointe, réalisé le 4 février 2026.":        2,
	} {
		d := Read("a.txt", "", []byte("Une ville\n\n"+prose(60)+"\n\n"+text))
		if len(d.Sources) != want {
			t.Errorf("%q: %d sources", text, len(d.Sources))
		}
		for _, s := range d.Sources {
			if missing := s.Missing(); len(missing) > 0 {
				t.Errorf("%q lacks %q", s.Text, missing)
			}
		}
	}
}
