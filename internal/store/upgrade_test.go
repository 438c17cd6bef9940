package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// TestTheFirstSchemaIsBroughtUpToDate opens a database as the first version
// wrote it. testdata/first.sql is a dump of one and is never made again: every
// later schema must read it.
func TestTheFirstSchemaIsBroughtUpToDate(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "first.db")
	dump, err := os.ReadFile("testdata/first.sql")
	must(t, err)
	old, err := sql.Open("sqlite", path)
	must(t, err)
	_, err = old.ExecContext(ctx, string(dump))
	must(t, err)
	must(t, old.Close())

	db, err := store.Open(ctx, path, time.Now)
	must(t, err)
	defer db.Close()
	must(t, db.Check(ctx))
	must(t, db.VerifyChain(ctx))
	ref := desk.NewReference("BARA", 2026, 1)
	c, err := db.Case(ctx, ref)
	must(t, err)
	versions, err := db.Versions(ctx, c.ID)
	must(t, err)
	if c.Versions != 2 || c.Address != "lea@example.fr" || versions[1].Words != 500 || versions[0].Findings[0].Measured != "412" {
		t.Errorf("case %+v, versions %+v", c, versions)
	}
	mails, err := db.Mails(ctx, c.ID)
	must(t, err)
	raw, err := db.Raw(ctx, mails[0].ID)
	must(t, err)
	if len(mails) != 2 || string(raw) != "From: lea@example.fr\r\n\r\nmail 1\r\n" {
		t.Errorf("%d mails, the first %q", len(mails), raw)
	}
	p, err := db.Position(ctx, contact)
	must(t, err)
	if p.LastUID != 2 || p.UIDValidity != 7 {
		t.Errorf("position %+v", p)
	}
	if k, err := db.Lookup(ctx, desk.Question{Address: "tom@example.fr", Thread: []string{"<n2@example.org>"}}); err != nil ||
		k.Registered || k.Case == nil || k.Case.Reference != ref {
		t.Errorf("looked up %+v, %v", k, err)
	}
	if due, err := db.DueRemovals(ctx, contact); err != nil || len(due) != 0 {
		t.Errorf("something old is to be deleted: %+v, %v", due, err)
	}
	if next, err := db.Reserve(ctx, "BARA", 2026); err != nil || next != desk.NewReference("BARA", 2026, 3) {
		t.Errorf("the next reference is %s, %v", next, err)
	}
	authors, err := db.Authors(ctx)
	must(t, err)
	if len(authors) != 1 || authors[0].Name != "Léa" || !slices.Equal(authors[0].Addresses, []string{"lea@example.fr"}) ||
		authors[0].Registered.UnixMilli() != 1772355600000 || authors[0].Newsletter != desk.NotAsked || authors[0].Consent != "" {
		t.Errorf("authors %+v", authors)
	}
	cases, err := db.SubmissionsOf(ctx, authors[0].ID)
	must(t, err)
	if len(cases) != 1 || cases[0].Reference != ref {
		t.Errorf("cases of Léa %+v", cases)
	}
	said := desk.Enrolment{Author: desk.Author{Name: "Léa Martin", Addresses: []string{"lea@example.org", "lea@example.fr"}}}
	if done, err := db.Enrol(ctx, []desk.Enrolment{said}, nil, false); err != nil || done.People[0].Fate != desk.Changed ||
		!slices.Equal(done.People[0].Author.Addresses, []string{"lea@example.fr", "lea@example.org"}) {
		t.Errorf("enrolled %+v, %v", done, err)
	}
	fileAll(t, db)
	e := submission(t, db, 3, "zoe@example.fr") // the tables that are new take what is new
	must(t, db.Record(ctx, e))
	must(t, db.VerifyChain(ctx))
}
