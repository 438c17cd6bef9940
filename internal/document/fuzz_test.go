package document

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/richardlehane/mscfb"
)

// ownText is the text of our own, as LibreOffice saved it in a format.
func ownText(tb testing.TB, ext string) []byte {
	tb.Helper()
	data, err := os.ReadFile("../../testdata/document/petites-gares." + ext)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// ownPart is a part of it, in a format that is a zip.
func ownPart(tb testing.TB, ext, part string) string {
	tb.Helper()
	a, err := openArchive(ownText(tb, ext))
	if err != nil {
		tb.Fatal(err)
	}
	content, err := a.read(part)
	if err != nil {
		tb.Fatal(err)
	}
	return string(content)
}

// ownStream is a stream of it, in the format that is a compound file.
func ownStream(tb testing.TB, name string) []byte {
	tb.Helper()
	file, err := mscfb.New(bytes.NewReader(ownText(tb, "doc")))
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range file.File {
		if f.Name == name {
			stream, err := io.ReadAll(f)
			if err != nil {
				tb.Fatal(err)
			}
			return stream
		}
	}
	tb.Fatalf("no stream %s", name)
	return nil
}

// fuzzRead calls a reader without the net that Read puts below it, and the
// analysis on what it made.
func fuzzRead(f *testing.F, is Type, seeds ...[]byte) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		made, err := readers[is](data)
		if err != nil {
			return
		}
		checkFigures(t, analyse(Document{Type: is}, made))
	})
}

func checkFigures(t *testing.T, d Document) {
	if d.Words > d.WordsTotal || d.Words < 0 || d.Credited > d.Pictures {
		t.Errorf("%d words of %d, %d pictures credited of %d", d.Words, d.WordsTotal, d.Credited, d.Pictures)
	}
	if d.Error == "" && d.WordsTotal == 0 {
		t.Error("no words, and no error says so")
	}
}

const seedText = "Une ville à refaire\n===\n\nPar Jeanne Delmas\n\nRésumé : un mot.\n\nI. Partie\n\nUn texte de quelques mots.\n\nSources\n\n[1] " + first + "\n\n" + second

func FuzzPlain(f *testing.F) {
	fuzzRead(f, Text, []byte(seedText), []byte("\xff\xfea\x00"), ownText(f, "txt"))
}

// FuzzCharset decodes what a mail declares, and what it does not.
func FuzzCharset(f *testing.F) {
	f.Add("text/plain; charset=windows-1251", []byte("\xe0\xe1"))
	f.Add("text/html; charset=utf-16", []byte("a\x00b\x00"))
	f.Add("", []byte("\x8et\x8e"))
	f.Fuzz(func(t *testing.T, declared string, data []byte) {
		text, ok := decodeText(asDeclared(declared, data))
		if ok && !utf8.ValidString(text) {
			t.Errorf("%q is no UTF-8", text)
		}
	})
}

func FuzzMarkdown(f *testing.F) {
	fuzzRead(f, Markdown, []byte(seedText), []byte("---\ntitle: a\nauthor: [b]\n---\n# a\n\n1. b\n\n| a |\n|---|\n| b |\n\n![c](d)[^1]\n\n[^1]: e"))
}

func FuzzHTML(f *testing.F) {
	fuzzRead(f, HTML, []byte("<h1>a</h1><p class=author>Jeanne Delmas<p>b <b>c</b><br><img alt='© d'><ul><li>e</ul><div id=sdfootnote1>f</div>"), ownText(f, "html"))
}

func FuzzRTF(f *testing.F) {
	fuzzRead(f, RTF, []byte(rtfOf(`{\stylesheet{\s1\outlinelevel0 heading 1;}}{\info{\title a}}{\pard\s1 a\par}b\u233\'e9{\*\footnote c\par}{\field{\*\fldinst HYPERLINK "https://a.example.org"}{\fldrslt d}}{\listtext 1.\tab}\ls1 e\cell`)),
		[]byte(rtfOf(`{\shp{\*\shpinst{\sp{\sn pib}{\sv{\pict 00}}}{\shptxt a\par}}}{\upr{a}{\*\ud b}}\bin3 }}}\v a\deleted b`)), ownText(f, "rtf"))
}

// The office readers are fuzzed behind their containers, where random bytes reach
// what they read.
func FuzzDOC(f *testing.F) {
	for _, p := range []docParts{
		{text: "a\r\x13 HYPERLINK x\x14b\x15\rc\a", notes: "d\r", styled: []docStyled{{text: "a", style: 1}, {text: "b", hidden: true}}},
		{text: "a\r", repeated: 3, wide: true},
		{text: "a\b\r", box: "b\b\r"},
	} {
		word, table := docStreams(p)
		f.Add(word, table)
	}
	f.Add(ownStream(f, "WordDocument"), ownStream(f, "1Table"))
	f.Fuzz(func(t *testing.T, word, table []byte) {
		if made, err := readDOC(compound("WordDocument", word, "0Table", table)); err == nil {
			analyse(Document{}, made)
		}
	})
}

func FuzzDOCX(f *testing.F) {
	f.Add("<w:body>"+wp("Titre1", "a")+`<w:p><w:r><w:drawing><w:txbxContent><w:p/></w:txbxContent></w:drawing></w:r></w:p></w:body>`, wordStyles)
	f.Add(`<w:p><w:pPr><w:rPr><w:del/></w:rPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:p/></w:p>`, wordNotes)
	f.Add(ownPart(f, "docx", "word/document.xml"), ownPart(f, "docx", "word/styles.xml"))
	f.Add(`<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:sym w:char="2019"/></w:r></w:p><w:altChunk r:id="a"/>`, ownPart(f, "docx", "word/numbering.xml"))
	f.Fuzz(func(t *testing.T, body, styles string) {
		if made, err := readDOCX(zipped(t, "word/document.xml", body, "word/styles.xml", styles, "word/footnotes.xml", styles, "word/numbering.xml", styles)); err == nil {
			analyse(Document{}, made)
		}
	})
}

func FuzzODT(f *testing.F) {
	f.Add(`<o:d><o:body><t:list t:style-name="L"><t:list-item><t:p>a<t:s t:c="3"/><t:note><t:note-body><t:p>b</t:p></t:note-body></t:note></t:p></t:list-item></t:list><t:h t:outline-level="2">c</t:h><d:frame><d:image/></d:frame></o:body></o:d>`, `<s><t:list-style t:name="L"><t:list-level-style-number t:level="1" t:num-format="i"/></t:list-style></s>`)
	f.Add(ownPart(f, "odt", "content.xml"), ownPart(f, "odt", "styles.xml"))
	f.Fuzz(func(t *testing.T, content, styles string) {
		if made, err := readODT(zipped(t, "content.xml", content, "styles.xml", styles)); err == nil {
			analyse(Document{}, made)
		}
	})
}

func FuzzFlatODT(f *testing.F) {
	fuzzRead(f, ODT, []byte(flatODT(`<text:h text:outline-level="1">a</text:h><text:p>b<text:s/></text:p>`)), ownText(f, "fodt"))
}

// FuzzZip reads what stands in an archive.
func FuzzZip(f *testing.F) {
	f.Add("a.txt", []byte("a"), "b/c.docx", makeDOCX(f, wp("", "a")))
	f.Add("a.odt", ownText(f, "odt"), "b.rtf", ownText(f, "rtf"))
	f.Add("x.zip", zipped(f, "a.txt", "a"), ".b", []byte("b"))
	f.Fuzz(func(t *testing.T, one string, first []byte, two string, second []byte) {
		// A name that ends in a slash is a folder's, which holds nothing.
		d := Read("a.zip", "", zipped(t, strings.TrimRight(one, "/"), string(first), strings.TrimRight(two, "/"), string(second)))
		if (d.Error == "") != (d.Fault == FaultNone) {
			t.Errorf("fault %q with error %q", d.Fault, d.Error)
		}
	})
}

// FuzzSource reads one entry: what is read in it stands in it, word for word.
func FuzzSource(f *testing.F) {
	for _, e := range entries {
		f.Add(e.text)
	}
	for _, set := range bibliographySets(f) {
		for _, e := range set.Entries {
			f.Add(e.Text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := parseSource(text, nil)
		entry := letters(text)
		for _, field := range append([]string{s.Title, s.Container, s.Publisher, s.URL, s.DOI, s.ISBN, s.Year}, s.Authors...) {
			for _, w := range foldedWords(field) {
				if !strings.Contains(entry, w) {
					t.Errorf("%q is not in the entry %q: %+v", w, text, s)
				}
			}
		}
		if s.Year != "" && !strings.HasPrefix(s.Date, s.Year) || len(s.Trace) > 12 {
			t.Errorf("%+v", s)
		}
		s.faults()
	})
}

// FuzzBibliography looks for the sources of a text whose last lines are given, and
// for its citations.
func FuzzBibliography(f *testing.F) {
	for _, tail := range []string{
		"Bibliographie\n\n" + first + "\n\n" + second, first + "\n" + second + "\n\nJeanne Delmas", "Notes\n\n1. " + first + "\n2. Ibid.",
		"Sources : " + first + " ; " + second, "(Roche, 2021) [1, 3-5]\n\nSources\n\n" + first,
	} {
		f.Add(tail)
	}
	f.Fuzz(func(t *testing.T, tail string) {
		made, err := layout("Une ville à refaire\n\n" + prose(60) + "\n\n" + tail)
		if err != nil {
			return
		}
		o := &outline{blocks: settle(made.blocks), draft: made}
		o.understand()
		for i, s := range o.found.sources {
			if s.Repeats > i || s.Trace == nil || s.Faults == nil {
				t.Errorf("source %d: %+v", i+1, s)
			}
		}
		for _, c := range o.found.citations {
			if c.Source > len(o.found.sources) || c.Source < 0 {
				t.Errorf("%+v of %d sources", c, len(o.found.sources))
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add("a.docx", makeDOCX(f, wp("", "a")))
	f.Add("a.odt", makeODT(f, "<text:p>a</text:p>"))
	f.Add("a.doc", ole("WordDocument"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if d := Read(name, "", data); d.Readable() && d.Text == "" {
			t.Error("readable, without a text")
		}
	})
}
