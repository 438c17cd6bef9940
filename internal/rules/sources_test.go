package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
)

// found is the finding of one criterion, and whether there is one.
func found(r Report, criterion string) (desk.Finding, bool) {
	i := slices.IndexFunc(r.Findings, func(f desk.Finding) bool { return f.Criterion == criterion })
	if i < 0 {
		return desk.Finding{}, false
	}
	return r.Findings[i], true
}

func TestSourcesWithSlips(t *testing.T) {
	slip := func(change func(*document.Source)) document.Source {
		s := goodSource
		change(&s)
		return s
	}
	sources := []document.Source{
		goodSource,
		slip(func(s *document.Source) { s.Faults = []string{document.FaultyISBN, document.FaultyURL} }),
		slip(func(s *document.Source) { s.Year = "2031" }),
		slip(func(s *document.Source) { s.Repeats = 1 }),
	}
	for _, test := range []struct {
		lang            string
		year            int
		measured, where string
	}{
		{"fr", 2026, "1/4", "entrée 2 (ISBN faux, lien incomplet ou mal écrit) ; entrée 3 (année 2031 à venir) ; entrée 4 (la même que la 1)"},
		{"en", 2026, "1/4", "entry 2 (wrong ISBN, link cut short or misspelt); entry 3 (year 2031 to come); entry 4 (the same as entry 1)"},
		{"fr", 2031, "2/4", "entrée 2 (ISBN faux, lien incomplet ou mal écrit) ; entrée 4 (la même que la 1)"},
		{"fr", 0, "2/4", "entrée 2 (ISBN faux, lien incomplet ou mal écrit) ; entrée 4 (la même que la 1)"},
	} {
		r := loadShipped(t).Validate(Submission{Format: "baratin", Year: test.year, Documents: with(400, func(d *document.Document) { d.Sources = sources })}, test.lang)
		f, _ := found(r, "sources_sound")
		if spacesPlain(f.Where) != test.where || f.Measured != test.measured || f.Result != desk.Fail || f.Level != desk.Advice {
			t.Errorf("%s %d: %+v", test.lang, test.year, f)
		}
		if r.Verdict != desk.Complete {
			t.Errorf("advice made the verdict %s", r.Verdict)
		}
	}
}

func TestCitationsAndSources(t *testing.T) {
	cited := goodSource
	cited.Cited = true
	cites := []document.Citation{{Text: "Martin, 2025", Source: 1}, {Text: "Vidal, 2020"}, {Text: "Vidal, 2020"}, {Text: "Roche, 2019"}}
	r := loadShipped(t).Validate(Submission{Format: "baratin", Documents: with(400, func(d *document.Document) {
		d.Sources, d.Citations = []document.Source{cited, goodSource}, cites
	})}, "fr")
	missing, _ := found(r, "citations_listed")
	if missing.Result != desk.Fail || missing.Measured != "2" || spacesPlain(missing.Where) != "Vidal, 2020 ; Roche, 2019" {
		t.Errorf("%+v", missing)
	}
	uncited, _ := found(r, "sources_cited")
	if uncited.Result != desk.Fail || uncited.Measured != "1" || uncited.Where == "" {
		t.Errorf("%+v", uncited)
	}
}

// TestNothingToMeasure: a criterion with nothing to measure is not told as passed.
func TestNothingToMeasure(t *testing.T) {
	set := loadShipped(t)
	bare := set.Validate(Submission{Format: "analyse", Documents: with(3000, func(d *document.Document) { d.Sources, d.Pictures, d.Credited = nil, 0, 0 })}, "fr")
	for _, name := range []string{"sources_complete", "sources_sound", "citations_listed", "sources_cited", "pictures_credited"} {
		if f, told := found(bare, name); told {
			t.Errorf("told of a text without sources and pictures: %+v", f)
		}
	}
	if _, told := found(bare, "sources"); !told {
		t.Error("that there are no sources is not told")
	}
	shown := set.Validate(Submission{Format: "analyse", Documents: with(3000, func(d *document.Document) { d.Pictures, d.Credited = 1, 1 })}, "fr")
	for _, name := range []string{"sources_complete", "sources_sound", "pictures_credited"} {
		if f, told := found(shown, name); !told || f.Result != desk.Pass {
			t.Errorf("%s: %+v, %v", name, f, told)
		}
	}
	none := set.Validate(Submission{Format: "analyse"}, "fr")
	if f, told := found(none, "sources_complete"); !told || f.Result == desk.Pass {
		t.Errorf("without a text, what is required is not left to check: %+v", f)
	}
	if _, told := found(none, "sources_sound"); told {
		t.Error("without a text, advice is given")
	}
}

func TestListedAtMost(t *testing.T) {
	var entries []string
	for i := range 9 {
		entries = append(entries, fmt.Sprint(i+1))
	}
	for lang, want := range map[string]string{"fr": "1 ; 2 ; 3 ; 4 ; 5 ; 6 ; et 3 de plus", "en": "1; 2; 3; 4; 5; 6; and 3 more"} {
		if got := spacesPlain((known{lang: lang}).listed(entries)); got != want {
			t.Errorf("%s: %s", lang, got)
		}
	}
}

// spacesPlain makes every space an ordinary one.
func spacesPlain(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
}
