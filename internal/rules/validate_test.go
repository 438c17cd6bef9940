package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
)

// good is a document that meets every criterion of every format but its length.
func good(words int) document.Document {
	return document.Document{
		File: "texte.docx", Type: document.DOCX,
		Title: "La ville en hiver", Authors: []string{"Camille Martin"},
		Abstract: strings.TrimSpace(strings.Repeat("mot ", 150)), Language: "fr",
		Words: words, WordsTotal: words + 40, Sections: 3,
		Headings: []document.Heading{{Level: 1, Text: "Un"}, {Level: 1, Text: "Deux"}, {Level: 1, Text: "Trois"}},
		Sources:  slices.Repeat([]document.Source{goodSource}, 8),
		Text:     "Un texte.", Pictures: 2, Credited: 2,
	}
}

var goodSource = document.Source{
	Text: "Martin, C. (2025). La ville.", Authors: []string{"Martin, C."}, Year: "2025", Title: "La ville",
	URL: "https://example.org/ville",
}

// with changes a good document.
func with(words int, change func(*document.Document)) []document.Document {
	d := good(words)
	change(&d)
	return []document.Document{d}
}

func find(t *testing.T, r Report, criterion string) desk.Finding {
	t.Helper()
	for _, f := range r.Findings {
		if f.Criterion == criterion {
			return f
		}
	}
	t.Fatalf("no finding %s in %v", criterion, r.Findings)
	return desk.Finding{}
}

func TestValidateGood(t *testing.T) {
	set := loadShipped(t)
	for format, words := range map[string]int{"baratin": 400, "baragouin": 1200, "analyse": 3000} {
		r := set.Validate(Submission{Format: format, Documents: []document.Document{good(words)}}, "fr")
		if r.Verdict != desk.Complete || !r.HasText || r.Title != "La ville en hiver" || r.Author != "Camille Martin" {
			t.Errorf("%s: %+v", format, r)
		}
		for _, f := range r.Findings {
			if f.Result != desk.Pass || f.Repair != "" || f.Where != "" || f.File != "texte.docx" || !strings.HasPrefix(f.Message, f.Label) {
				t.Errorf("%s: %+v", format, f)
			}
		}
	}
}

// TestLimitsAreExact tries both sides of every limit that ships.
func TestLimitsAreExact(t *testing.T) {
	set := loadShipped(t)
	sources := func(n int) func(*document.Document) {
		return func(d *document.Document) { d.Sources = slices.Repeat([]document.Source{goodSource}, n) }
	}
	abstract := func(n int) func(*document.Document) {
		return func(d *document.Document) { d.Abstract = strings.Repeat("mot ", n) }
	}
	sections := func(n int) func(*document.Document) { return func(d *document.Document) { d.Sections = n } }
	none := func(*document.Document) {}
	for _, tt := range []struct {
		format, criterion string
		words             int
		change            func(*document.Document)
		want              desk.Result
	}{
		{"baratin", "length", 249, none, desk.Fail},
		{"baratin", "length", 250, none, desk.Pass},
		{"baratin", "length", 800, none, desk.Pass},
		{"baratin", "length", 801, none, desk.Fail},
		{"baragouin", "length", 799, none, desk.Fail},
		{"baragouin", "length", 800, none, desk.Pass},
		{"baragouin", "length", 2000, none, desk.Pass},
		{"baragouin", "length", 2001, none, desk.Fail},
		{"analyse", "length", 1999, none, desk.Fail},
		{"analyse", "length", 2000, none, desk.Pass},
		{"analyse", "length", 6000, none, desk.Pass},
		{"analyse", "length", 6001, none, desk.Fail},
		{"baratin", "sources", 400, sources(1), desk.Fail},
		{"baratin", "sources", 400, sources(2), desk.Pass},
		{"baragouin", "sources", 900, sources(3), desk.Fail},
		{"baragouin", "sources", 900, sources(4), desk.Pass},
		{"analyse", "sources", 3000, sources(7), desk.Fail},
		{"analyse", "sources", 3000, sources(8), desk.Pass},
		{"analyse", "abstract", 3000, abstract(0), desk.Fail},
		{"analyse", "abstract", 3000, abstract(1), desk.Pass},
		{"analyse", "abstract", 3000, abstract(200), desk.Pass},
		{"analyse", "abstract", 3000, abstract(201), desk.Fail},
		{"analyse", "sections", 3000, sections(1), desk.Fail},
		{"analyse", "sections", 3000, sections(2), desk.Pass},
		{"baragouin", "sections", 900, sections(1), desk.Fail},
		{"baragouin", "sections", 900, sections(2), desk.Pass},
	} {
		r := set.Validate(Submission{Format: tt.format, Documents: with(tt.words, tt.change)}, "fr")
		f := find(t, r, tt.criterion)
		if f.Result != tt.want {
			t.Errorf("%s with %d words: %s is %s (measured %s), want %s", tt.format, tt.words, tt.criterion, f.Result, f.Measured, tt.want)
		}
		if r.Verdict != desk.Judge(r.Findings) {
			t.Errorf("the verdict %s is not that of the findings", r.Verdict)
		}
	}
}

// TestSentences reads every sentence that a failing or unknown criterion says.
func TestSentences(t *testing.T) {
	set := loadShipped(t)
	unreadable := []document.Document{{File: "texte.pdf", Type: document.PDF, Error: "not read", Fault: document.FaultType}}
	lone := Submission{Format: "analyse", Documents: []document.Document{good(3000)}, AttachedPictures: 1}
	broken := goodSource
	broken.Year, broken.URL = "", ""
	for _, tt := range []struct {
		name, lang string
		sub        Submission
		want       desk.Finding
	}{
		{"too short", "fr", Submission{Format: "baratin", Documents: with(212, func(*document.Document) {})}, desk.Finding{
			Criterion: "length", Level: desk.Required, Result: desk.Fail, Measured: "212", Limit: "250–800", File: "texte.docx", Label: "Nombre de mots",
			Message: "Votre texte compte 212 mots ; le format Baratin en demande de 250 à 800.",
			Repair:  "Ajoutez au moins 38 mots ; le titre, la bibliographie et les notes ne comptent pas.",
		}},
		{"too long", "fr", Submission{Format: "baragouin", Documents: with(2001, func(*document.Document) {})}, desk.Finding{
			Criterion: "length", Level: desk.Required, Result: desk.Fail, Measured: "2 001", Limit: "800–2 000", File: "texte.docx", Label: "Nombre de mots",
			Message: "Votre texte compte 2 001 mots ; le format Baragouin en demande de 800 à 2 000.",
			Repair:  "Retirez au moins 1 mot ; le titre, la bibliographie et les notes ne comptent pas.",
		}},
		{"too long, in English", "en", Submission{Format: "baragouin", Documents: with(2001, func(*document.Document) {})}, desk.Finding{
			Criterion: "length", Level: desk.Required, Result: desk.Fail, Measured: "2,001", Limit: "800–2,000", File: "texte.docx", Label: "Words",
			Message: "Your text has 2,001 words; the format Baragouin asks for 800 to 2,000.",
			Repair:  "Cut at least 1 word; the title, the bibliography and the notes do not count.",
		}},
		{"no source", "fr", Submission{Format: "baratin", Documents: with(400, func(d *document.Document) { d.Sources = nil })}, desk.Finding{
			Criterion: "sources", Level: desk.Required, Result: desk.Fail, Measured: "0", Limit: "≥ 2", File: "texte.docx", Label: "Sources",
			Message: "Nous n’avons trouvé aucune source dans votre texte ; le format Baratin en demande au moins 2.",
			Repair:  "Ajoutez-en au moins 2 à la fin du texte, sous le titre « Bibliographie » ou « Sources », une par ligne.",
		}},
		{"one source", "fr", Submission{Format: "baratin", Documents: with(400, func(d *document.Document) { d.Sources = d.Sources[:1] })}, desk.Finding{
			Criterion: "sources", Level: desk.Required, Result: desk.Fail, Measured: "1", Limit: "≥ 2", File: "texte.docx", Label: "Sources",
			Message: "Votre bibliographie compte 1 source ; le format Baratin en demande au moins 2.",
			Repair:  "Ajoutez-en au moins une à la fin du texte.",
		}},
		{"incomplete sources", "fr", Submission{Format: "analyse", Documents: with(3000, func(d *document.Document) {
			d.Sources = []document.Source{goodSource, broken, goodSource, {Text: "La ville", Title: "La ville", Year: "2025", Publisher: "Ici"}}
		})}, desk.Finding{
			Criterion: "sources_complete", Level: desk.Required, Result: desk.Fail, Measured: "2/4", File: "texte.docx", Label: "Sources complètes",
			Where:   "entrée 2 (année, lien ou éditeur) ; entrée 4 (auteur)",
			Message: "Certaines de vos sources sont incomplètes.",
			Repair:  "Donnez pour chacune l’auteur, l’année, le titre, et un lien ou l’éditeur.",
		}},
		{"incomplete sources, in English", "en", Submission{Format: "baratin", Documents: with(400, func(d *document.Document) { d.Sources = []document.Source{broken} })}, desk.Finding{
			Criterion: "sources_complete", Level: desk.Advice, Result: desk.Fail, Measured: "0/1", File: "texte.docx", Label: "Complete sources",
			Where:   "entry 1 (year, link or publisher)",
			Message: "Some of your sources are incomplete.",
			Repair:  "Give the author, the year, the title, and a link or the publisher of each.",
		}},
		{"no title", "fr", Submission{Format: "baratin", Documents: with(400, func(d *document.Document) { d.Title = "" })}, desk.Finding{
			Criterion: "title", Level: desk.Required, Result: desk.Fail, File: "texte.docx", Label: "Titre",
			Message: "Nous n’avons trouvé de titre ni dans votre texte ni dans l’objet de votre mail.",
			Repair:  "Écrivez-le en tête du texte, ou dans l’objet : « Baratin : votre titre ».",
		}},
		{"no name", "fr", Submission{Format: "baratin", Documents: with(400, func(d *document.Document) { d.Authors = nil })}, desk.Finding{
			Criterion: "author", Level: desk.Required, Result: desk.Fail, File: "texte.docx", Label: "Signature",
			Message: "Nous n’avons trouvé votre nom ni dans le texte ni dans votre mail.",
			Repair:  "Écrivez vos prénom et nom sous le titre, tels que vous souhaitez les voir publiés.",
		}},
		{"in English", "fr", Submission{Format: "baratin", Documents: with(400, func(d *document.Document) { d.Language = "en" })}, desk.Finding{
			Criterion: "language", Level: desk.Required, Result: desk.Fail, Measured: "anglais", Limit: "français", File: "texte.docx", Label: "Langue",
			Message: "Votre texte semble écrit en anglais ; le format Baratin se publie en français.",
			Repair:  "Envoyez-nous votre texte en français ; si nous nous trompons de langue, dites-le-nous en réponse.",
		}},
		{"in no language", "fr", Submission{Format: "baratin", Documents: with(400, func(d *document.Document) { d.Language = "" })}, desk.Finding{
			Criterion: "language", Level: desk.Required, Result: desk.Unknown, Limit: "français", File: "texte.docx", Label: "Langue",
			Message: "Nous n’avons pas reconnu la langue de votre texte ; la rédaction la vérifiera.",
		}},
		{"no abstract", "fr", Submission{Format: "analyse", Documents: with(3000, func(d *document.Document) { d.Abstract = "" })}, desk.Finding{
			Criterion: "abstract", Level: desk.Required, Result: desk.Fail, Measured: "0", Limit: "≤ 200 mots", File: "texte.docx", Label: "Résumé",
			Message: "Nous n’avons pas trouvé de résumé ; le format Analyse en demande un, de 200 mots au plus.",
			Repair:  "Ajoutez-le avant l’introduction, sous le titre « Résumé ».",
		}},
		{"a long abstract", "fr", Submission{Format: "analyse", Documents: with(3000, func(d *document.Document) { d.Abstract = strings.Repeat("mot ", 250) })}, desk.Finding{
			Criterion: "abstract", Level: desk.Required, Result: desk.Fail, Measured: "250", Limit: "≤ 200 mots", File: "texte.docx", Label: "Résumé",
			Message: "Votre résumé compte 250 mots ; le format Analyse en demande 200 au plus.",
			Repair:  "Retirez-en au moins 50 mots.",
		}},
		{"no heading", "fr", Submission{Format: "baragouin", Documents: with(900, func(d *document.Document) { d.Sections = 0 })}, desk.Finding{
			Criterion: "sections", Level: desk.Advice, Result: desk.Fail, Measured: "0", Limit: "≥ 2", File: "texte.docx", Label: "Intertitres",
			Message: "Nous n’avons trouvé aucun intertitre dans votre texte ; le format Baragouin en prévoit au moins 2.",
			Repair:  "Donnez un titre à chaque partie, avec les styles « Titre 1 » et « Titre 2 » de votre traitement de texte.",
		}},
		{"a picture without credit", "fr", Submission{Format: "analyse", Documents: with(3000, func(d *document.Document) { d.Credited = 1 })}, desk.Finding{
			Criterion: "pictures_credited", Level: desk.Required, Result: desk.Fail, Measured: "1/2", File: "texte.docx", Label: "Crédits des images",
			Message: "Une image au moins de votre texte n’a pas de crédit.",
			Repair:  "Ajoutez sous chaque image une légende qui dit d’où elle vient, comme dans « Photo : Prénom Nom, 2026 ».",
		}},
		{"a picture beside the text", "fr", lone, desk.Finding{
			Criterion: "pictures_credited", Level: desk.Required, Result: desk.Unknown, Measured: "2/2", File: "texte.docx", Label: "Crédits des images",
			Message: "Des images sont jointes à côté du texte : nous ne savons pas s’il les crédite ; la rédaction le vérifiera.",
		}},
		{"nothing", "fr", Submission{Format: "baratin"}, desk.Finding{
			Criterion: "readable", Level: desk.Required, Result: desk.Fail, Label: "Texte lisible",
			Message: "Nous n’avons trouvé aucun texte dans votre mail.",
			Repair:  "Joignez votre texte à votre réponse, de préférence en docx ou en odt ; vous pouvez aussi l’écrire dans le corps du mail.",
		}},
		{"nothing to count", "fr", Submission{Format: "baratin"}, desk.Finding{
			Criterion: "length", Level: desk.Required, Result: desk.Unknown, Limit: "250–800", Label: "Nombre de mots",
			Message: "Il n’y a pas encore de texte à vérifier.",
		}},
		{"a file that cannot be read", "fr", Submission{Format: "baratin", Documents: unreadable}, desk.Finding{
			Criterion: "readable", Level: desk.Required, Result: desk.Unknown, File: "texte.pdf", Label: "Texte lisible",
			Message: "« texte.pdf » est d’un type que nous ne savons pas lire.",
			Repair:  "Ouvrez-le avec le logiciel qui l’a créé, puis Fichier > Enregistrer sous ou Exporter > docx, odt ou PDF, et envoyez-nous ce fichier.",
		}},
		{"nothing to count in a file that cannot be read", "fr", Submission{Format: "baratin", Documents: unreadable}, desk.Finding{
			Criterion: "length", Level: desk.Required, Result: desk.Unknown, Limit: "250–800", File: "texte.pdf", Label: "Nombre de mots",
			Message: "Nous n’avons pas pu lire « texte.pdf » ; la rédaction s’en chargera.",
		}},
		{"two texts", "en", Submission{Format: "baratin", Documents: []document.Document{readable("a.docx", "un deux"), readable("b.odt", "trois quatre")}}, desk.Finding{
			Criterion: "length", Level: desk.Required, Result: desk.Unknown, Limit: "250–800", File: "a.docx, b.odt", Label: "Words",
			Message: "We found different texts, “a.docx” and “b.odt”; an editor will see which one you are submitting.",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := find(t, set.Validate(tt.sub, tt.lang), tt.want.Criterion)
			if inOrdinarySpaces(got) != inOrdinarySpaces(tt.want) {
				t.Errorf("\n got %+v\nwant %+v", got, tt.want)
			}
			if tt.lang == "fr" {
				checkTypography(t, got)
			}
		})
	}
}

func readable(file, text string) document.Document {
	d := good(400)
	d.File, d.Text = file, text
	if strings.HasSuffix(file, ".odt") {
		d.Type = document.ODT
	}
	return d
}

// inOrdinarySpaces is a finding with ordinary spaces, so that this file can be read.
func inOrdinarySpaces(f desk.Finding) desk.Finding {
	v := reflect.ValueOf(&f).Elem()
	for i := range v.NumField() {
		v.Field(i).SetString(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(v.Field(i).String()))
	}
	return f
}

// checkTypography: French spaces do not break before : ; ! ? » and after «, nor
// within a number, and its apostrophe is curved.
func checkTypography(t *testing.T, f desk.Finding) {
	t.Helper()
	for _, said := range []string{f.Label, f.Message, f.Repair, f.Where, f.Limit, f.Measured} {
		for _, bad := range []string{" :", " ;", " !", " ?", " »", "« ", "'", "...", "  "} {
			if strings.Contains(said, bad) {
				t.Errorf("%q holds %q", said, bad)
			}
		}
		runes := []rune(said)
		for i, r := range runes[:max(len(runes)-1, 0)] {
			if r == ' ' && i > 0 && unicode.IsDigit(runes[i-1]) && unicode.IsDigit(runes[i+1]) {
				t.Errorf("%q breaks within a number", said)
			}
		}
	}
}

func TestTitleAndAuthor(t *testing.T) {
	set := loadShipped(t)
	bare := with(400, func(d *document.Document) { d.Title, d.Authors = "", []string{} })
	r := set.Validate(Submission{Format: "baratin", Documents: bare, SubjectTitle: "La ville", SenderName: "Alex Petit"}, "fr")
	if r.Verdict != desk.Complete || r.Title != "La ville" || r.Author != "Alex Petit" {
		t.Errorf("%+v", r)
	}
	r = set.Validate(Submission{Format: "baratin", Documents: []document.Document{good(400)}, SubjectTitle: "Autre", SenderName: "Autre"}, "fr")
	if r.Title != "La ville en hiver" || r.Author != "Camille Martin" {
		t.Errorf("the mail's own words win over the document's: %+v", r)
	}
}

func TestUnknownFormat(t *testing.T) {
	r := loadShipped(t).Validate(Submission{Format: "sonnet", Documents: []document.Document{good(400)}}, "fr")
	if r.Verdict != desk.ToCheck || r.Findings == nil || len(r.Findings) != 0 || !r.HasText {
		t.Errorf("%+v", r)
	}
}

// TestUnknownIsNeverFail draws mails in which no text can be chosen and texts of
// which something cannot be told, in every order of attachments.
func TestUnknownIsNeverFail(t *testing.T) {
	set := loadShipped(t)
	formats := []string{"baratin", "baragouin", "analyse"}
	rapid.Check(t, func(t *rapid.T) {
		d := good(rapid.IntRange(0, 7000).Draw(t, "words"))
		d.Language = rapid.SampledFrom([]string{"", "fr", "en"}).Draw(t, "language")
		d.Sections = rapid.IntRange(0, 4).Draw(t, "sections")
		d.Sources = d.Sources[:rapid.IntRange(0, 8).Draw(t, "sources")]
		docs := []document.Document{d}
		unread := rapid.SampledFrom([]document.Type{document.PDF, document.DOC, document.RTF, document.DOCX, document.Other}).Draw(t, "type")
		doubtful := rapid.Bool().Draw(t, "doubtful")
		if doubtful {
			docs = append(docs, document.Document{File: "x", Type: unread, Error: "cannot be read", Fault: document.FaultType})
			docs = rapid.Permutation(docs).Draw(t, "order")
		}
		pictures := rapid.IntRange(0, 2).Draw(t, "pictures")
		r := set.Validate(Submission{
			Format: rapid.SampledFrom(formats).Draw(t, "format"), Documents: docs, AttachedPictures: pictures,
		}, "fr")
		for _, f := range r.Findings {
			unknowable := doubtful || f.Criterion == "language" && d.Language == "" || f.Criterion == "pictures_credited" && pictures > 0
			if (f.Result == desk.Unknown) != unknowable {
				t.Fatalf("%s is %s; cannot be told: %v", f.Criterion, f.Result, unknowable)
			}
			if f.Result == desk.Unknown && ((f.Repair != "") != (f.Criterion == readableName) || f.Message == "" || f.Message == f.Label) {
				t.Fatalf("%s does not say what is unsure: %+v", f.Criterion, f)
			}
		}
		if doubtful && r.Verdict != desk.ToCheck {
			t.Fatalf("the verdict is %s", r.Verdict)
		}
	})
}

// TestUnknownOnlyWhereItMatters: an expression whose result does not rest on
// what is unknown has that result.
func TestUnknownOnlyWhereItMatters(t *testing.T) {
	files := copyOfShipped(t)
	spoil(t, files, "criteria.yaml", "expect: document.language in limit.accepted", "expect: document.words < 300 || document.language in limit.accepted")
	set, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	for words, want := range map[int]desk.Result{299: desk.Pass, 300: desk.Unknown} {
		docs := with(words, func(d *document.Document) { d.Language = "" })
		if got := find(t, set.Validate(Submission{Format: "baratin", Documents: docs}, "fr"), "language").Result; got != want {
			t.Errorf("%d words in no language: %s, want %s", words, got, want)
		}
	}
}

// TestEvaluationThatFails: a division by zero, or a rule that costs too much, is
// the machine's trouble and not the student's.
func TestEvaluationThatFails(t *testing.T) {
	for name, expect := range map[string]string{
		"zero": "1000 / document.pictures > 3",
		"cost": fmt.Sprintf("[%[1]s].all(a, [%[1]s].all(b, [%[1]s].all(c, [%[1]s].all(d, a + b + c + d < document.words))))", strings.Repeat("1, ", 24)+"1"),
	} {
		files := copyOfShipped(t)
		spoil(t, files, "criteria.yaml", "expect: document.language in limit.accepted", "expect: >-\n    "+expect+" || document.language in limit.accepted && false")
		set, err := Load(files)
		if err != nil {
			t.Fatal(err)
		}
		docs := with(400, func(d *document.Document) { d.Pictures, d.Credited = 0, 0 })
		f := find(t, set.Validate(Submission{Format: "baratin", Documents: docs}, "fr"), "language")
		if f.Result != desk.Unknown {
			t.Errorf("%s: %+v, want unknown", name, f)
		}
	}
}

func TestValidateFromSeveralGoroutines(t *testing.T) {
	set := loadShipped(t)
	sub := Submission{Format: "analyse", Documents: []document.Document{good(1999)}}
	want := fmt.Sprint(set.Validate(sub, "fr"))
	done := make(chan string)
	for range 8 {
		go func() { done <- fmt.Sprint(set.Validate(sub, "fr")) }()
	}
	for range 8 {
		if got := <-done; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	set := loadShipped(b)
	sub := Submission{Format: "analyse", Documents: []document.Document{good(3000)}}
	b.ReportAllocs()
	for b.Loop() {
		set.Validate(sub, "fr")
	}
}

func BenchmarkLoad(b *testing.B) {
	files := copyOfShipped(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(files); err != nil {
			b.Fatal(err)
		}
	}
}
