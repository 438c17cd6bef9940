package rules

import (
	"slices"
	"strings"
	"testing"
)

// sufficient is the least that subjects.yaml may say.
func sufficient() subjects {
	return subjects{
		Prefixes: []string{"re"}, Announcing: []string{"voici"}, Asking: []string{"je"}, Linking: []string{"de"},
		Withdrawal: []string{"retrait"}, Negations: []string{"sans", "ne … plus"},
		Commands: []command{{ID: "help", Words: []string{"aide"}}}, Words: []string{"retraite"},
	}
}

func TestNewClassifierFlaws(t *testing.T) {
	tests := []struct {
		name string
		mar  func(*subjects)
		path string
		says string
	}{
		{"nothing", func(s *subjects) {}, "", ""},
		{"no own words", func(s *subjects) { s.Words = nil }, "", ""},
		{"a plural of its own", func(s *subjects) { s.Withdrawal = append(s.Withdrawal, "retraits") }, "", ""},
		{"no prefixes", func(s *subjects) { s.Prefixes = nil }, "prefixes", "empty"},
		{"no withdrawal", func(s *subjects) { s.Withdrawal = nil }, "withdrawal", "empty"},
		{"no commands", func(s *subjects) { s.Commands = nil }, "commands", "empty"},
		{"no words for a command", func(s *subjects) { s.Commands[0].Words = nil }, "commands[0].words", "empty"},
		{"a withdrawal that is a format", func(s *subjects) { s.Withdrawal = append(s.Withdrawal, "ANALYSES") }, "withdrawal[1]", "a name of the format Analyse"},
		{"a command that withdraws", func(s *subjects) { s.Commands[0].Words[0] = "Retraits" }, "commands[0].words[0]", "another list too: withdrawal"},
		{"an announcing word that is a format", func(s *subjects) { s.Announcing[0] = "Baratin" }, "announcing[0]", "a name of the format Baratin"},
		{"a linking word that asks", func(s *subjects) { s.Linking[0] = "Jé" }, "linking[0]", "another list too: asking"},
		{"a word twice", func(s *subjects) { s.Withdrawal = append(s.Withdrawal, "Rétrait") }, "withdrawal[1]", "twice"},
		{"a command twice", func(s *subjects) { s.Commands = append(s.Commands, command{"help", []string{"sos"}}) }, "commands[1].id", "twice"},
		{"a word without letters", func(s *subjects) { s.Linking[0] = "…!" }, "linking[0]", "no letter"},
		{"a word of two scripts", func(s *subjects) { s.Withdrawal[0] = "retr\u0430it" }, "withdrawal[0]", "several scripts"},
		{"half a negation", func(s *subjects) { s.Negations[1] = "ne …" }, "negations[1]", "each side of the …"},
		{"a prefix of two words", func(s *subjects) { s.Prefixes[0] = "en réponse" }, "prefixes[0]", "one word of letters"},
		{"a prefix with its colon", func(s *subjects) { s.Prefixes[0] = "re2:" }, "prefixes[0]", "one word of letters"},
		{"a prefix that sorts", func(s *subjects) { s.Prefixes[0] = "retrait" }, "prefixes[0]", "another list"},
		{"a prefix twice", func(s *subjects) { s.Prefixes = append(s.Prefixes, "Ré") }, "prefixes[1]", "twice"},
		{"an own word that sorts", func(s *subjects) { s.Words[0] = "analyse" }, "words[0]", "sorts mails already"},
		{"an own word of two", func(s *subjects) { s.Words[0] = "la retraite" }, "words[0]", "one word"},
		{"an own word twice", func(s *subjects) { s.Words = append(s.Words, "Retraité") }, "words[1]", "twice"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := sufficient()
			test.mar(&s)
			_, flaws := newClassifier(s, threeFormats, nil)
			switch {
			case test.path == "" && len(flaws) == 0:
			case len(flaws) != 1 || flaws[0].path != test.path || !strings.Contains(flaws[0].message, test.says):
				t.Errorf("got %q, want one flaw at %q that says %q", flaws, test.path, test.says)
			}
		})
	}
}

// Every flaw is told at once, not only the first.
func TestNewClassifierTellsAll(t *testing.T) {
	_, flaws := newClassifier(subjects{}, threeFormats, nil)
	var paths []string
	for _, f := range flaws {
		paths = append(paths, f.path)
	}
	slices.Sort(paths)
	want := []string{"announcing", "asking", "commands", "linking", "negations", "prefixes", "withdrawal"}
	if !slices.Equal(paths, want) {
		t.Errorf("flaws at %q, want %q", paths, want)
	}
}

// Another publication has other formats: names of several words, names too short
// to guess at, and two that differ by one letter.
func TestOtherFormats(t *testing.T) {
	formats := []formatNames{
		{ID: "note", Name: "Note de lecture", Aliases: []string{"note"}},
		{ID: "recit", Name: "Récit"},
		{ID: "enquete", Name: "Enquête"},
		{ID: "conquete", Name: "Conquête"},
		{ID: "requete", Name: "Enquêtu"},
	}
	c, flaws := newClassifier(sufficient(), formats, []string{"fr"})
	if len(flaws) > 0 {
		t.Fatal(flaws)
	}
	tests := map[string]string{
		"Note de lecture : Le Rouge":   "submission note",
		"NOTES DE LECTURE":             "submission note",
		"note-de-lecture":              "submission note",
		"Note : Le Rouge":              "submission note",
		"Retrait note de lecture":      "withdrawal note",
		"Récits : La mer":              "submission recit",
		"Récif : La mer":               "inquiry", // too short to guess
		"Vote : Le Rouge":              "inquiry",
		"Enquête : La mer":             "submission enquete",
		"Conqête : La mer":             "submission conquete",
		"Enquêta : La mer":             "inquiry", // one letter from two formats
		"Note de lecture sur un récit": "submission note",
		"Note de lecture / récit":      "unclear",
	}
	for subject, want := range tests {
		if got := c.classify(subject, nil); kindOf(got) != want {
			t.Errorf("%q is %s because %s, want %s", subject, kindOf(got), got.Reason.In("en"), want)
		}
	}
}
