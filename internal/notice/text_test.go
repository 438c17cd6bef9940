package notice

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bara-think-tank/guichet/internal/desk"
)

func TestOneLine(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"  a\t\r\n b\u2029c\u0085d ", "a b c d"},
		{"eau\u00A0: q\u202F?", "eau\u00A0: q\u202F?"},
		{"a\x00\x1b\u200B\u202Eb\u2067c\uFEFF\u00AD\U000E0041d", "abcd"},
		{"a\xffb", "a\uFFFDb"},
		{"e\u0301té", "e\u0301té"},
		{"0123456789", "0123456789"},
		{"0123456789a", "012345678…"},
		{"01234567 9a", "01234567…"},
	}
	for _, tt := range tests {
		if got := oneLine(tt.in, 10); got != tt.want {
			t.Errorf("oneLine(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestFlow(t *testing.T) {
	long := strings.Repeat("abcdefgh ", 10)
	tests := []struct{ name, in, want string }{
		{"blank lines", "\n\n a  b \n \n\n\nc\n\n", "a b\n\nc\n"},
		{"wrapped", long, strings.Repeat("abcdefgh ", 8) + "\nabcdefgh abcdefgh\n"},
		{"held", strings.Repeat("a", 58) + " un\u00A0deux\u00A0trois\u202F!", strings.Repeat("a", 58) + " \nun\u00A0deux\u00A0trois\u202F!\n"},
		{"held too long", strings.Repeat("a\u00A0", 40), strings.Repeat("a ", 36) + "\na a a a\n"},
		{"word", strings.Repeat("a", 100), strings.Repeat("a", 59) + "…\n"},
		{"link", "x https://example.org/" + strings.Repeat("a", 100), "x \nhttps://example.org/" + strings.Repeat("a", 100) + "\n"},
		{"wide", strings.Repeat("漢", 20) + " " + strings.Repeat("漢", 20), strings.Repeat("漢", 20) + " \n" + strings.Repeat("漢", 20) + "\n"},
		{"quote", "> x\nFrom here", " > x\n From here\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := flow(tt.in); got != tt.want {
				t.Errorf("got\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

// TestFlowKeepsWords joins what flow wrapped, as RFC 3676 section 4.1 does.
func TestFlowKeepsWords(t *testing.T) {
	words := rapid.SliceOfN(rapid.StringMatching(`[a-zé漢>«»:!\x{00A0}]{1,12}|From`), 1, 60)
	rapid.Check(t, func(t *rapid.T) {
		want := splitWords(strings.Join(words.Draw(t, "words"), " "))
		flowed := flow(strings.Join(want, " "))
		var joined strings.Builder
		for line := range strings.Lines(flowed) {
			if n := width(strings.TrimSuffix(line, "\n")); n > columns+2 {
				t.Fatalf("%d columns: %q", n, line)
			}
			joined.WriteString(strings.TrimPrefix(strings.TrimSuffix(line, "\n"), " "))
		}
		if got := splitWords(joined.String()); !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestSpeech(t *testing.T) {
	fr, en := languageOf("fr"), languageOf("en")
	labels := []desk.Finding{{Label: "Longueur"}, {Label: "Été"}, {Label: "URL des sources"}}
	tests := []struct{ got, want string }{
		{fr.count(0, "mot", "mots"), "0\u00A0mot"},
		{fr.count(1, "mot", "mots"), "1\u00A0mot"},
		{fr.count(1234567, "mot", "mots"), "1\u202F234\u202F567\u00A0mots"},
		{en.count(0, "word", "words"), "0\u00A0words"},
		{en.count(1, "word", "words"), "1\u00A0word"},
		{fr.labels([]desk.Finding{{}}), ""},
		{capital("à trier") + capital(""), "À trier"},
		{en.number(1000), "1,000"},
		{en.number(999), "999"},
		{fr.list(nil), ""},
		{fr.list([]string{"a"}), "a"},
		{en.list([]string{"a", "b", "c"}), "a, b and c"},
		{fr.labels(labels), "longueur, été et URL des sources"},
		{fr.space("« a » : b ; c ! d ?"), "«\u00A0a\u00A0»\u00A0: b\u202F; c\u202F! d\u202F?"},
		{fr.space("https://example.org/?a;b 12:30 l'eau.docx"), "https://example.org/?a;b 12:30 l'eau.docx"},
		{en.space("a : b"), "a : b"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestDays(t *testing.T) {
	now := time.Date(2026, 3, 3, 19, 0, 0, 0, time.UTC)
	for ago, want := range map[time.Duration]int{-time.Hour: 0, 0: 0, 23 * time.Hour: 0, 24 * time.Hour: 1, 71 * time.Hour: 2} {
		if got := days(now.Add(-ago), now); got != want {
			t.Errorf("%v ago is %d days, want %d", ago, got, want)
		}
	}
}

func TestTells(t *testing.T) {
	tests := []struct {
		sentence, value string
		want            bool
	}{
		{"Votre texte compte 1\u202F034 mots, pas 250 à 800.", "1034", true},
		{"Votre texte compte 1 034 mots, pas 250 à 800.", "250–800", true},
		{"Your text has 1,034 words.", "1034", true},
		{"Votre texte compte 1034 mots.", "34", false},
		{"Votre texte est trop long.", "1034", false},
		{"Il a 250 mots.", "250–800", false},
		{"Le texte est en anglais.", "anglais", true},
		{"Le texte est en anglais.", "français", false},
	}
	for _, tt := range tests {
		if got := tells(tt.sentence, tt.value); got != tt.want {
			t.Errorf("tells(%q, %q) = %v", tt.sentence, tt.value, got)
		}
	}
}

// TestFrenchTypography reads every French notice, and the templates themselves,
// as a typesetter would.
func TestFrenchTypography(t *testing.T) {
	c := newComposer(t)
	wrong := regexp.MustCompile(`[^\x{202F}\n][;!?](?:\s|$)|[^\x{00A0}\n]:(?:\s|$)| [:;!?»]|« |[^\x{00A0}]»|«[^\x{00A0}]|'|\.\.\.|"`)
	for name, compose := range notices("fr") {
		m, err := compose(c)
		if err != nil {
			t.Fatal(err)
		}
		_, body := read(t, m)
		if at := wrong.FindString(body); at != "" {
			t.Errorf("%s: %q in\n%s", name, at, body)
		}
	}
	action := regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	for name, file := range shipped(t) {
		text := action.ReplaceAllString(string(file.Data), "x")
		if at := regexp.MustCompile(`['"]|\.\.\.`).FindString(text); at != "" {
			t.Errorf("%s: %q", name, at)
		}
	}
}

// TestLanguagesMatch keeps the languages' notices alike: what one says the other
// says, field by field.
func TestLanguagesMatch(t *testing.T) {
	field := regexp.MustCompile(`\.[A-Z][A-Za-z.]*|\{\{(?:if|with|range|define|template|else)`)
	files := shipped(t)
	names, err := fs.Glob(files, "fr/*")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		other := "en" + strings.TrimPrefix(name, "fr")
		french := field.FindAllString(string(files[name].Data), -1)
		english := field.FindAllString(string(files[other].Data), -1)
		slices.Sort(french)
		slices.Sort(english)
		if !slices.Equal(slices.Compact(french), slices.Compact(english)) {
			t.Errorf("%s and %s say different things: %v, %v", name, other, french, english)
		}
	}
}

func TestFindingSaysEachThingOnce(t *testing.T) {
	f := desk.Finding{
		Criterion: "entries", Measured: "3", Limit: "0", Where: "entrée 3",
		Message: "Il manque un lien à 3 sources.", Repair: "Complétez-les.",
	}
	got := cleanFinding(f)
	if got.Label != "entries" || got.Measured != "" || got.Limit != "0" || got.Where != "entrée 3" {
		t.Errorf("got %+v", got)
	}
	f.Message = "Il manque un lien : entrée 3."
	if got := cleanFinding(f); got.Where != "" {
		t.Errorf("the place is told twice: %+v", got)
	}
}

// TestFrenchSpaces: one pass does what these say one after the other.
func TestFrenchSpaces(t *testing.T) {
	narrow, wide, quote := regexp.MustCompile(` +([;!?])`), regexp.MustCompile(` +([:»])`), regexp.MustCompile(`« +`)
	rapid.Check(t, func(t *rapid.T) {
		text := pieces(t, " ", "  ", ";", "!", "?", ":", "«", "»", "a", "é", "\n", "\u00A0")
		want := narrow.ReplaceAllString(text, narrowNoBreak+"$1")
		want = quote.ReplaceAllString(wide.ReplaceAllString(want, noBreak+"$1"), "«"+noBreak)
		if got := spaceFrench(text); got != want {
			t.Fatalf("%q: %q, want %q", text, got, want)
		}
	})
}

func TestNumbers(t *testing.T) {
	number := regexp.MustCompile(`[0-9]{1,3}(?:[\x{00A0}\x{202F}, ][0-9]{3}\b)+|[0-9]+`)
	rapid.Check(t, func(t *rapid.T) {
		text := pieces(t, "1", "23", "456", "7890", " ", ",", "\u00A0", "\u202F", "a", "_", "é", ".")
		var want []string
		for _, n := range number.FindAllString(text, -1) {
			want = append(want, strings.Map(onlyDigits, n))
		}
		if got := numbers(text); !slices.Equal(got, want) {
			t.Fatalf("%q: %q, want %q", text, got, want)
		}
	})
}

func onlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

// TestOneLineStays: what is one line already is what would be made of it.
func TestOneLineStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := pieces(t, "a", "é", " ", "b c", "\t", "\u00A0", "\u202F", "\u2009", "\u200B", "\u202E", "\xff", "\uFFFD", "漢")
		if made := intoOneLine(text); isOneLine(text) && made != text {
			t.Fatalf("%q is one line, and %q is made of it", text, made)
		}
	})
}

// pieces is a text of any of them, in any order.
func pieces(t *rapid.T, all ...string) string {
	return strings.Join(rapid.SliceOf(rapid.SampledFrom(all)).Draw(t, "pieces"), "")
}
