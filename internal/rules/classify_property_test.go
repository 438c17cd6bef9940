package rules

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var replyPrefixes = []string{
	"Re: ", "RE : ", "re:", "RE\u00a0: ", "Réf : ", "RÉF. : ", "TR : ", "Tr:", "Fwd: ", "FW: ", "WG: ", "AW: ", "SV: ", "VS: ",
	"Antw: ", "RIF: ", "R: ", "I: ", "ENC: ", "RES: ", "Re[2]: ", "RE[14] : ", "Re^2: ", "Fwd(3): ", "回复：",
	"[EXTERNAL] ", "[EXT]", "[bara-contact] ", "[Liste étudiante] ", "📎 ", "🎓🎓", "> ", "\u200b", "\ufeff",
}

// Whatever mail programs and lists put before a subject changes nothing in what
// is made of it, not even the title.
func TestPrefixesChangeNothing(t *testing.T) {
	c := shippedClassifier(t)
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SampledFrom(subjectTable).Draw(t, "subject")
		run := strings.Join(rapid.SliceOfN(rapid.SampledFrom(replyPrefixes), 1, 12).Draw(t, "prefixes"), "")
		plain, prefixed := c.classify(row.subject, row.held), c.classify(run+row.subject, row.held)
		if !reflect.DeepEqual(plain, prefixed) {
			t.Fatalf("%q is %+v\n%q is %+v", row.subject, plain, run+row.subject, prefixed)
		}
	})
}

// After "Baratin : " comes a title, whatever words it holds, as long as one of
// them says nothing to the desk.
func TestTitleNeverSorts(t *testing.T) {
	c := shippedClassifier(t)
	telling := []string{
		"retrait", "Retirer", "suppression", "analyse", "Analyses", "baragouin", "baratin", "analise", "retriat",
		"aide", "test", "annuler", "sans", "pas", "ne", "plus", "non", "une", "de", "mon", "demande", "soumission", "RE", "TR",
	}
	plain := []string{"ville", "école", "budget", "Afghanistan", "retraite", "analyste", "démocratie", "2026", "où", "dette"}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom(slices.Concat(telling, plain)), 0, 8).Draw(t, "words")
		at := rapid.IntRange(0, len(words)).Draw(t, "at")
		title := strings.Join(slices.Insert(words, at, rapid.SampledFrom(plain[:7]).Draw(t, "plain")), " ")
		subject := "Baratin : " + title
		got := c.classify(subject, nil)
		if kindOf(got) != "submission baratin" || got.Title != title {
			t.Fatalf("%q is %s, title %q", subject, kindOf(got), got.Title)
		}
	})
}

// One edit in a format's name that stands first is that format, or a word of its
// own: never another format, never a withdrawal.
func TestOneEditIsThatFormat(t *testing.T) {
	c := shippedClassifier(t)
	letters := []rune("abcdefghijklmnopqrstuvwxyz")
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"baratin", "baragouin", "analyse"}).Draw(t, "format")
		word := []rune(name)
		i, letter := rapid.IntRange(0, len(word)-1).Draw(t, "at"), rapid.SampledFrom(letters).Draw(t, "letter")
		switch rapid.SampledFrom([]string{"more", "less", "changed", "swapped"}).Draw(t, "edit") {
		case "more":
			word = slices.Insert(word, i, letter)
		case "less":
			word = slices.Delete(word, i, i+1)
		case "changed":
			word[i] = letter
		case "swapped":
			word[i], word[max(i-1, 0)] = word[max(i-1, 0)], word[i]
		}
		got := c.classify(string(word)+" : La ville", nil)
		if c.own[string(word)] {
			if kindOf(got) != "inquiry" {
				t.Fatalf("%q is a word of its own, and made %s", string(word), kindOf(got))
			}
			return
		}
		if kindOf(got) != "submission "+name || got.Title != "La ville" {
			t.Fatalf("%q made %s because %s", string(word), kindOf(got), got.Reason.In("en"))
		}
	})
}

// A subject without a format or a withdrawal asks for nothing that the desk
// sorts, however it is said.
func TestOrdinarySubjects(t *testing.T) {
	c := shippedClassifier(t)
	words := []string{
		"ville", "école", "budget", "je", "vous", "de", "la", "mon", "texte", "sans", "pas", "ne", "plus", "réunion", "jeudi",
		"question", "retraite", "analyste", "soumission", "publication", "Re:", "[x]", ":", "-", "!", "2026",
	}
	rapid.Check(t, func(t *rapid.T) {
		subject := strings.Join(rapid.SliceOf(rapid.SampledFrom(words)).Draw(t, "words"), " ")
		if got := c.classify(subject, nil); kindOf(got) != "inquiry" {
			t.Fatalf("%q is %s because %s", subject, kindOf(got), got.Reason.In("en"))
		}
	})
}

func TestClassifyAnything(t *testing.T) {
	c := shippedClassifier(t)
	rapid.Check(t, func(t *rapid.T) {
		sound(t, c.classify(rapid.String().Draw(t, "subject"), attached))
	})
}
