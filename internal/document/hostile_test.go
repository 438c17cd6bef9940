package document

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestHostile gives each reader as much as its bounds let through of what costs
// most, and holds it to a time and a memory.
func TestHostile(t *testing.T) {
	many := func(s string, bytes int) string { return strings.Repeat(s, max(bytes/len(s)/slower, 1)) }
	entry := "Roche, H. (2021). « Les rues », Revue, https://a.example.org/. "
	odt := func(body string) []byte { return makeODT(t, body) }
	for _, test := range []struct {
		name, file string
		data       []byte
	}{
		{"one paragraph", "a.txt", []byte(many("mot ", MaxText))},
		{"one word", "a.txt", []byte(many("mot", MaxText))},
		{"lines", "a.txt", []byte(many("a\n", MaxText))},
		{"brackets", "a.txt", []byte("Sources\n\n" + many("(2020", MaxText-100))},
		{"a bibliography", "a.txt", []byte("Titre\n\nSources\n\n" + many(entry+"\n", MaxText-100))},
		{"a bibliography of one entry", "a.txt", []byte("Titre\n\nSources\n\n" + many(entry, MaxText-100))},
		{"sources at the end", "a.txt", []byte("Titre\n\nUn mot.\n\n" + many(entry+"\n\n", MaxText-100))},
		{"a source in as many lines", "a.txt", []byte("Titre\n\nSources\n\n" + entry + "\n" + many("  de la ville\n", 1<<20))},
		{"citations", "a.txt", []byte("Titre\n\nSources\n\n" + entry + "\n\nAnnexes\n\n" + many("Roche (2021), (Roche, 2021) [1-900]\n\n", 1<<20))},
		{"brackets in a citation", "a.txt", []byte("Titre\n\n" + many("(Roche, 2021 ; ", 1<<20) + "\n\nSources\n\n" + entry)},
		{"headings", "a.md", []byte(many("# a\n", 250<<10))},
		{"links in Markdown", "a.md", []byte(many("[a](", 250<<10))},
		{"quotes in Markdown", "a.md", []byte(many(many("> ", 15<<10)+"\n\n", 250<<10))},
		{"links in paragraphs", "a.md", []byte(many(many("[a](", 15<<10)+"\n\n", 250<<10))},
		{"tags", "a.html", []byte("<html>" + many("<p>a", 1<<20))},
		{"bold", "a.html", []byte("<html>" + many("<b><p>a", 1<<20))},
		{"tables", "a.html", []byte("<html>" + many("<table><td>", 1<<20))},
		{"attributes", "a.html", []byte("<html><p " + many("a=b ", 4<<20) + ">")},
		{"paragraphs", "a.docx", makeDOCX(t, many("<w:p/>", 900<<10))},
		{"styles", "a.docx", makeDOCX(t, many(wp("Titre1", "a"), 900<<10))},
		{"descriptions", "a.docx", makeDOCX(t, "<w:p><w:r><w:drawing>"+many(`<wp:docPr descr="photo :"/>`, 900<<10)+"</w:drawing></w:r></w:p>")},
		{"paragraphs of rtf", "a.rtf", []byte(`{\rtf1 ` + many(`\par `, 2<<20) + "}")},
		{"signs of rtf", "a.rtf", []byte(`{\rtf1 ` + many(`\u9 `, MaxText) + "}")},
		{"groups of rtf", "a.rtf", []byte(`{\rtf1 ` + many(`{{{\b a}}}`, MaxText) + "}")},
		{"notes of rtf", "a.rtf", []byte(`{\rtf1 ` + many(`{\footnote `, 2000) + "a" + many("}", 180) + "}")},
		{"a picture of rtf", "a.rtf", []byte(`{\rtf1 a{\pict ` + many("00ff", 25<<20) + "}}")},
		{"pieces of doc", "a.doc", makeDOC(docParts{text: "a\r", repeated: 400_000 / slower})},
		{"paragraphs of doc", "a.doc", makeDOC(docParts{text: many("\r", MaxBlocks*2)})},
		{"fields of doc", "a.doc", makeDOC(docParts{text: many("\x13", 2<<20)})},
		{"spaces", "a.odt", odt("<text:p>" + many(`<text:s text:c="1000"/>`, 900<<10) + "</text:p>")},
	} {
		t.Run(test.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			d := Read(test.file, "", test.data)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%v, %d MB allocated in all, %d words %s", took.Round(time.Millisecond), allocated, d.WordsTotal, d.Error)
			if took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			if allocated > 1024 && slower == 1 {
				t.Errorf("allocated %d MB in all", allocated)
			}
		})
	}
}
