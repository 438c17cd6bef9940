package rules

import (
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// TestShippedExamples: every criterion that ships proves itself, with one good
// example and one bad one at least.
func TestShippedExamples(t *testing.T) {
	set := loadShipped(t)
	names := map[string]bool{}
	for _, f := range set.Formats {
		for _, c := range f.criteria {
			names[c.name] = true
		}
	}
	for _, c := range set.TryExamples() {
		delete(names, c.Criterion)
		if c.Count(desk.Pass) == 0 || c.Count(desk.Fail) == 0 {
			t.Errorf("criteria.yaml:%d: the criterion %s has %d good and %d bad examples, want one of each at least",
				c.Line, c.Criterion, c.Count(desk.Pass), c.Count(desk.Fail))
		}
		for _, e := range c.Examples {
			if e.Wrong != "" || e.Finding.Result != e.Want {
				t.Errorf("criteria.yaml:%d: %s: %s (%s)", e.Line, c.Criterion, e.Wrong, e.Given)
			}
			if e.Want == desk.Fail {
				checkTypography(t, e.Finding)
			}
		}
	}
	if len(names) > 0 {
		t.Errorf("never tried: %v", names)
	}
}

// TestWrongExamples spoils one example each. A ¦ stands where it must be told.
func TestWrongExamples(t *testing.T) {
	const length = "- {document.words: 250, limit: {min: 250, max: 800}}"
	for _, tt := range []struct{ name, old, spoilt, given, want string }{
		{
			"good that fails", length, "- ¦{document.words: 100, limit: {min: 250, max: 800}}",
			"document.words = 100, limit.min = 250, limit.max = 800",
			"this good example fails: Votre texte compte 100 mots ; le format Baratin en demande de 250 à 800.",
		},
		{
			"bad that passes", "- {document.words: 249, limit: {min: 250, max: 800}}", "- ¦{document.words: 300, limit: {min: 250, max: 800}}",
			"document.words = 300, limit.min = 250, limit.max = 800", "this bad example passes",
		},
		{
			"a fact left out", length, "- ¦{limit: {min: 250, max: 800}}",
			"limit.min = 250, limit.max = 800", "it cannot be told: give document.words too",
		},
		{
			"a language in another's words", "- {document.language: en, limit: {accepted: [fr]}}", "- ¦{document.language: de, limit: {accepted: [de, fr]}}",
			`document.language = "de", limit.accepted = [de, fr]`, "this bad example passes",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := copyOfShipped(t)
			place := spoil(t, files, "criteria.yaml", tt.old, tt.spoilt)[0]
			set, err := Load(files)
			if err != nil {
				t.Fatal(err)
			}
			var wrong []Example
			for _, c := range set.TryExamples() {
				for _, e := range c.Examples {
					if e.Wrong != "" {
						wrong = append(wrong, e)
					}
				}
			}
			if len(wrong) != 1 {
				t.Fatalf("%d examples are wrong, want one: %v", len(wrong), wrong)
			}
			got := wrong[0]
			at := desk.Fault{File: "criteria.yaml", Line: got.Line, Column: got.Column}.Error()
			if at != place || ordinary(got.Wrong) != tt.want || got.Given != tt.given {
				t.Errorf("\n got %s%s (%s)\nwant %s%s (%s)", at, got.Wrong, got.Given, place, tt.want, tt.given)
			}
		})
	}
}

// ordinary is a text with ordinary spaces.
func ordinary(text string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text)
}

// TestExampleSpeaks: a bad example whose sentence needs a fact that it lacks is
// told in each language.
func TestExampleSpeaks(t *testing.T) {
	files := copyOfShipped(t)
	spoil(t, files, "criteria.yaml", "measured: document.abstract_words\n", "measured: document.words\n")
	set, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	var wrong []string
	for _, c := range set.TryExamples() {
		for _, e := range c.Examples {
			if e.Wrong != "" {
				wrong = append(wrong, c.Criterion+": "+e.Wrong)
			}
		}
	}
	want := "abstract: says or repair cannot be written in fr: give document.words too"
	if len(wrong) != 2 || wrong[0] != want || wrong[1] != want {
		t.Errorf("got %q, want twice %q", wrong, want)
	}
}

// TestCriterionWithoutExamples: it loads, and says so by having none.
func TestCriterionWithoutExamples(t *testing.T) {
	files := copyOfShipped(t)
	spoil(t, files, "criteria.yaml", "  examples:\n    good:\n      - {submission.title: La ville en hiver}\n    bad:\n      - {submission.title: \"\"}\n", "")
	set, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range set.TryExamples() {
		if (c.Criterion == "title") != (len(c.Examples) == 0) {
			t.Errorf("%s has %d examples", c.Criterion, len(c.Examples))
		}
		if c.Line == 0 || c.Column != 1 {
			t.Errorf("%s stands at %d:%d", c.Criterion, c.Line, c.Column)
		}
	}
}

func TestCriteria(t *testing.T) {
	set := loadShipped(t)
	french, english := set.Criteria("baratin", "fr"), set.Criteria("baratin", "en")
	if len(french) != 11 || len(english) != 11 || set.Criteria("sonnet", "fr") != nil {
		t.Fatalf("%v\n%v", french, english)
	}
	bare := func(c Criterion) Criterion { c.Failing = desk.Finding{}; return c }
	if got, want := bare(french[1]), (Criterion{"length", desk.Required, "Nombre de mots", "250–800", desk.Finding{}}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := bare(english[4]), (Criterion{"language", desk.Required, "Language", "French", desk.Finding{}}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := bare(french[10]), (Criterion{"pictures_credited", desk.Advice, "Crédits des images", "", desk.Finding{}}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := set.Criteria("analyse", "en")[1].Limit; got != "2,000–6,000" {
		t.Errorf("the limit is %s", got)
	}
	// An example of the criterion, told by the format's limits.
	if got := set.Criteria("analyse", "en")[1].Failing; got.Result != desk.Fail ||
		got.Message != "Your text has 249 words; the format Analyse asks for 2,000 to 6,000." {
		t.Errorf("what fails is told as %+v", got)
	}
}
