package rules

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
)

// shippedClassifier is made of the words that ship.
func shippedClassifier(t testing.TB) *classifier {
	t.Helper()
	raw, err := os.ReadFile("../../rules/subjects.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var words subjects
	if faults := readSource("subjects.yaml", raw, &words).Faults; len(faults) > 0 {
		t.Fatal(faults)
	}
	c, flaws := newClassifier(words, threeFormats, []string{"fr"})
	if len(flaws) > 0 {
		t.Fatal(flaws)
	}
	return c
}

var threeFormats = []formatNames{
	{ID: "analyse", Name: "Analyse", Aliases: []string{"analyses"}},
	{ID: "baragouin", Name: "Baragouin", Aliases: []string{"baragouins"}},
	{ID: "baratin", Name: "Baratin", Aliases: []string{"baratins"}},
}

// kindOf is a classification's kind and its format or command.
func kindOf(c Classification) string {
	return strings.Join(strings.Fields(string(c.Kind)+" "+c.Command+" "+c.Format), " ")
}

func TestClassify(t *testing.T) {
	c := shippedClassifier(t)
	for _, row := range subjectTable {
		t.Run(row.subject, func(t *testing.T) {
			got := c.classify(row.subject, row.held)
			if kindOf(got) != row.is || got.Title != row.title || got.Reason.Code != row.reason {
				t.Errorf("got %s, title %q, because %s (%s)\nwant %s, title %q, because %s",
					kindOf(got), got.Title, got.Reason.Code, got.Reason.In("en"), row.is, row.title, row.reason)
			}
			sound(t, got)
		})
	}
}

// sound checks what every classification promises.
func sound(t interface{ Errorf(string, ...any) }, got Classification) {
	if !got.Reason.Known() {
		t.Errorf("the reason %q with %d arguments is not in the table", got.Reason.Code, len(got.Reason.Args))
	}
	for _, text := range append([]string{got.Title}, got.Reason.Args...) {
		if !utf8.ValidString(text) {
			t.Errorf("%q is not UTF-8", text)
		}
	}
	sorted := got.Kind == desk.KindSubmission || got.Kind == desk.KindWithdrawal
	switch {
	case got.Command == CommandTrial: // of a format or of none
	case sorted != (got.Format != ""):
		t.Errorf("%s with the format %q", got.Kind, got.Format)
	case (got.Kind == desk.KindCommand) != (got.Command != ""):
		t.Errorf("%s with the command %q", got.Kind, got.Command)
	case !sorted && got.Title != "":
		t.Errorf("%s with the title %q", got.Kind, got.Title)
	case got.Kind == desk.KindAutomatic || got.Kind == desk.KindUnreadable || got.Kind == "":
		t.Errorf("a subject cannot make a mail %q", got.Kind)
	}
}

// However a subject is written, it asks the same.
func TestClassifyForms(t *testing.T) {
	forms := map[string]func(string) string{
		"capitals":       strings.ToUpper,
		"small letters":  strings.ToLower,
		"decomposed":     norm.NFD.String,
		"composed":       norm.NFC.String,
		"no accents":     func(s string) string { return strings.Map(dropMark, norm.NFD.String(s)) },
		"curly quotes":   strings.NewReplacer("'", "’").Replace,
		"straight":       strings.NewReplacer("’", "'").Replace,
		"no-break space": strings.NewReplacer(" ", "\u00a0").Replace,
		"narrow space":   strings.NewReplacer(" :", "\u202f:", " !", "\u202f!").Replace,
		"zero width":     func(s string) string { return strings.Join(strings.Split(s, ""), "\u200b") },
		"folded line":    strings.NewReplacer(" ", "\r\n ").Replace,
	}
	c := shippedClassifier(t)
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			for _, row := range subjectTable {
				if strings.Contains(row.subject, "=?") || !utf8.ValidString(row.subject) {
					continue // encoded: the form would change the code, not the text
				}
				got := c.classify(form(row.subject), row.held)
				if kindOf(got) != row.is || got.Reason.Code != row.reason {
					t.Errorf("%q: got %s because %s, want %s because %s",
						form(row.subject), kindOf(got), got.Reason.Code, row.is, row.reason)
				}
			}
		})
	}
}

func dropMark(r rune) rune {
	if r >= 0x300 && r < 0x370 {
		return -1
	}
	return r
}

func TestClassifyReasonsAndFlags(t *testing.T) {
	c := shippedClassifier(t)
	tests := []struct {
		subject string
		reason  string
		flags   string
	}{
		{"Baratin : La ville", "l’objet commence par le format Baratin", ""},
		{"Mon baratn : La ville", "l’objet dit « baratn », à une lettre du format Baratin", "mistyped-format"},
		{"Rétractation d’un baratin", "l’objet dit « Rétractation », puis le format Baratin", ""},
		{"Retriat : analyse", "l’objet dit « Retriat », à une lettre de « retrait », et un retrait ne se devine pas", ""},
		{"Je ne veux plus de baratin", "l’objet dit « ne … plus » avant le format Baratin", ""},
		{"Baratin / analyse", "l’objet cite deux formats, Baratin et Analyse", ""},
		{"B\u0430ratin", "le mot « B\u0430ratin » mélange des lettres de plusieurs alphabets", "mixed-scripts"},
		{"Baratn : la c\u043emmune de Paris", "l’objet dit « Baratn », à une lettre du format Baratin", "mistyped-format mixed-scripts"},
		{"AIDE", "l’objet est la commande « AIDE »", ""},
		{strings.Repeat("\u0430", 50) + "a", "le mot « " + strings.Repeat("\u0430", 30) + "… » mélange des lettres de plusieurs alphabets", "mixed-scripts"},
	}
	for _, test := range tests {
		got := c.classify(test.subject, nil)
		if got.Reason.In("fr") != test.reason || strings.Join(got.Flags, " ") != test.flags {
			t.Errorf("%q: %s %v\nwant %s [%s]", test.subject, got.Reason.In("fr"), got.Flags, test.reason, test.flags)
		}
	}
}

// Several documents: one that may be a text is enough.
func TestClassifyHeld(t *testing.T) {
	c := shippedClassifier(t)
	held := []document.Document{picture[0], damaged[0], short[0]}
	if got := c.classify("Le budget : analyse", held); got.Kind != desk.KindInquiry {
		t.Errorf("a picture, a damaged file and a covering note: %s", got.Kind)
	}
	if got := c.classify("Le budget : analyse", append(held, attached[0])); got.Kind != desk.KindSubmission {
		t.Errorf("a text among them: %s", got.Kind)
	}
}

// A hostile subject costs time in proportion to its length: at this length,
// anything quadratic takes minutes, and go test's own limit ends it.
func TestClassifyBounded(t *testing.T) {
	c := shippedClassifier(t)
	for _, unit := range []string{
		"a", "a ", "[", "[]", "[a] ", "]", "Re:", "Re[", "Re", "é", "e\u0301", "\u0301", "\u200b", "🎓", ":", "\x00", "\xff",
		"baratin", "baratin ", "baratin-", "baratin : ", "retrait ", "retrait baratin ", "ne ", "n ne plus ", "sans ", "pas-",
		"1", "1 ", "bara 2026 0042 ", "BARA-2026-0042-R ", "de ", "voici ", "aide ", "=?", "=?utf-8?Q?=41?= ", "B\u0430ratin ", "«", "\"",
	} {
		sound(t, c.classify(strings.Repeat(unit, 50_000), nil))
	}
}

func FuzzClassify(f *testing.F) {
	c := shippedClassifier(f)
	for _, row := range subjectTable {
		f.Add(row.subject, len(row.held) > 0)
	}
	f.Fuzz(func(t *testing.T, subject string, text bool) {
		held := nothing
		if text {
			held = attached
		}
		got := c.classify(subject, held)
		sound(t, got)
		if again := c.classify("RE : "+subject, held); again.Kind != got.Kind && !strings.Contains(subject, "=?") {
			t.Errorf("%q is %s, a reply to it %s", subject, got.Kind, again.Kind)
		}
	})
}

func BenchmarkClassify(b *testing.B) {
	c := shippedClassifier(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		row := subjectTable[i%len(subjectTable)]
		c.classify(row.subject, row.held)
	}
}
