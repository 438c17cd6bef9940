package main

import (
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// TestWhatIsGoneIsCitedSo moves a publication from state to state, as decisions do,
// and cites it: it keeps its place, and every style says where it stands. An import
// of the same line changes nothing.
func TestWhatIsGoneIsCitedSo(t *testing.T) {
	w := embeddedTown(t)
	w.write("works.csv", "référence;format;titre;auteurs;date\nBulletin/2019-3;Baratin;Le bruit des cafés;Zoé Roy;01/04/2019\n")
	w.guichet("publications", "import", w.folder+"/works.csv")
	for _, state := range []struct {
		state desk.PublicationState
		mark  string
	}{
		{desk.StandsConcern, "[Avertissement]"},
		{desk.StandsWithdrawn, "[Retiré]"},
		{desk.StandsRetracted, "[Rétracté]"},
		{desk.StandsRemoved, "[Supprimé]"},
		{desk.StandsPublished, ""},
	} {
		stand(t, w, "Bulletin/2019-3", state.state)
		want := strings.Join(strings.Fields("(2019). "+state.mark+" Le bruit des cafés. BARA, Baratin. Référence Bulletin/2019-3."), " ")
		if cited := w.guichet("cite", "le bruit des cafes"); !strings.HasSuffix(strings.TrimSpace(cited), want) {
			t.Errorf("%s is cited %q", state.state, cited)
		}
		for _, format := range []string{"bibtex", "csl-json"} {
			cited := w.guichet("cite", "--format", format, "Bulletin/2019-3")
			if !strings.Contains(cited, state.mark+" Le bruit") && state.mark != "" || state.mark == "" && strings.Contains(cited, "[R") {
				t.Errorf("%s is cited %s", state.state, cited)
			}
		}
		if said := w.guichet("publications", "import", w.folder+"/works.csv"); !strings.Contains(said, "0 added, 1 unchanged") {
			t.Errorf("%s, imported again: %s", state.state, said)
		}
	}
}

// stand puts a publication into a state.
func stand(t *testing.T, w *town, ref desk.Reference, state desk.PublicationState) {
	t.Helper()
	db, err := store.Open(t.Context(), w.folder+"/guichet.db", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p, err := db.Publication(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	change := &desk.Change{Publication: &p, PublicationWas: p.State}
	p.State = state
	if err := db.Apply(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}
