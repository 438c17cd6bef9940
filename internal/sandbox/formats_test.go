package sandbox

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/document"
)

var update = flag.Bool("update", false, "write what is expected of the text in every format, as the flat OpenDocument is read; read the difference before committing it")

// oneText is a text of our own, in testdata/document: written as flat
// OpenDocument, and saved by LibreOffice in the formats of formats.
const oneText = "../../testdata/document/petites-gares"

// notesWords is how many words its notes hold, counted by hand.
const notesWords = 50

// formats are those in which LibreOffice saves the text, and what each loses.
var formats = []struct {
	ext, filter string // filter is LibreOffice's
	near        float64
	noNotes     bool // LibreOffice leaves the notes out of plain text
}{
	{"docx", "docx", 0.01, false},
	{"odt", "odt", 0.01, false},
	{"rtf", "rtf", 0.01, false},
	{"doc", "doc", 0.01, false},
	{"pdf", "pdf", 0.03, false},
	{"html", "html", 0.01, false},
	{"txt", "txt:Text (encoded):UTF8", 0.01, true},
}

// expected is what is read in the text, in whatever format.
type expected struct {
	Title      string             `json:"title"`
	Authors    []string           `json:"authors"`
	Abstract   string             `json:"abstract"`
	Language   string             `json:"language"`
	Words      int                `json:"words"`
	WordsTotal int                `json:"words_total"`
	WordsNotes int                `json:"words_notes"`
	Pictures   int                `json:"pictures"`
	Credited   int                `json:"credited"`
	Headings   []document.Heading `json:"headings"`
	Sources    []document.Source  `json:"sources"`
}

// TestOneText reads the files that LibreOffice made: the same text, whatever it
// was saved as.
func TestOneText(t *testing.T) {
	read := newReader(t)
	whole := readFile(t, read, oneText+".fodt")
	want := wanted(t, whole)
	if d := difference(whole, want, 0, false); d != "" {
		t.Errorf("fodt: %s", d)
	}
	for _, f := range formats {
		d := readFile(t, read, oneText+"."+f.ext)
		if diff := difference(d, want, f.near, f.noNotes); diff != "" {
			t.Errorf("%s: %s", f.ext, diff)
		}
		if !document.SameText(d, whole) {
			t.Errorf("%s: not the text of the others", f.ext)
		}
	}
}

func readFile(t *testing.T, read *Reader, file string) document.Document {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return read.Read(filepath.Base(file), "", data)
}

// wanted reads what is expected, which -update writes. Unknown keys fail.
func wanted(t *testing.T, whole document.Document) (want expected) {
	t.Helper()
	if *update {
		want = expected{
			whole.Title, whole.Authors, whole.Abstract, whole.Language, whole.Words, whole.WordsTotal,
			notesWords, whole.Pictures, whole.Credited, whole.Headings, whole.Sources,
		}
		out, err := json.MarshalIndent(want, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(oneText+".json", append(out, '\n'), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	in, err := os.Open(oneText + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	decoder := json.NewDecoder(in)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&want); err != nil {
		t.Fatal(err)
	}
	return want
}

// difference says what a document was read to hold that is not expected; "" where
// nothing is. Counts may differ by a share, white space within an entry too.
func difference(d document.Document, want expected, share float64, noNotes bool) string {
	total := want.WordsTotal
	if noNotes {
		total -= want.WordsNotes
	}
	for _, of := range []struct {
		what      string
		got, want any
	}{
		{"error", d.Error, ""},
		{"title", d.Title, want.Title},
		{"authors", d.Authors, want.Authors},
		{"abstract", spaced(d.Abstract), spaced(want.Abstract)},
		{"language", d.Language, want.Language},
		{"headings", d.Headings, want.Headings},
		{"sources", evenly(d.Sources), evenly(want.Sources)},
	} {
		if !reflect.DeepEqual(of.got, of.want) {
			return of.what + ": got " + inJSON(of.got) + ", want " + inJSON(of.want)
		}
	}
	for _, of := range []struct {
		what      string
		got, want int
	}{{"words", d.Words, want.Words}, {"words in all", d.WordsTotal, total}} {
		if math.Abs(float64(of.got-of.want)) > share*float64(of.want) {
			return of.what + ": got " + inJSON(of.got) + ", want " + inJSON(of.want)
		}
	}
	return ""
}

// spaced folds white space: lines are cut where a format cuts them.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }

func evenly(sources []document.Source) []document.Source {
	out := []document.Source{}
	for _, s := range sources {
		s.Text, s.Publisher = spaced(s.Text), ""
		out = append(out, s)
	}
	return out
}

func inJSON(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(out)
}
