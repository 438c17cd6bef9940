package store_test

import (
	"bytes"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

func person(name string, addresses ...string) desk.Enrolment {
	return desk.Enrolment{By: desk.EnrolledByImport, Author: desk.Author{
		Name: name, Addresses: addresses, Registered: time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC),
	}}
}

// enrol enrols people and wants these fates.
func enrol(t *testing.T, db *store.DB, fates string, list ...desk.Enrolment) store.Enrolments {
	t.Helper()
	done, err := db.Enrol(t.Context(), list, nil, false)
	must(t, err)
	var got []string
	for _, p := range done.People {
		got = append(got, string(p.Fate))
	}
	if strings.Join(got, " ") != fates {
		t.Errorf("%v, want %s", got, fates)
	}
	return done
}

func TestEnrolling(t *testing.T) {
	db, c, _ := open(t)
	ctx := t.Context()
	enrol(t, db, "added added", person("Léa Martin", "lea@example.fr"), person("Tom Petit", "Tom@Example.fr"))
	events := countEvents(t, db)
	enrol(t, db, "unchanged unchanged", person("Léa Martin", "LEA@example.fr"), person("Tom Petit", "tom@example.fr"))
	if n := countEvents(t, db); n != events {
		t.Errorf("nothing changed, and %d events were written", n-events)
	}

	// Addresses are added and never taken away; the first stays where the desk writes.
	enrol(t, db, "changed unchanged", person("Léa Martin", "lea@example.org", "lea@example.fr"), person("Léa Martin", "lea@example.org"))
	// Nobody takes another one's address; then nothing at all is written.
	refused := enrol(t, db, "added refused refused", person("Zoé Roy", "zoe@example.fr"),
		person("Léa Martin", "lea@example.fr", "tom@example.fr"), person("Paul Roux", "tom@example.fr"))
	if o := refused.People[1].Owners; len(o) != 2 || o[0].Name != "Léa Martin" || o[1].Name != "Tom Petit" || !refused.Refused() {
		t.Errorf("owners %+v", o)
	}
	all, err := db.Authors(ctx)
	must(t, err)
	if len(all) != 2 || !slices.Equal(all[0].Addresses, []string{"lea@example.fr", "lea@example.org"}) {
		t.Errorf("on file %+v", all)
	}

	// A try is told as the deed is, and leaves nothing.
	if done, err := db.Enrol(ctx, []desk.Enrolment{person("Zoé Roy", "zoe@example.fr")}, nil, true); err != nil || done.People[0].Fate != desk.Added {
		t.Errorf("tried %+v, %v", done, err)
	}
	if n, _ := db.CountAuthors(ctx); n != 2 {
		t.Errorf("%d authors after a try", n)
	}

	// The answers keep their days, and an older list does not undo a later word.
	yes := person("Léa Martin", "lea@example.fr")
	yes.Author.Newsletter, yes.Author.NewsletterAt = desk.Yes, c.at.Add(-time.Hour)
	yes.Author.Consent, yes.Author.ConsentAt = "J’accepte.", c.at
	enrol(t, db, "changed", yes)
	enrol(t, db, "unchanged", yes)
	no := person("Léa Martin", "lea@example.fr")
	no.Author.Newsletter, no.Author.NewsletterAt = desk.No, c.at.Add(-2*time.Hour)
	enrol(t, db, "unchanged", no)
	no.Author.NewsletterAt = time.Time{} // said now
	enrol(t, db, "changed", no)
	all, _ = db.AuthorsCalled(ctx, "léa MARTIN")
	if a := all[0]; a.Newsletter != desk.No || !a.NewsletterAt.Equal(c.at) || a.Consent != "J’accepte." || !a.ConsentAt.Equal(c.at) {
		t.Errorf("on file %+v", a)
	}
	must(t, db.VerifyChain(ctx))
}

func TestMerging(t *testing.T) {
	db, c, path := open(t)
	ctx := t.Context()
	e := submission(t, db, 1, "lea@example.org")
	e.Case.Queue, e.Case.State = desk.QueueRegistration, desk.AwaitingRegistration
	must(t, db.Record(ctx, e))
	late := person("L. Martin", "lea@example.org", "martin@example.org")
	late.Author.Registered = late.Author.Registered.AddDate(0, 0, -3)
	late.Author.Newsletter, late.Author.NewsletterAt = desk.Yes, c.at
	enrol(t, db, "added added", person("Léa Martin", "lea@example.fr"), late)
	p := desk.Publication{
		Reference: "X-1", Format: "baratin", Title: "Un", On: c.at,
		Authors: []desk.Signatory{{Name: "L. Martin", Addresses: []string{"martin@example.org"}}},
	}
	_, err := db.Archive(ctx, []desk.Publication{p}, "BARA", time.UTC, false)
	must(t, err)

	one, _, err := db.MergeAuthors(ctx, "LEA@example.fr", "martin@example.org", nil)
	must(t, err)
	if one.Name != "Léa Martin" || !slices.Equal(one.Addresses, []string{"lea@example.fr", "lea@example.org", "martin@example.org"}) ||
		one.Newsletter != desk.Yes || one.Registered.Day() != 12 {
		t.Errorf("merged %+v", one)
	}
	works, err := db.PublicationsOf(ctx, one.ID)
	must(t, err)
	cases, err := db.SubmissionsOf(ctx, one.ID)
	must(t, err)
	if len(works) != 1 || works[0].Authors[0].AuthorID != one.ID || len(works[0].Authors[0].Addresses) != 3 || len(cases) != 1 || cases[0].Address != "lea@example.org" {
		t.Errorf("works %+v, cases %+v", works, cases)
	}
	for a, want := range map[string]error{"lea@example.org": desk.ErrNone, "nobody@example.fr": desk.ErrNotFound} {
		if _, _, err := db.MergeAuthors(ctx, "lea@example.fr", a, nil); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", a, err, want)
		}
	}
	must(t, db.VerifyChain(ctx))
	noPersonalData(t, path, "lea@", "martin", "Martin", "example.fr", "example.org", "J’accepte")
}

// noPersonalData looks for words in the log.
func noPersonalData(t *testing.T, path string, words ...string) {
	t.Helper()
	raw, err := sql.Open("sqlite", "file:"+strings.NewReplacer("%", "%25", "?", "%3f", " ", "%20").Replace(path))
	must(t, err)
	defer raw.Close()
	rows, err := raw.QueryContext(t.Context(), `SELECT type || ' ' || person || ' ' || detail FROM events`)
	must(t, err)
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var line string
		must(t, rows.Scan(&line))
		for _, word := range words {
			if strings.Contains(line, word) {
				t.Errorf("the log holds %q: %s", word, line)
			}
		}
	}
	must(t, rows.Err())
	if n == 0 {
		t.Error("the log is empty")
	}
}

func countEvents(t *testing.T, db *store.DB) int {
	t.Helper()
	events, err := db.History(t.Context(), 0)
	must(t, err)
	return len(events)
}

func TestAReleaseTellsTheStudent(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	e := submission(t, db, 1, "lea@example.fr")
	e.Case.Queue, e.Case.State, e.Queue = desk.QueueRegistration, desk.AwaitingRegistration, desk.QueueRegistration
	must(t, db.Record(ctx, e))
	var told []desk.Release
	tell := func(r desk.Release) (*desk.Notice, error) {
		told = append(told, r)
		return &desk.Notice{Kind: "released", Mailbox: r.Mailbox, Sender: r.Mailbox, Recipient: r.Case.Address, MessageID: "<r@example.org>", Bytes: []byte("x")}, nil
	}
	list := []desk.Enrolment{person("Léa", "lea@example.fr")}
	if done, err := db.Enrol(ctx, list, tell, true); err != nil || done.Released != 1 || told != nil {
		t.Errorf("tried %+v, %v; told %v", done, err, told)
	}
	failing := errors.New("no notice")
	if _, err := db.Enrol(ctx, list, func(desk.Release) (*desk.Notice, error) { return nil, failing }, false); !errors.Is(err, failing) {
		t.Errorf("a notice that fails: %v", err)
	}
	if n, _ := db.CountAuthors(ctx); n != 0 {
		t.Errorf("%d authors without the notice", n)
	}
	for want := 1; want >= 0; want-- {
		if done, err := db.Enrol(ctx, list, tell, false); err != nil || done.Released != want {
			t.Errorf("%+v, %v", done, err)
		}
	}
	if len(told) != 1 || told[0].Mailbox != contact || !bytes.Contains(told[0].Last, []byte("notice")) || told[0].Case.Queue != "baratin" {
		t.Errorf("told %+v", told)
	}
	notices, err := db.Notices(ctx, e.Case.ID)
	must(t, err)
	if len(notices) != 2 || notices[1].Kind != "released" || notices[1].State != desk.NoticeQueued {
		t.Errorf("notices %+v", notices)
	}
	// The mail was not moved yet: it goes where its text waits.
	if due, err := db.DueFilings(ctx, contact); err != nil || len(due) != 1 || due[0].Queue != "baratin" {
		t.Errorf("filings %+v, %v", due, err)
	}
}

func TestArchiving(t *testing.T) {
	db, _, path := open(t)
	ctx := t.Context()
	work := func(ref desk.Reference, title, url string) desk.Publication {
		return desk.Publication{
			Reference: ref, Format: "baratin", Title: title, URL: url, On: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
			Authors: []desk.Signatory{{Name: "Léa Martin", Addresses: []string{"lea@example.fr"}}, {Name: "Tom"}},
		}
	}
	first := submission(t, db, 1, "lea@example.fr") // 2026-1
	must(t, db.Record(ctx, first))
	list := []desk.Publication{
		work("", "Sans référence", "https://example.org/sans"), work(desk.NewReference("BARA", 2026, 9), "Neuf", ""),
		work("Bulletin/3", "Trois", ""), work(desk.NewReference("BARA", 2026, 7), "Sept", ""), work("", "Ni l’un ni l’autre", ""),
	}
	tried, err := db.Archive(ctx, list, "BARA", time.UTC, true)
	must(t, err)
	done, err := db.Archive(ctx, list, "BARA", time.UTC, false)
	must(t, err)
	for i, want := range []desk.Reference{desk.NewReference("BARA", 2026, 10), list[1].Reference, "Bulletin/3", list[3].Reference, desk.NewReference("BARA", 2026, 11)} {
		if done[i].Publication.Reference != want || done[i].Fate != desk.Added || tried[i].Publication.Reference != want {
			t.Errorf("%d: %+v, tried %+v; want %s", i, done[i], tried[i], want)
		}
	}
	again, err := db.Archive(ctx, list, "BARA", time.UTC, false)
	must(t, err)
	for _, a := range again {
		if a.Fate != desk.Unchanged {
			t.Errorf("again %+v", a)
		}
	}
	// No number that came in is ever given again.
	if next, err := db.Reserve(ctx, "BARA", 2026); err != nil || next != desk.NewReference("BARA", 2026, 12) {
		t.Errorf("the next reference is %s, %v", next, err)
	}
	for clash, p := range map[desk.Clash]desk.Publication{
		desk.ClashCase:    work(first.Case.Reference, "Une affaire", ""),
		desk.ClashPage:    work("Y-1", "Autre", "http://www.example.org/sans/"),
		desk.ClashDiffers: work("Bulletin/3", "Quatre", ""),
	} {
		refused, err := db.Archive(ctx, []desk.Publication{work("Z-1", "Bon", ""), p}, "BARA", time.UTC, false)
		if err != nil || refused[0].Fate != desk.Added || refused[1].Fate != desk.Refused || refused[1].Clash != clash {
			t.Errorf("%s: %+v, %v", clash, refused, err)
		}
	}
	all, err := db.Publications(ctx)
	must(t, err)
	if len(all) != len(list) {
		t.Errorf("%d publications, want %d", len(all), len(list))
	}
	for _, said := range []string{"bulletin 3", "Bulletin/3", " TROIS "} {
		found, err := db.PublicationsCalled(ctx, said)
		if err != nil || (len(found) == 1) != (said != "bulletin 3") {
			t.Errorf("%q finds %+v, %v", said, found, err)
		}
	}
	if found, err := db.PublicationsCalled(ctx, "HTTPS://Example.org/sans#haut"); err != nil || len(found) != 1 {
		t.Errorf("a page finds %+v, %v", found, err)
	}
	// A mail whose reference an import took meanwhile is not recorded under it.
	e := submission(t, db, 2, "lea@example.fr")
	if _, err := db.Archive(ctx, []desk.Publication{work(e.Case.Reference, "Entre-temps", "")}, "BARA", time.UTC, false); err != nil {
		t.Fatal(err)
	}
	if err := db.Record(ctx, e); err == nil {
		t.Error("a case and a publication bear one reference")
	}
	must(t, db.VerifyChain(ctx))
	noPersonalData(t, path, "Martin", "lea@", "Trois", "sans")
}
