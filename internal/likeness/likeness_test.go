package likeness

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/bara-think-tank/guichet/internal/document"
)

// Words of one subject, from which every made author writes.
var (
	subjects = strings.Fields("la/ville l’université un/étudiant le/logement chaque/commune la/région notre/pays une/famille " +
		"le/quartier la/réforme ce/rapport une/enquête le/marché la/loi le/foyer l’État")
	verbs = strings.Fields("montre demande refuse promet oublie paie construit ferme ouvre perd trouve partage mesure " +
		"défend retarde finance")
	objects = strings.Fields("des/loyers trop/chers une/aide/plus/juste les/chambres/vides un/effort/commun de/nouvelles/résidences " +
		"la/part/des/bourses l’attente/de/chacun un/accord/ancien le/prix/du/mètre/carré toute/la/charge une/place/près/du/campus")
	endings = strings.Fields("depuis/dix/ans à/la/rentrée sans/le/dire malgré/les/annonces dans/chaque/ville pour/les/plus/jeunes " +
		"comme/hier avant/la/fin/du/mois au/fil/des/années selon/les/chiffres/publiés en/silence plus/qu’ailleurs")
)

// sentence is one of the 33,000 that a made author may write, half of the time with
// another joined to it.
func sentence(r *rand.Rand) string {
	pick := func(list []string) string { return strings.ReplaceAll(list[r.IntN(len(list))], "/", " ") }
	s := fmt.Sprintf("%s %s %s %s", pick(subjects), pick(verbs), pick(objects), pick(endings))
	if r.IntN(2) == 0 {
		s += fmt.Sprintf(", et %s %s %s", pick(subjects), pick(verbs), pick(objects))
	}
	return s + "."
}

func sentences(r *rand.Rand, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = sentence(r)
	}
	return list
}

// written is a document of sentences, with a title, a quotation and sources that
// everybody uses.
func written(list []string) document.Document {
	var b strings.Builder
	b.WriteString("Se loger pour étudier\n\n")
	for i, s := range list {
		b.WriteString(s + " ")
		if i%5 == 4 {
			b.WriteString("\n\n")
		}
	}
	b.WriteString("\n\n« Toute personne a droit à un niveau de vie suffisant pour assurer sa santé, son bien-être et ceux de " +
		"sa famille, notamment pour l’alimentation, l’habillement, le logement, les soins médicaux. »\n\nBibliographie")
	var d document.Document
	for i := range 8 {
		entry := fmt.Sprintf("Durand, P. (20%02d). Le logement des étudiants dans les villes universitaires, tome %d. Éditions de la Rive.", 10+i, i)
		d.Sources = append(d.Sources, document.Source{Text: entry})
		fmt.Fprintf(&b, "\n\n%d. %s", i+1, entry)
	}
	d.Text = b.String()
	return d
}

// TestABibliographyAsRead: what a reader tells for a bibliography does not count.
func TestABibliographyAsRead(t *testing.T) {
	text := "Se loger pour étudier\n\n" + strings.Join(sentences(rand.New(rand.NewPCG(5, 5)), 30), "\n\n") + "\n\nBibliographie\n\n"
	one := Sketch(document.ReadBody(text+"Durand, P. (2024). Le logement des étudiants. Éditions de la Rive.", ""))
	other := Sketch(document.ReadBody(text+"Petit, A. (2025). Les loyers en ville, enquête. Revue des villes, 12.\n\n"+
		"Observatoire des rythmes (2023). Ouvrir le soir : enquête auprès de trente villes. https://example.org/soir", ""))
	if one.Size == 0 || one.Size != other.Size || Percent(one, other) != 100 {
		t.Errorf("%d shingles and %d, %d %% alike", one.Size, other.Size, Percent(one, other))
	}
}

func random(t *rapid.T) *rand.Rand {
	return rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
}

// TestTwoAuthorsOnOneSubject: whoever writes on the same subject, with the same
// quotation and the same sources, is not alike.
func TestTwoAuthorsOnOneSubject(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := random(t)
		a := written(sentences(r, rapid.IntRange(15, 120).Draw(t, "a")))
		b := written(sentences(r, rapid.IntRange(15, 120).Draw(t, "b")))
		if percent := Percent(Sketch(a), Sketch(b)); percent >= Least {
			t.Fatalf("%d %% alike", percent)
		}
	})
}

// TestACopyThatWasRetouched: every fifth sentence written anew hides nothing, nor
// does changing the order of the paragraphs.
func TestACopyThatWasRetouched(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := random(t)
		list := sentences(r, rapid.IntRange(20, 120).Draw(t, "sentences"))
		a := written(list)
		changed := append([]string{}, list...)
		for _, i := range r.Perm(len(list))[:len(list)/5] {
			changed[i] = sentence(r)
		}
		half := len(changed) / 2
		b := written(append(changed[half:], changed[:half]...))
		one, other := Sketch(a), Sketch(b)
		percent := Percent(one, other)
		if percent < Least {
			t.Fatalf("only %d %% alike", percent)
		}
		if percent != Percent(other, one) && one.Size != other.Size {
			t.Fatalf("%d %% one way, %d %% the other", percent, Percent(other, one))
		}
		if shareKeys(one.Keys(), other.Keys()) == 0 {
			t.Fatal("no key leads from one to the other")
		}
	})
}

// TestAShortTextWithinALongOne: half a page taken over whole.
func TestAShortTextWithinALongOne(t *testing.T) {
	found := 0
	const tries = 80
	for seed := range uint64(tries) {
		r := rand.New(rand.NewPCG(seed, 2))
		short, long := sentences(r, 30), sentences(r, 270)
		a, b := Sketch(written(short)), Sketch(written(append(long[:100:100], append(short, long[100:]...)...)))
		if percent := Percent(a, b); percent < 80 {
			t.Errorf("seed %d: a text that is wholly in another is %d %% alike", seed, percent)
		}
		if shareKeys(a.Keys(), b.Keys()) > 0 {
			found++
		}
	}
	// A key of the long text belongs to the short one in one case of ten.
	t.Logf("%d of %d are found by their keys", found, tries)
	if found < tries*3/4 {
		t.Errorf("%d of %d are found by their keys", found, tries)
	}
}

func shareKeys(a, b []int64) (n int) {
	for _, h := range a {
		for _, other := range b {
			if h == other {
				n++
			}
		}
	}
	return n
}

func TestSketchBounds(t *testing.T) {
	for name, d := range map[string]document.Document{
		"nothing":   {},
		"short":     document.ReadBody("Quelques mots seulement, sans plus.", ""),
		"quoted":    document.ReadBody("« "+strings.Repeat("un mot après l’autre dans cette longue citation ", 40)+" »", ""),
		"the same":  document.ReadBody(strings.Repeat("encore et encore la même phrase ", 400), ""),
		"no letter": {Text: "… — !"},
	} {
		if s := Sketch(d); s.Size != 0 || len(s.Hashes) != 0 {
			t.Errorf("%s has a sketch of %d", name, s.Size)
		}
	}
	a := Sketch(written(sentences(rand.New(rand.NewPCG(1, 1)), 20)))
	if Percent(a, a) != 100 {
		t.Errorf("a text is %d %% alike itself", Percent(a, a))
	}
}

func TestOverlaps(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	own, taken := sentences(r, 12), "Le droit au logement n’est pas une promesse de campagne mais une règle que la loi écrit noir sur blanc."
	a := written(append(append([]string{}, own[:6]...), taken))
	b := written(append([]string{strings.ToUpper(taken)}, own[6:]...))
	found := Overlaps(a, b)
	if len(found) != 1 || found[0].Words < 19 || !strings.HasPrefix(found[0].A.Text, "Le droit au logement n’est") ||
		!strings.HasPrefix(found[0].B.Text, "LE DROIT") || found[0].A.Before == "" || found[0].B.After == "" {
		t.Fatalf("%+v", found)
	}
	if n := len(Overlaps(a, document.ReadBody("Rien de commun.", ""))); n != 0 {
		t.Errorf("%d passages shared with another text", n)
	}
}

// TestWordsFoldAsUnicodeSays: what the table folds, and what stands beside it.
func TestWordsFoldAsUnicodeSays(t *testing.T) {
	for r := rune(0); r < 0x3000; r++ {
		if partOfWord(r) != (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)) {
			t.Fatalf("%q is part of a word: %v", r, partOfWord(r))
		}
		for _, word := range []string{string(r), "É" + string(r) + "ç", string(r) + "\u0301", "Œ\u0327" + string(r)} {
			if got, want := string(appendFolded([]byte("before"), word)), "before"+foldWord(word); got != want {
				t.Fatalf("%q folds to %q, Unicode says %q", word, got, want)
			}
		}
	}
}

// TestWordsAreHashedInOneGo: as they are found, folded and hashed one after the other.
func TestWordsAreHashedInOneGo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SampledFrom([]string{"a", "Z", "é", "Ç", "œ", "Œ", "æ", "ß", "ÿ", "ł", "İ", "\u0301", "д", "ﬁ", "×", "’", "-", " ", "\n", "_", "9", "٣", "\xff", "\xc3", "\u2009", "\u202f"})
		text := strings.Join(rapid.SliceOf(rapid.OneOf(letters, rapid.String())).Draw(t, "text"), "")
		var want []word
		for start, end := range wordsOf(text) {
			want = append(want, word{hashWord(appendFolded(nil, text[start:end])), 7 + start, 7 + end})
		}
		if got := appendProse(nil, text, 7); !slices.Equal(got, want) {
			t.Fatalf("%q: %v, want %v", text, got, want)
		}
	})
}

func TestHashesAreSorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hashes := rapid.SliceOf(rapid.OneOf(rapid.Int64Min(0), rapid.Int64Range(0, 3))).Draw(t, "hashes")
		if want := slices.Sorted(slices.Values(hashes)); !slices.Equal(sorted(hashes), want) {
			t.Fatalf("%v", sorted(hashes))
		}
	})
}

// TestSketchesOfDatabases: a sketch is compared with those that were kept for years.
func TestSketchesOfDatabases(t *testing.T) {
	s := Sketch(written(sentences(rand.New(rand.NewPCG(7, 7)), 40)))
	if got := fmt.Sprint(s.Size, s.Hashes[:3], s.Hashes[len(s.Hashes)-1]); got != "453 [53018878215465514 88340882683406370 121101041147026222] 5448184324682856885" {
		t.Errorf("%s", got)
	}
}

func BenchmarkSketch(b *testing.B) {
	d := written(sentences(rand.New(rand.NewPCG(1, 1)), 200))
	b.ReportMetric(float64(d.Words), "words")
	for b.Loop() {
		Sketch(d)
	}
}

// FuzzOverlaps: whatever two texts hold, comparing them ends, and what is shown of
// them is theirs.
func FuzzOverlaps(f *testing.F) {
	f.Add("un deux trois quatre cinq six sept huit neuf dix onze douze treize", "« un » deux trois", "1. un deux")
	f.Add("l’œuvre \xff « d’un \xe9t\xe9 » “ \n\n", "", "\xff\xff")
	f.Fuzz(func(t *testing.T, one, other, source string) {
		a := document.Document{Text: one, Sources: []document.Source{{Text: source}}}
		b := document.Document{Text: other}
		if p := Percent(Sketch(a), Sketch(b)); p < 0 || p > 100 {
			t.Fatalf("%d %% alike", p)
		}
		for _, o := range Overlaps(a, b) {
			if o.Words < leastOverlap || o.A.Text == "" || o.B.Text == "" {
				t.Fatalf("%+v", o)
			}
		}
	})
}
