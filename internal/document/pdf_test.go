package document

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// pages is a typesetter that needs no PDF.
type pages struct {
	layout Layout
	err    error
}

func (p pages) Layout([]byte) (Layout, error) { return p.layout, p.err }

// set sets lines of 11 points one below the other, each as wide as its letters.
func set(base float64, texts ...string) (lines []Line) {
	for i, text := range texts {
		lines = append(lines, Line{Text: text, Left: 72, Right: 72 + 5*float64(len([]rune(text))), Base: base + 14*float64(i), Size: 11})
	}
	return lines
}

func readPages(all ...Page) Document {
	return Reader{PDF: pages{layout: Layout{Pages: all}}}.Read("a.pdf", "", []byte("%PDF-1.7\n"))
}

func TestPDFParagraphs(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []Line
		want  string
	}{
		{"a cut word", set(100, "Les bancs de la ville ont dis-", "paru depuis longtemps, hélas, et"), "Les bancs de la ville ont disparu depuis longtemps, hélas, et"},
		{"a compound", set(100, "Il est parti hier ; peut-", "être reviendra-t-il nous voir bientôt"), "Il est parti hier ; peut-être reviendra-t-il nous voir bientôt"},
		{"a compound of the text", set(100, "Un porte-clé perdu dans la rue, un porte-", "clé retrouvé plus tard dans la même rue"), "Un porte-clé perdu dans la rue, un porte-clé retrouvé plus tard dans la même rue"},
		{"a name", set(100, "Elle vit depuis dix ans à Aix-", "Les-Bains, tout près du lac et des bois"), "Elle vit depuis dix ans à Aix-Les-Bains, tout près du lac et des bois"},
		{"a soft hyphen", set(100, "Les bancs de la ville ont dis\u00ad", "paru depuis longtemps, hélas, et"), "Les bancs de la ville ont disparu depuis longtemps, hélas, et"},
		{"a link", set(100, "Voir aussi https://example.org/dossier/", "banc/2024 pour tout le reste du dossier"), "Voir aussi https://example.org/dossier/banc/2024 pour tout le reste du dossier"},
		{"a short line ends one", set(100, "Une phrase.", "Une autre phrase assez longue, elle aussi."), "Une phrase.\n\nUne autre phrase assez longue, elle aussi."},
		{"ligatures", set(100, "L’eﬃcacité ﬁnale"), "L’efficacité finale"},
		{"items", set(100, "• un premier point assez long pour une ligne", "• un second point"), "un premier point assez long pour une ligne\n\nun second point"},
	} {
		if d := readPages(Page{Height: 842, Lines: test.lines}); d.Text != test.want {
			t.Errorf("%s: got %q, want %q", test.name, d.Text, test.want)
		}
	}
}

func TestPDFHanging(t *testing.T) {
	lines := set(100, "Garnier, L. (2022). Ne plus partir, enquête sur les renoncements. Revue des",
		"territoires, 14(2), 33-58, et ce qui s’ensuit dans la vallée de là-haut jus",
		"qu’au bout.", "Roche, H. (2021). La fréquence avant la vitesse, un essai. Les cahiers des", "gares, 3(1).")
	for _, i := range []int{1, 2, 4} {
		lines[i].Left, lines[i].Right = lines[i].Left+28, lines[i].Right+28
	}
	want := "Garnier, L. (2022). Ne plus partir, enquête sur les renoncements. Revue des territoires, 14(2), 33-58, et ce qui s’ensuit dans la vallée de là-haut jus qu’au bout.\n\n" +
		"Roche, H. (2021). La fréquence avant la vitesse, un essai. Les cahiers des gares, 3(1)."
	if d := readPages(Page{Height: 842, Lines: lines}); d.Text != want {
		t.Errorf("got %q, want %q", d.Text, want)
	}
	indented := set(100, "Une phrase assez longue pour remplir toute la ligne de ce paragraphe.", "Une autre, dont la première ligne est en retrait, comme dans un livre,", "et qui va jusqu’au bout.")
	indented[1].Left, indented[1].Right = indented[1].Left+18, indented[1].Right+18
	if d := readPages(Page{Height: 842, Lines: indented}); strings.Count(d.Text, "\n\n") != 1 {
		t.Errorf("an indent begins a paragraph: got %q", d.Text)
	}
}

func TestPDFFurniture(t *testing.T) {
	head := Line{Text: "Revue, no 3, page 1", Left: 72, Right: 200, Base: 30, Size: 9}
	foot := Line{Text: "Page 2 sur 4", Left: 280, Right: 330, Base: 810, Size: 9}
	note := Line{Left: 72, Right: 300, Base: 760, Size: 8}
	lone := Line{Text: "1789", Left: 72, Right: 100, Base: 400, Size: 11}
	page := func(text string) Page {
		note.Text = "1. Durand, P., " + text[len(text)-15:]
		return Page{Height: 842, Lines: append(append([]Line{head}, set(100, text)...), lone, note, foot)}
	}
	d := readPages(page("Un texte tout à fait ordinaire de la première page."), page("Un texte tout à fait ordinaire de la seconde page."))
	if strings.Contains(d.Text, "Revue") || strings.Contains(d.Text, "sur 4") {
		t.Errorf("a head or a foot is text: %q", d.Text)
	}
	if strings.Count(d.Text, "1789") != 2 {
		t.Errorf("a number within the page is lost: %q", d.Text)
	}
	if d.WordsTotal-d.Words < 8 || !strings.Contains(d.Text, "\n\nDurand, P.") {
		t.Errorf("notes are counted as text: %d of %d: %q", d.Words, d.WordsTotal, d.Text)
	}
}

func TestPDFHeadings(t *testing.T) {
	lines := []Line{
		{Text: "Les bancs", Left: 72, Right: 200, Base: 100, Size: 24},
		{Text: "Une partie", Left: 72, Right: 160, Base: 140, Size: 16},
		{Text: "Un détail", Left: 72, Right: 150, Base: 170, Size: 14},
	}
	lines = append(lines, set(200, "Un texte tout à fait ordinaire, de plus de dix mots, sous un titre.")...)
	d := readPages(Page{Height: 842, Lines: lines})
	if d.Title != "Les bancs" || !slices.Equal(d.Headings, []Heading{{1, "Une partie"}, {2, "Un détail"}}) {
		t.Errorf("%q %v", d.Title, d.Headings)
	}
}

// shifted moves every letter on by three, as a font does whose table is cut.
func shifted(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return 'a' + (r-'a'+3)%26
		}
		return r
	}, s)
}

// TestGarbledOnlyWhereItIs: languages that are not ours are no lying fonts.
func TestGarbledOnlyWhereItIs(t *testing.T) {
	for name, text := range map[string]string{
		"German":  "Die Bänke der Stadt sind verschwunden, und niemand weiß recht, wohin man sie gebracht hat. ",
		"Polish":  "Ławki znikają z ulic miasta, a nikt nie pyta mieszkańców, gdzie mają teraz usiąść i odpocząć. Burmistrz odpowiada, że utrzymanie kosztuje zbyt drogo i że prace potrwają jeszcze wiele lat. ",
		"Russian": "Скамейки исчезли с улиц города, и никто не спросил жителей, где им теперь сидеть. ",
		"figures": "2019 2020 2021 12,5 13,7 14,9 % A B C ",
	} {
		if d := readPages(Page{Height: 842, Lines: set(100, strings.Repeat(text, 8))}); d.Error != "" {
			t.Errorf("%s: %s", name, d.Error)
		}
	}
}

// TestPDFLinks: what the words of a source lead to is read with it.
func TestPDFLinks(t *testing.T) {
	lines := set(20, "Les bancs de la ville ont disparu depuis longtemps, hélas,", "et personne ne sait plus bien où ils ont pu être emportés", "par les services de la mairie.")
	lines = append(append(lines, set(70, "Bibliographie")...), set(90, "Durand, P. (2024). Le banc public. Revue de la Rive.")...)
	lines = append(lines, set(120, "Moreau, L. (2023). Marcher en ville. Revue de la Rive.")...)
	to := Link{URL: "https://example.org/marcher", Left: 100, Right: 160, Top: 110, Bottom: 123}
	d := readPages(Page{Height: 842, Lines: lines, Links: []Link{to, {URL: "file:///etc/passwd", Left: 72, Right: 90, Top: 80, Bottom: 93}}})
	if len(d.Sources) != 2 || d.Sources[0].URL != "" || d.Sources[1].URL != to.URL {
		t.Errorf("%+v", d.Sources)
	}
}

// TestPDFStandsOver: a name in the middle or on the right is no part of what follows.
func TestPDFStandsOver(t *testing.T) {
	for _, left := range []float64{150, 290} {
		lines := set(100, "Jeanne Delmas", "Les bancs de la ville ont disparu depuis longtemps, hélas,", "et personne ne sait plus bien où ils ont pu être emportés")
		width := lines[0].Right - lines[0].Left
		lines[0].Left, lines[0].Right = left, left+width
		if d := readPages(Page{Height: 842, Lines: lines}); !strings.HasPrefix(d.Text, "Jeanne Delmas\n\nLes bancs") {
			t.Errorf("%q", d.Text)
		}
	}
}

// TestPDFSourcesByLine: a source begins after the link that ends the one before, though
// the line has no room left; and a link is never glued to another.
func TestPDFSourcesByLine(t *testing.T) {
	d := readPages(Page{Height: 842, Lines: set(100, "Les bancs de la ville ont disparu depuis longtemps, hélas.", "Sources :",
		"Durand, P. (2024). Le banc. https://example.org/le-banc-public",
		"Moreau, L. (2023). Marcher en ville et s’y asseoir. Revue.",
		"Roche, I. (2022). S’asseoir en ville, enfin. Revue de Rive.",
		"https://example.org/la-ville-et-ses-bancs-publics-disparus",
		"https://example.org/autre-page-sur-les-bancs-publics-perdus")})
	if len(d.Sources) != 4 || d.Sources[2].URL != "https://example.org/la-ville-et-ses-bancs-publics-disparus" {
		t.Errorf("%+v", d.Sources)
	}
}

// TestPDFColumns: columns are read one after the other, and the notes at the foot of
// each stand behind the text.
func TestPDFColumns(t *testing.T) {
	column := func(left float64, note string, texts ...string) []Line {
		lines := append(set(100, texts...), Line{Text: note, Base: 780, Right: 180, Size: 8})
		for i := range lines {
			lines[i].Left, lines[i].Right = left, left+lines[i].Right-72
		}
		return lines
	}
	first := column(72, "1 Durand, P. (2024), p. 12.", "Les bancs de la ville ont tous", "disparu1, et personne ne saurait")
	second := column(320, "2 Moreau, L. (2023), p. 1.", "dire au juste où ils ont pu être", "emportés2 par la mairie.")
	d := readPages(Page{Height: 842, Lines: append(first, second...)})
	want := "Les bancs de la ville ont tous disparu, et personne ne saurait dire au juste où ils ont pu être emportés par la mairie.\n\n" +
		"Durand, P. (2024), p. 12.\n\nMoreau, L. (2023), p. 1."
	if d.Text != want {
		t.Errorf("got %q", d.Text)
	}
}

// TestPDFLastLines: addresses that end two pages are no running foot.
func TestPDFLastLines(t *testing.T) {
	page := func(number, link string) Page {
		lines := append(set(700, "Durand, P. (2024). Le banc public. Revue de la Rive.", link), Line{Text: "page " + number, Left: 72, Right: 90, Base: 810, Size: 9})
		return Page{Height: 842, Lines: lines}
	}
	d := readPages(page("7", "https://example.org/12"), page("8", "https://example.org/731"))
	if strings.Count(d.Text, "https://") != 2 || strings.Contains(d.Text, "page") {
		t.Errorf("%q", d.Text)
	}
}

// TestPDFNoteMarks: a mark that stands behind a word is no part of it.
func TestPDFNoteMarks(t *testing.T) {
	lines := set(100, "Les bancs ont disparu.1 Il en restait 1 sur 10, et le CO2", "en a rongé deux12, dit-on, l’an 2012.2")
	for i, text := range []string{"1 Durand, P. (2024), p. 12.", "2 Moreau, L. (2023), p. 1."} {
		lines = append(lines, Line{Text: text, Left: 72, Right: 250, Base: 760 + 10*float64(i), Size: 8})
	}
	d := readPages(Page{Height: 842, Lines: lines})
	if want := "Les bancs ont disparu. Il en restait 1 sur 10, et le CO2 en a rongé deux12, dit-on, l’an 2012."; !strings.HasPrefix(d.Text, want) {
		t.Errorf("%q", d.Text)
	}
}

func TestPDFFaults(t *testing.T) {
	for _, test := range []struct {
		pages pages
		want  Fault
	}{
		{pages{err: ErrEncrypted}, FaultEncrypted},
		{pages{err: ErrDamaged}, FaultBroken},
		{pages{err: errors.New("else")}, FaultBroken},
		{pages{}, FaultBroken},
		{pages{layout: Layout{Pages: []Page{{Pictures: 1}, {Pictures: 1}}}}, FaultScan},
		{pages{layout: Layout{Pages: make([]Page, 2)}}, FaultEmpty},
		{pages{layout: Layout{Pages: []Page{{}, {Pictures: 1}}}}, FaultScan},
		{pages{layout: Layout{Pages: []Page{{}, {Drawings: 9}}}}, FaultOutlines},
		{pages{layout: Layout{Pages: []Page{{Height: 842, Lines: set(100, shifted(prose(100)))}}}}, FaultFont},
		{pages{layout: Layout{Pages: []Page{{Height: 842, Lines: set(100, "\ue001\ue002\ue003 \ue004\ue005\ue006 abc")}}}}, FaultFont},
		{pages{layout: Layout{Pages: []Page{{Height: 842, Lines: set(100, "\uf0b7 "+prose(100)), Pictures: 1}}}}, FaultNone},
		{pages{layout: Layout{Pages: make([]Page, MaxPages+1)}}, FaultTooLarge},
	} {
		if d := (Reader{PDF: test.pages}).Read("a.pdf", "", []byte("%PDF-1.7\n")); d.Fault != test.want {
			t.Errorf("%+v: fault %q, %s", test.pages.err, d.Fault, d.Error)
		}
	}
	if d := Read("a.pdf", "", []byte("%PDF-1.7\n")); d.Fault != FaultType {
		t.Errorf("without a typesetter: fault %q", d.Fault)
	}
}
