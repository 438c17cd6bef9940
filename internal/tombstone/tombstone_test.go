package tombstone_test

import (
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/tombstone"
	builtin "github.com/bara-think-tank/guichet/rules"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func words(t testing.TB) *notice.Composer {
	t.Helper()
	templates, err := fs.Sub(builtin.FS, "notices")
	must(t, err)
	c, err := notice.New(templates, notice.Publication{Name: "BARA", Prefix: "BARA", Language: "fr", Languages: []string{"fr", "en"}})
	must(t, err)
	return c
}

var paris = time.FixedZone("CET", 3600)

func at(day int) time.Time { return time.Date(2026, 3, day, 23, 30, 0, 0, time.UTC) } // the next day in Paris

func publication(state desk.PublicationState) desk.Publication {
	return desk.Publication{
		Reference: "BARA-2026-0042-R", Format: "baratin", Title: "L’eau des villes : à qui la soif ?", On: at(1),
		URL: "https://bara.example.org/eau-des-villes", State: state, ChangedAt: at(9),
		Authors: []desk.Signatory{
			{Name: "Camille Rivière", Addresses: []string{"camille@example.fr"}}, {Name: "Noé <b>Petit</b>", Addresses: []string{"noe@example.fr"}},
		},
	}
}

var published = desk.PublicationChange{Event: 11, At: at(1), Act: desk.ActPublish, State: desk.StandsPublished}

// lives are the publications of the golden files: one for each kind of notice.
func lives() map[string][]desk.PublicationChange {
	concern := desk.PublicationChange{Event: 20, At: at(4), Act: desk.ActConcern, State: desk.StandsConcern, Category: "fabrication", Public: "Nous vérifions deux sources."}
	retract := desk.PublicationChange{
		Event: 31, At: at(8), Act: desk.ActRetract, State: desk.StandsRetracted, Category: "plagiarism",
		Public: "Deux pages sont reprises sans guillemets d’un rapport de 2019 ; <script>alert(1)</script> & Cie.",
	}
	return map[string][]desk.PublicationChange{
		"withdrawal": {published, {Event: 25, At: at(6), Act: desk.ActGrant, State: desk.StandsWithdrawn}},
		"concern":    {published, concern},
		"retraction": {published, concern, retract},
		"removal": {published, {
			Event: 40, At: at(9), Act: desk.ActRemove, State: desk.StandsRemoved, Category: "court-order", Public: "Une décision de justice l’impose.",
		}},
		"reinstatement": {published, concern, retract, {Event: 52, At: at(10), Act: desk.ActReinstate, State: desk.StandsPublished}},
	}
}

func TestGolden(t *testing.T) {
	w := words(t)
	for name, changes := range lives() {
		t.Run(name, func(t *testing.T) {
			stone, err := tombstone.New(publication(changes[len(changes)-1].State), changes, paris)
			must(t, err)
			stone.Lang = "fr"
			text, err := stone.Text(w, "fr", "en")
			must(t, err)
			fragment, err := stone.HTML(w, "fr", "en")
			must(t, err)
			record, err := stone.Record(w, "BARA", "fr", "en")
			must(t, err)
			written, err := json.MarshalIndent(record, "", "  ")
			must(t, err)
			golden(t, name+".txt", text)
			golden(t, name+".html", fragment)
			golden(t, name+".json", string(written)+"\n")
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if got != string(want) {
		t.Errorf("%s: got\n%s", name, got)
	}
}

// What stays stays in every form: the title, the authors, both dates, both
// identifiers; and what an author wrote never becomes markup.
func TestWhatStays(t *testing.T) {
	w := words(t)
	for name, changes := range lives() {
		stone, err := tombstone.New(publication(changes[len(changes)-1].State), changes, paris)
		must(t, err)
		for _, lang := range []string{"fr", "en"} {
			text, err := stone.Text(w, lang)
			must(t, err)
			fragment, err := stone.HTML(w, lang)
			must(t, err)
			stays := []string{
				w.Day(lang, stone.Publication.On.In(paris)), w.Day(lang, stone.Change.At.In(paris)), "Camille Rivière", "BARA-2026-0042-R",
				stone.ID(), "https://bara.example.org/eau-des-villes", "à qui la soif",
			}
			for form, whole := range map[string]string{"text": text, "html": fragment} {
				for _, said := range stays {
					if !strings.Contains(whole, said) {
						t.Errorf("%s, %s, %s: %q is missing in\n%s", name, lang, form, said, whole)
					}
				}
			}
			if strings.Contains(fragment, "<script") || strings.Contains(fragment, "<b>") || strings.Contains(text, "@") {
				t.Error(fragment)
			}
			_, err = html.ParseFragment(strings.NewReader(fragment), nil)
			must(t, err)
		}
	}
}

func TestWhatStandsHasNoNotice(t *testing.T) {
	for _, changes := range [][]desk.PublicationChange{nil, {published}} {
		if _, err := tombstone.New(publication(desk.StandsPublished), changes, paris); !errors.Is(err, tombstone.ErrStands) {
			t.Errorf("%v: %v", changes, err)
		}
	}
	// Of a change that the log does not know the notice is named by its day.
	stone, err := tombstone.New(publication(desk.StandsWithdrawn), nil, paris)
	must(t, err)
	if stone.ID() != "BARA-2026-0042-R/2026-03-10" || stone.URL() != "https://bara.example.org/eau-des-villes#notice-2026-03-10" {
		t.Errorf("%s, %s", stone.ID(), stone.URL())
	}
}

func TestADOIIsAnIdentifier(t *testing.T) {
	p := publication(desk.StandsWithdrawn)
	p.URL = "https://doi.org/10.5555/Eau.42"
	stone, err := tombstone.New(p, lives()["withdrawal"], paris)
	must(t, err)
	r, err := stone.Record(words(t), "BARA", "fr")
	must(t, err)
	if r.UpdateTo[0].DOI != "10.5555/eau.42" || r.Work.DOI != "10.5555/eau.42" {
		t.Errorf("%+v", r)
	}
}

// A site is told each change as it was, also once later ones are made.
func TestAnnounce(t *testing.T) {
	changes, p := lives()["reinstatement"], publication(desk.StandsPublished)
	for i, want := range []struct{ kind, state, update string }{
		{"published", "published", ""},
		{"concern", "concern", "expression_of_concern"},
		{"retracted", "retracted", "retraction"},
		{"reinstated", "published", "correction"},
	} {
		a, err := tombstone.Announce(words(t), p, changes, changes[i].Event, "BARA", paris, "fr", "fr", "en")
		must(t, err)
		if a.Event != changes[i].Event || a.Type != want.kind || a.State != want.state || a.Published != "2026-03-02" || len(a.Authors) != 2 {
			t.Errorf("%+v", a)
		}
		if (a.Tombstone == nil) != (want.update == "") || a.Tombstone != nil && a.Tombstone.Type != want.update {
			t.Errorf("%s: %+v", want.kind, a.Tombstone)
		}
		if a.Tombstone != nil && len(a.Tombstone.Work.UpdatedBy) != i {
			t.Errorf("%s knows %d changes", want.kind, len(a.Tombstone.Work.UpdatedBy))
		}
	}
	if _, err := tombstone.Announce(words(t), p, changes, 999, "BARA", paris, "fr", "fr"); !errors.Is(err, desk.ErrNotFound) {
		t.Error(err)
	}
}
