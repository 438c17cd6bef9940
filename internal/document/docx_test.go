package document

import (
	"slices"
	"strings"
	"testing"
)

// wordNotes is a part of notes, with the rule that stands above them.
const wordNotes = `<w:footnotes ` + wordNS + `>
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>règle</w:t></w:r></w:p></w:footnote>
<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>Une note de cinq mots.</w:t></w:r></w:p></w:footnote>
</w:footnotes>`

// What stands beside the text, and lists of which the second begins anew.
const (
	wordComments = `<w:comments ` + wordNS + `><w:comment><w:p><w:r><w:t>commenté</w:t></w:r></w:p></w:comment></w:comments>`
	wordHeader   = `<w:hdr ` + wordNS + `><w:p><w:r><w:t>en-tête</w:t></w:r></w:p></w:hdr>`
	wordNumbers  = `<w:numbering ` + wordNS + `><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>`
)

func TestDOCXText(t *testing.T) {
	run := func(in string) string { return "<w:r>" + in + "</w:r>" }
	mark := func(kind string) string { return run(`<w:fldChar w:fldCharType="` + kind + `"/>`) }
	for _, test := range []struct{ name, body, want string }{
		{"runs", `<w:p><w:r><w:t>un </w:t></w:r><w:r><w:t>deux</w:t><w:tab/><w:t>trois</w:t></w:r></w:p>`, "un deux\ttrois"},
		{"insertion", `<w:p><w:ins><w:r><w:t>ajouté</w:t></w:r></w:ins></w:p>`, "ajouté"},
		{"deletion", `<w:p><w:r><w:t>resté</w:t></w:r><w:del><w:r><w:delText>ôté</w:delText></w:r></w:del></w:p>`, "resté"},
		{"move", `<w:p><w:moveFrom><w:r><w:t>là</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>ici</w:t></w:r></w:moveTo></w:p>`, "ici"},
		{"deleted mark", `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>un para</w:t></w:r></w:p><w:p><w:r><w:t>graphe</w:t></w:r></w:p>`, "un paragraphe"},
		{"deleted last mark", `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>fin</w:t></w:r></w:p>`, "fin"},
		{"hidden run", `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>caché</w:t></w:r><w:r><w:t>vu</w:t></w:r></w:p>`, "vu"},
		{"shown run", `<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>vu</w:t></w:r></w:p>`, "vu"},
		{"hidden by a style", wp("Secret", "caché") + `<w:p><w:r><w:rPr><w:rStyle w:val="Cache"/></w:rPr><w:t>caché</w:t></w:r><w:r><w:t>vu</w:t></w:r></w:p>`, "vu"},
		{"field", `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE \* MERGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>12</w:t></w:r></w:p>`, "12"},
		{"simple field", `<w:p><w:fldSimple w:instr="DATE"><w:r><w:t>mai</w:t></w:r></w:fldSimple></w:p>`, "mai"},
		{"fallback", `<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><w:txbxContent>` + wp("", "boîte") + `</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>` + wp("", "boîte") + `</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>autour</w:t></w:r></w:p>`, "autour\n\nboîte"},
		{"table", `<w:tbl><w:tr><w:tc>` + wp("", "a") + `</w:tc><w:tc>` + wp("", "b") + `</w:tc></w:tr><w:tr><w:trPr><w:del/></w:trPr><w:tc>` + wp("", "ôté") + `</w:tc></w:tr></w:tbl>`, "a\n\nb"},
		{"control", `<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>` + wp("", "dedans") + `</w:sdtContent></w:sdt>`, "dedans"},
		{"line break", `<w:p><w:r><w:t>vers</w:t><w:br/><w:t>suivant</w:t></w:r></w:p>`, "vers\n\nsuivant"},
		{"a field within an instruction", "<w:p>" + mark("begin") + run("<w:instrText>IF </w:instrText>") + mark("begin") + run("<w:instrText>X</w:instrText>") + mark("separate") + run("<w:t>5</w:t>") + mark("end") + mark("separate") + run("<w:t>vu</w:t>") + mark("end") + "</w:p>", "vu"},
		{"a field that does not end", "<w:p>" + mark("begin") + run("<w:instrText>X</w:instrText>") + "</w:p>" + wp("", "vu"), "vu"},
		{"a field of two paragraphs", "<w:p>" + mark("begin") + run("<w:instrText>TOC</w:instrText>") + mark("separate") + run("<w:t>un</w:t>") + "</w:p><w:p>" + run("<w:t>deux</w:t>") + mark("end") + "</w:p>", "un\n\ndeux"},
		{"a symbol", `<w:p><w:r><w:t>l</w:t><w:sym w:font="Symbol" w:char="2019"/><w:t>eau </w:t><w:sym w:font="Wingdings" w:char="F04A"/></w:r></w:p>`, "l’eau •"},
		{"a deleted cell", `<w:tbl><w:tr><w:tc><w:tcPr><w:cellDel w:id="1"/></w:tcPr>` + wp("", "ôté") + `</w:tc><w:tc>` + wp("", "a") + `<w:tbl><w:tr><w:tc>` + wp("", "b") + `</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>`, "a\n\nb"},
		{"a control in a line", `<w:p><w:sdt><w:sdtPr><w:rPr><w:b/></w:rPr><w:dropDownList><w:listItem w:displayText="x"/></w:dropDownList></w:sdtPr><w:sdtContent><w:r><w:t>dedans</w:t></w:r></w:sdtContent></w:sdt></w:p>`, "dedans"},
		{"tags around runs", `<w:p><w:smartTag><w:customXml><w:r><w:t>dedans</w:t></w:r></w:customXml></w:smartTag></w:p>`, "dedans"},
		{"ruby", `<w:p><w:r><w:ruby><w:rt><w:r><w:t>dessus</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>base</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>`, "base"},
		{"a formula", `<w:p><m:oMath xmlns:m="m"><m:r><m:t>x + 1</m:t></m:r></m:oMath></w:p>`, "x + 1"},
		{"a comment", `<w:p><w:commentRangeStart w:id="0"/><w:r><w:t>dit</w:t></w:r><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r></w:p>`, "dit"},
		{"an old text box", `<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>` + wp("", "boîte") + `</w:txbxContent></v:textbox></v:shape></w:pict></w:r><w:r><w:t>autour</w:t></w:r></w:p>`, "autour\n\nboîte"},
		{"a hidden item", `<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:rPr><w:vanish/></w:rPr><w:t>caché</w:t></w:r></w:p>` + wp("", "vu"), "vu"},
		{"hyphens", `<w:p><w:r><w:t>peut</w:t><w:noBreakHyphen/><w:t>ê</w:t><w:softHyphen/><w:t>tre</w:t></w:r></w:p>`, "peut\u2011être"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if d := Read("x.docx", "", makeDOCX(t, test.body, "word/comments.xml", wordComments, "word/header1.xml", wordHeader, "word/numbering.xml", wordNumbers)); d.Text != test.want || d.Error != "" || d.Type != DOCX {
				t.Errorf("got %q (%s, %s), want %q", d.Text, d.Type, d.Error, test.want)
			}
		})
	}
}

func TestDOCXStructure(t *testing.T) {
	body := wp("Titre", "Une ville à refaire") +
		wp("", "Par Jeanne Delmas et Hugo Roche") +
		wp("TM1", "Premier temps 2") +
		wp("Titre1", "Premier temps") + wp("", prose(40)) +
		wp("Partie", "Un détail") + `<w:p><w:r><w:t>` + prose(50) + `</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r></w:p>` +
		`<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>Plus bas</w:t></w:r></w:p>` + wp("", prose(30)) +
		`<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" descr="Une rue"/><a:blip r:embed="rId9"/></wp:inline></w:drawing></w:r></w:p>` + wp("Lgende", "Une rue. Crédit photo : J. Delmas") +
		wp("Titre1", "Bibliographie") +
		wp("", "Roche, H. (2021). Les rues. Revue des Horizons. https://a.example.org/") +
		`<w:p><w:hyperlink r:id="rId5"><w:r><w:t>Delmas, J. (2020). Les places. Le Quotidien.</w:t></w:r></w:hyperlink></w:p>`
	d := Read("x.docx", "", makeDOCX(t, body, "word/footnotes.xml", wordNotes,
		"word/_rels/document.xml.rels", `<Relationships><Relationship Id="rId5" Type="x/hyperlink" Target="https://b.example.org/" TargetMode="External"/></Relationships>`))
	if d.Title != "Une ville à refaire" || !slices.Equal(d.Authors, []string{"Jeanne Delmas", "Hugo Roche"}) {
		t.Errorf("title %q, authors %q", d.Title, d.Authors)
	}
	want := []Heading{{1, "Premier temps"}, {2, "Un détail"}, {3, "Plus bas"}, {1, "Bibliographie"}}
	if !slices.Equal(d.Headings, want) || d.Sections != 3 {
		t.Errorf("headings %v, %d sections", d.Headings, d.Sections)
	}
	if len(d.Sources) != 2 || d.Sources[1].URL != "https://b.example.org/" {
		t.Errorf("sources %+v", d.Sources)
	}
	// 6 of the byline, 3 of the contents, 6 of headings, 120 of prose, 7 of the caption.
	if d.Words != 6+3+6+120+6 {
		t.Errorf("%d words", d.Words)
	}
	if d.Pictures != 1 || d.Credited != 1 || d.Language != "fr" {
		t.Errorf("%d pictures, %d credited, language %q", d.Pictures, d.Credited, d.Language)
	}
	if !strings.Contains(d.Text, "Une note de cinq mots.") || strings.Contains(d.Text, "règle") {
		t.Error("the note is not in the text, or the rule above it is")
	}
}

func TestDOCXNumbering(t *testing.T) {
	item := func(list, level, text string) string {
		return `<w:p><w:pPr><w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + list + `"/></w:numPr></w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
	}
	d := Read("x.docx", "", makeDOCX(t,
		item("1", "0", "un")+item("1", "1", "un a")+item("1", "1", "un b")+item("1", "0", "deux")+item("1", "1", "deux a")+item("0", "0", "sans"),
		"word/numbering.xml", `<w:numbering `+wordNS+`><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>`))
	if want := "I. un\n\na) un a\n\nb) un b\n\nII. deux\n\na) deux a\n\nsans"; d.Text != want {
		t.Errorf("got %q, want %q", d.Text, want)
	}
	if d.Words != 9 || d.WordsTotal != 14 {
		t.Errorf("%d words, %d in all; want 9 without the numbers, 14 with them", d.Words, d.WordsTotal)
	}
}

func TestDOCXHidingDefault(t *testing.T) {
	styles := strings.Replace(wordStyles, `<w:name w:val="Normal"/>`, `<w:name w:val="Normal"/><w:rPr><w:vanish/></w:rPr>`, 1)
	d := Read("x.docx", "", zipped(t, "word/styles.xml", styles, "word/document.xml",
		`<w:document `+wordNS+`><w:body><w:p><w:r><w:t>caché</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>vu</w:t></w:r></w:p></w:body></w:document>`))
	if d.Text != "vu" || d.Error != "" {
		t.Errorf("got %q (%s)", d.Text, d.Error)
	}
}

func TestDOCXChunks(t *testing.T) {
	chunks := `<Relationships><Relationship Id="a" Type="x/aFChunk" Target="a.html"/><Relationship Id="b" Type="x/aFChunk" Target="/b.docx"/></Relationships>`
	d := Read("x.docx", "", makeDOCX(t, wp("", "avant")+`<w:altChunk r:id="a"/><w:altChunk r:id="b"/><w:altChunk r:id="c"/>`+wp("", "après"),
		"word/_rels/document.xml.rels", chunks, "word/a.html", "<html><p>du HTML",
		"b.docx", string(makeDOCX(t, wp("", "un autre")+`<w:altChunk r:id="a"/>`, "word/_rels/document.xml.rels", chunks, "word/a.html", "<p>trop loin"))))
	if want := "avant\n\ndu HTML\n\nun autre\n\naprès"; d.Text != want || d.Error != "" {
		t.Errorf("got %q (%s), want %q", d.Text, d.Error, want)
	}
}

func TestDOCXRestarts(t *testing.T) {
	item := func(list string) string {
		return `<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="` + list + `"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>`
	}
	d := Read("x.docx", "", makeDOCX(t, item("1")+item("1")+item("2")+item("2")+item("3"), "word/numbering.xml", wordNumbers))
	if want := "1. x\n\n2. x\n\n1. x\n\n2. x\n\n3. x"; d.Text != want {
		t.Errorf("got %q, want %q", d.Text, want)
	}
}

func TestDOCXElsewhere(t *testing.T) {
	d := Read("x.docx", "", zipped(t,
		"_rels/.rels", `<Relationships><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/word/other.xml"/></Relationships>`,
		`word\other.xml`, `<x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main"><x:body><x:p><x:pPr><x:pStyle x:val="Titre1"/></x:pPr><x:r><x:t>ailleurs</x:t></x:r></x:p></x:body></x:document>`))
	if d.Text != "ailleurs" || d.Error != "" {
		t.Errorf("got %q, %s", d.Text, d.Error)
	}
}
