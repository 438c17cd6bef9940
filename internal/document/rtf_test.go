package document

import (
	"slices"
	"testing"
)

// rtfOf wraps the text of a document.
func rtfOf(body string) string {
	return `{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman Serif;}{\f1\fcharset204 Cyr;}{\f2\fcharset128 Kanji;}{\f3\fcharset2 Signes;}}{\colortbl;\red0;}` + body + `}`
}

func TestRTFText(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"a byte", `\'e9t\'E9`, "été"},
		{"lines mean nothing", "un \r\ndeux", "un deux"},
		{"a sign and what repeats it", `\uc1 l\u8217\'92eau \u233?t\u233 ?`, "l’eau été"},
		{"nothing repeats", `\uc0 \u233 t\u233 `, "été"},
		{"two bytes repeat", `{\uc2 \u233\'c3\'a9t}\u233 ?`, "été"},
		{"a word does not repeat", `caf\u233\par suite`, "café\n\nsuite"},
		{"a pair", `mot \u-10179?\u-8704?`, "mot 😀"},
		{"another code page", `\f1 \'ec\'e8\'f0\f0  \'e9`, "мир é"},
		{"two bytes a sign", `\f2 \'93\'fa\'96\'7b`, "日本"},
		{"symbols", `{\f3 Ja\'e0 1}vu`, "••• 1vu"},
		{"a move", `{\mvf l\'e0 }{\mvt ici}`, "ici"},
		{"an object", `vu{\object{\*\objdata 0102}{\result{ aussi}}}`, "vu aussi"},
		{"a hidden note", `vu{\v{\footnote x}}`, "vu"},
		{"a nested table", `\pard\intbl\itap2 a\nestcell{\*\nesttableprops\nestrow}{\nonesttables\par}\pard\intbl b\cell\row`, "a\n\nb"},
		{"a surrogate pair and its signs", `mot \uc1 \u-10179 ?\u-8704 ?`, "mot 😀"},
		{"escaped signs", `\{un\}\\deux\~trois\_quatre`, "{un}\\deux\u00a0trois\u2011quatre"},
		{"named signs", `\ldblquote un\rdblquote  \emdash  deux`, "“un” — deux"},
		{"a forced line", `un\line deux`, "un\n\ndeux"},
		{"destinations", `{\header x}{\footer x}{\*\annotation x}{\*\unknown {x}}{\xe x}vu`, "vu"},
		{"a hidden run", `vu {\v cach\'e9}{\v\v0 aussi}`, "vu aussi"},
		{"tracked changes", `vu {\deleted parti }{\revised venu}`, "vu venu"},
		{"a deleted paragraph mark", `un {\deleted\par}deux`, "un deux"},
		{"a field", `{\field{\*\fldinst{PAGEREF x}}{\fldrslt 12}}`, "12"},
		{"a note", `avant{\super\chftn}{\*\footnote\pard\plain{\super\chftn} la note}\plain  apr\'e8s\par`, "avant après\n\nla note"},
		{"a note of two paragraphs", `avant{\footnote un\par deux} apr\'e8s`, "avant après\n\nun\n\ndeux"},
		{"a note deleted", `avant{\deleted{\footnote x}}`, "avant"},
		{"a table", `\trowd\pard\intbl a\cell b\cell\row\pard c`, "a\n\nb\n\nc"},
		{"a list", `{\listtext\pard 1.\tab}\pard\ls1 un\par{\listtext\f1\'b7\tab}\ls2 deux\par`, "1. un\n\ndeux"},
		{"an older list", `{\pntext\f0 a)\tab}{\*\pn\pnlvlbody}un`, "a) un"},
		{"a text box", `autour{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt bo\'eete\par}}{\shprslt x}}`, "autour\n\nboîte"},
		{"twice said", `{\upr{ete}{\*\ud \u233?t\u233?}}`, "été"},
		{"bytes of no text", "un{\\pict\\bin4 }}{\\} deux", "un deux"},
		{"words without number", `\unknown un\unknown-12 deux`, "undeux"},
		{"what follows the end", `un}x{`, "un"},
		{"a note in no group", `\footnote un\par deux`, "un\n\ndeux"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if d := Read("x.rtf", "", []byte(rtfOf(test.body))); d.Text != test.want || d.Error != "" || d.Type != RTF {
				t.Errorf("got %q (%s, %s), want %q", d.Text, d.Type, d.Error, test.want)
			}
		})
	}
}

func TestRTFStructure(t *testing.T) {
	d := Read("x.rtf", "", []byte(rtfOf(`{\stylesheet{\ql Normal;}{\s1\outlinelevel0 heading 1;}{\s2\sbasedon1 Ma partie;}{\s15\sbasedon0 Title;}{\*\cs10 Default Paragraph Font;}{\s20 toc 1;}}
{\info{\title Rien}{\author Personne}}
\pard\s15 Une ville \'e0 refaire\par \pard Par Jeanne Delmas\par \pard\s20 Premier temps 2\par
\pard\s1 Premier temps\par \pard `+prose(40)+`\par {\pard\s2 Deuxi\'e8me temps\par}
\pard `+prose(50)+`{\footnote Une note.}\par {\pard\outlinelevel2 Plus bas\par}\pard `+prose(30)+`\par
{\*\shppict{\pict{\*\picprop{\sp{\sn wzDescription}{\sv Une rue}}}\pngblip 89504e47}}{\nonshppict{\pict 00}}\par Cr\'e9dit photo : J. Delmas\par
\pard\s1 Bibliographie\par \pard Roche, H. (2021). Les rues. Revue des Horizons. https://a.example.org/\par
{\field{\*\fldinst HYPERLINK "https://b.example.org/" }{\fldrslt Delmas, J. (2020). Les places. Le Quotidien.}}\par`)))
	if d.Title != "Une ville à refaire" || !slices.Equal(d.Authors, []string{"Jeanne Delmas"}) || d.Error != "" {
		t.Errorf("title %q, authors %q, %s", d.Title, d.Authors, d.Error)
	}
	if want := []Heading{{1, "Premier temps"}, {1, "Deuxième temps"}, {3, "Plus bas"}, {1, "Bibliographie"}}; !slices.Equal(d.Headings, want) {
		t.Errorf("headings %v", d.Headings)
	}
	if len(d.Sources) != 2 || d.Sources[1].URL != "https://b.example.org/" {
		t.Errorf("sources %+v", d.Sources)
	}
	if d.Pictures != 1 || d.Credited != 1 || d.Words != 3+3+6+120+4 {
		t.Errorf("%d pictures, %d credited, %d words", d.Pictures, d.Credited, d.Words)
	}
}

func TestRTFSpareTitle(t *testing.T) {
	if d := Read("x.rtf", "", []byte(rtfOf(`{\info{\title Un \'e9t\'e9}}`+prose(50)))); d.Title != "Un été" {
		t.Errorf("title %q", d.Title)
	}
}
