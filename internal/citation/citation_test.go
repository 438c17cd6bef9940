package citation

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

func TestNames(t *testing.T) {
	for signed, want := range map[string]struct {
		name   Name
		french string
		bibTeX string
	}{
		"Léa Martin":             {Name{Given: "Léa", Family: "Martin"}, "Martin, L.", "Martin, Léa"},
		"Martin, Léa":            {Name{Given: "Léa", Family: "Martin"}, "Martin, L.", "Martin, Léa"},
		"Léa MARTIN":             {Name{Given: "Léa", Family: "Martin"}, "Martin, L.", "Martin, Léa"},
		"LE GALL-PETIT Anne":     {Name{Given: "Anne", Family: "Le Gall-Petit"}, "Le Gall-Petit, A.", "{Le Gall-Petit}, Anne"},
		"Jean-Pierre Marie Roux": {Name{Given: "Jean-Pierre Marie", Family: "Roux"}, "Roux, J.-P. M.", "Roux, Jean-Pierre Marie"},
		"Charles de Gaulle":      {Name{Given: "Charles", Particle: "de", Family: "Gaulle"}, "Gaulle, C. de", "de Gaulle, Charles"},
		"Charles de GAULLE":      {Name{Given: "Charles", Particle: "de", Family: "Gaulle"}, "Gaulle, C. de", "de Gaulle, Charles"},
		"Gaulle, Charles de":     {Name{Given: "Charles", Particle: "de", Family: "Gaulle"}, "Gaulle, C. de", "de Gaulle, Charles"},
		"Jean de La Fontaine":    {Name{Given: "Jean", Particle: "de", Family: "La Fontaine"}, "La Fontaine, J. de", "de {La Fontaine}, Jean"},
		"Joachim du Bellay":      {Name{Given: "Joachim", Family: "du Bellay"}, "du Bellay, J.", "{du Bellay}, Joachim"},
		"Inès d'Ormesson":        {Name{Given: "Inès", Particle: "d’", Family: "Ormesson"}, "Ormesson, I. d’", "{d’Ormesson}, Inès"},
		"Anneke van der Berg":    {Name{Given: "Anneke", Family: "van der Berg"}, "van der Berg, A.", "{van der Berg}, Anneke"},
		"Nour Ben Salah":         {Name{Given: "Nour", Family: "Ben Salah"}, "Ben Salah, N.", "{Ben Salah}, Nour"},
		"Élodie Petit":           {Name{Given: "Élodie", Family: "Petit"}, "Petit, É.", "Petit, Élodie"},
		"Collectif Sud & Nord":   {Name{Literal: "Collectif Sud & Nord"}, "Collectif Sud & Nord", `{Collectif Sud \& Nord}`},
		"La rédaction":           {Name{Literal: "La rédaction"}, "La rédaction", "{La rédaction}"},
		"Zoé":                    {Name{Literal: "Zoé"}, "Zoé", "{Zoé}"},
	} {
		n := ParseName(signed)
		if n != want.name || strings.ReplaceAll(n.french(), noBreak, " ") != want.french || n.bibTeX() != want.bibTeX {
			t.Errorf("%s: %+v, %q, %q", signed, n, n.french(), n.bibTeX())
		}
	}
}

func work() Work {
	return Work{
		Reference: "BARA-2026-0042-R", Format: "Analyse", Title: "L'eau des villes : à qui la soif ?",
		Authors: []string{"Léa Martin", "Tom Petit", "Charles de Gaulle"}, On: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		URL: "https://bara.example.org/analyses/eau", Publisher: "BARA", Language: "fr", State: desk.StandsPublished,
	}
}

func TestFrench(t *testing.T) {
	w := work()
	want := "Martin,\u00a0L., Petit,\u00a0T. et Gaulle,\u00a0C.\u00a0de (2026). L’eau des villes\u00a0: à qui la soif\u202f? BARA, Analyse. https://bara.example.org/analyses/eau"
	if got := w.French(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	w.Authors, w.Title, w.URL, w.State = w.Authors[:1], "Dire « non »", "", desk.StandsWithdrawn
	want = "Martin,\u00a0L. (2026). [Retiré] Dire «\u00a0non\u00a0». BARA, Analyse. Référence BARA-2026-0042-R."
	if got := w.French(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestBibTeX(t *testing.T) {
	w := work()
	w.Title, w.State = `50 % de {TVA} & \b_c ~ $5 #1 ^`, desk.StandsRetracted
	want := `@misc{bara-2026-0042-r,
  author       = {Martin, Léa and Petit, Tom and de Gaulle, Charles},
  title        = {{[Rétracté] 50 \% de {\textbraceleft}TVA{\textbraceright} \& {\textbackslash}b\_c {\textasciitilde} \$5 \#1 {\textasciicircum}}},
  year         = {2026},
  month        = mar,
  howpublished = {BARA, Analyse},
  url          = {https://bara.example.org/analyses/eau},
  note         = {Référence BARA-2026-0042-R. Texte rétracté par la rédaction.}
}
`
	if got := w.BibTeX(); got != want {
		t.Errorf("got %s", got)
	}
	w.Reference = "Revue/2019 n° 3"
	if !strings.HasPrefix(w.BibTeX(), "@misc{revue-2019-n--3,\n") {
		t.Error(w.BibTeX())
	}
}

// TestEveryStateSaysSo looks for the mark of each state in each style.
func TestEveryStateSaysSo(t *testing.T) {
	for _, state := range desk.PublicationStates {
		w := work()
		w.State = state
		csl, err := w.CSL()
		if err != nil {
			t.Fatal(err)
		}
		for style, text := range map[string]string{"French": w.French(), "BibTeX": w.BibTeX(), "CSL-JSON": string(csl)} {
			marked := strings.Contains(text, "[") && marks[state] != "" && strings.Contains(text, "["+marks[state]+"]")
			if marked != (state != desk.StandsPublished) {
				t.Errorf("%s of what is %s: %s", style, state, text)
			}
		}
	}
}

// TestCSLIsOfItsSchema checks the keys and types that csl-data.json (CSL 1.0.2)
// knows of an item.
func TestCSLIsOfItsSchema(t *testing.T) {
	strs := []string{"id", "type", "language", "title", "container-title", "publisher", "genre", "number", "URL", "status", "note"}
	for _, state := range desk.PublicationStates {
		w := work()
		w.State, w.Authors = state, append(w.Authors, "Collectif Sud")
		text, err := w.CSL()
		if err != nil {
			t.Fatal(err)
		}
		var items []map[string]any
		if err := json.Unmarshal(text, &items); err != nil || len(items) != 1 {
			t.Fatalf("%v: %s", err, text)
		}
		for key, value := range items[0] {
			_, isString := value.(string)
			if slices.Contains(strs, key) != isString || !isString && key != "author" && key != "issued" {
				t.Errorf("%s is %v", key, value)
			}
		}
		for _, name := range items[0]["author"].([]any) {
			for part, value := range name.(map[string]any) {
				if !slices.Contains([]string{"family", "given", "non-dropping-particle", "literal"}, part) || value == "" {
					t.Errorf("author %v", name)
				}
			}
		}
		if got := fmt.Sprintln(items[0]["issued"], items[0]["type"], items[0]["number"]); got != "map[date-parts:[[2026 3 1]]] webpage BARA-2026-0042-R\n" {
			t.Error(got)
		}
	}
}

// FuzzBibTeX gives any title and name: the braces of the entry are balanced, and
// nothing stands outside it.
func FuzzBibTeX(f *testing.F) {
	f.Add("L'eau {", "Léa d’")
	f.Add("}\\", "d'")
	f.Add("x", "de ,  de")
	f.Fuzz(func(t *testing.T, title, author string) {
		w := work()
		w.Title, w.Authors, w.URL = title, []string{author}, "https://example.org/"+title
		depth := 0
		text := strings.TrimSuffix(w.BibTeX(), "\n")
		for i, r := range text {
			switch r {
			case '{':
				depth++
			case '}':
				depth--
			}
			if depth < 0 || depth == 0 && i > len("@misc") && i < len(text)-1 {
				t.Fatalf("braces of %s", text)
			}
		}
		if depth != 0 {
			t.Fatalf("braces of %s", text)
		}
		w.French()
		if _, err := w.CSL(); err != nil {
			t.Fatal(err)
		}
	})
}
