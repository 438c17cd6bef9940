package document

import (
	"slices"
	"strings"
	"testing"
)

func TestODTText(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"spaces", "<text:p>  un<text:s text:c=\"2\"/>deux\n  trois<text:tab/>quatre</text:p>", "un  deux trois\tquatre"},
		{"line break", `<text:p>un<text:line-break/>deux</text:p>`, "un\n\ndeux"},
		{"tracked deletion", `<text:tracked-changes><text:changed-region><text:deletion><text:p>ôté</text:p></text:deletion></text:changed-region></text:tracked-changes><text:p>resté<text:change text:change-id="a"/></text:p>`, "resté"},
		{"comment", `<text:p>dit<office:annotation><dc:creator>X</dc:creator><text:p>commenté</text:p></office:annotation></text:p>`, "dit"},
		{"hidden span", `<text:p>vu <text:span text:style-name="T1">caché</text:span></text:p>`, "vu"},
		{"hidden section", `<text:section text:style-name="Sect1"><text:p>caché</text:p></text:section><text:p>vu</text:p>`, "vu"},
		{"hidden paragraph", `<text:p><text:hidden-paragraph text:is-hidden="true"/>caché</text:p><text:p>vu</text:p>`, "vu"},
		{"note", `<text:p>avant<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>la note</text:p></text:note-body></text:note> après</text:p>`, "avant après\n\nla note"},
		{"table", `<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>`, "a\n\nb"},
		{"list", `<text:list text:style-name="L1"><text:list-item><text:p>un</text:p><text:p>suite</text:p></text:list-item><text:list-item><text:p>deux</text:p></text:list-item></text:list>`, "1. un\n\nsuite\n\n2. deux"},
		{"text box", `<text:p>autour<draw:frame><draw:text-box><text:p>boîte</text:p></draw:text-box></draw:frame></text:p>`, "autour\n\nboîte"},
		{"hidden by a style's ancestor", `<text:p>vu <text:span text:style-name="T2">caché</text:span></text:p><text:p text:style-name="P2">caché</text:p>`, "vu"},
		{"a section that a condition hides", `<text:section text:display="condition" text:is-hidden="true"><text:p>caché</text:p></text:section><text:p>vu</text:p>`, "vu"},
		{"hidden text", `<text:p>vu <text:hidden-text text:condition="x" text:is-hidden="true">caché</text:hidden-text><text:hidden-text text:is-hidden="false">aussi</text:hidden-text></text:p>`, "vu aussi"},
		{"conditional text", `<text:p><text:conditional-text text:condition="x">vu</text:conditional-text></text:p>`, "vu"},
		{"variables", `<text:variable-decls><text:variable-decl text:name="v"/></text:variable-decls><text:p><text:variable-set text:name="v" text:display="none">caché</text:variable-set><text:variable-get text:name="v">vu</text:variable-get></text:p>`, "vu"},
		{"a macro", `<text:p>vu<text:script>code</text:script></text:p>`, "vu"},
		{"a hidden row", `<table:table><table:table-row table:visibility="collapse"><table:table-cell><text:p>caché</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>vu</text:p></table:table-cell></table:table-row></table:table>`, "vu"},
		{"a shape in a group", `<text:p>autour<draw:g><draw:polygon><text:p>dedans</text:p></draw:polygon></draw:g></text:p>`, "autour\n\ndedans"},
		{"an index", `<text:table-of-content><text:table-of-content-source>rien</text:table-of-content-source><text:index-body><text:p>Partie<text:tab/>2</text:p></text:index-body></text:table-of-content>`, "Partie\t2"},
		{"a table in a note", `<text:p>avant<text:note><text:note-body><table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table></text:note-body></text:note></text:p>`, "avant\n\na"},
		{"ruby", `<text:p><text:ruby><text:ruby-base>base</text:ruby-base><text:ruby-text>dessus</text:ruby-text></text:ruby></text:p>`, "base"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if d := Read("x.odt", "", makeODT(t, test.body)); d.Text != test.want || d.Error != "" || d.Type != ODT {
				t.Errorf("got %q (%s, %s), want %q", d.Text, d.Type, d.Error, test.want)
			}
		})
	}
}

func TestODTStructure(t *testing.T) {
	d := Read("x.odt", "", makeODT(t, `<text:p text:style-name="P1">Une ville à refaire</text:p>
<text:p>Jeanne Delmas</text:p>
<text:h text:style-name="Heading_20_1" text:outline-level="1">Résumé</text:h><text:p>`+prose(20)+`</text:p>
<text:h text:outline-level="1">Premier temps</text:h><text:p>`+prose(60)+`<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Roche, H. (2021). Les rues. Revue des Horizons.</text:p></text:note-body></text:note></text:p>
<text:p><draw:frame><draw:image xlink:href="Pictures/1.png"/><draw:image xlink:href="Pictures/1.svg"/><svg:desc>Une rue</svg:desc></draw:frame></text:p>
<text:h text:outline-level="2">Un détail</text:h><text:p>`+prose(60)+`</text:p>`))
	if d.Title != "Une ville à refaire" || !slices.Equal(d.Authors, []string{"Jeanne Delmas"}) {
		t.Errorf("title %q, authors %q", d.Title, d.Authors)
	}
	if d.Abstract != prose(20) || d.Sections != 2 {
		t.Errorf("abstract %q, %d sections", d.Abstract, d.Sections)
	}
	if !slices.Equal(d.Headings, []Heading{{1, "Résumé"}, {1, "Premier temps"}, {2, "Un détail"}}) {
		t.Errorf("headings %v", d.Headings)
	}
	if len(d.Sources) != 1 || d.Sources[0].Year != "2021" {
		t.Errorf("sources in notes: %+v", d.Sources)
	}
	if d.Pictures != 1 || d.Credited != 0 {
		t.Errorf("%d pictures, %d credited", d.Pictures, d.Credited)
	}
	if want := 2 + 1 + 20 + 2 + 60 + 2 + 60; d.Words != want || d.WordsTotal != want+4+8 {
		t.Errorf("%d words, %d in all; want %d", d.Words, d.WordsTotal, want)
	}
}

func TestODTPassword(t *testing.T) {
	d := Read("x.odt", "", zipped(t, "mimetype", "application/vnd.oasis.opendocument.text",
		"META-INF/manifest.xml", `<m:manifest><m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry></m:manifest>`,
		"content.xml", strings.Repeat("\x01\x9f", 50)))
	if d.Fault != FaultEncrypted || d.Type != ODT {
		t.Errorf("got %s %q (%s)", d.Type, d.Fault, d.Error)
	}
}

func TestFlatODT(t *testing.T) {
	picture := `<text:p><draw:frame><draw:image><office:binary-data>AAAA</office:binary-data></draw:image></draw:frame></text:p>`
	d := Read("x.fodt", "", []byte(flatODT(`<text:p text:style-name="P1">Une ville</text:p><text:p>`+prose(50)+`</text:p>`+picture)))
	if d.Title != "Une ville" || d.Text != "Une ville\n\n"+prose(50) || d.Words != 50 || d.Pictures != 1 || d.Error != "" {
		t.Errorf("title %q, %d words, %d pictures, %q %s", d.Title, d.Words, d.Pictures, d.Text, d.Error)
	}
	if d := Read("x.fodt", "", []byte(flatODT("<text:p>"+prose(50)+"</text:p>"))); d.Title != "Un titre" {
		t.Errorf("title %q", d.Title)
	}
}
