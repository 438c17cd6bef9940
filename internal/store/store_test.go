package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

const contact = "contact@example.org"

// clock is a time that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func open(t *testing.T) (*store.DB, *clock, string) {
	t.Helper()
	c := &clock{time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	path := filepath.Join(t.TempDir(), "a % strange? name.db")
	db, err := store.Open(t.Context(), path, c.now)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return db, c, path
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// noticeBytes is the notice that answers the mail at a UID.
func noticeBytes(uid uint32) []byte {
	return fmt.Appendf(nil, "Message-ID: <n%d@example.org>\r\n\r\nnotice\r\n", uid)
}

// submission is the entry of a first mail: a case, a version, a notice.
func submission(t *testing.T, db *store.DB, uid uint32, address string) *desk.Entry {
	t.Helper()
	e := entry(uid, address)
	var err error
	e.Case.Reference, err = db.Reserve(t.Context(), "BARA", 2026)
	must(t, err)
	return e
}

// entry is a submission without its reference.
func entry(uid uint32, address string) *desk.Entry {
	raw := fmt.Appendf(nil, "From: %s\r\n\r\nmail %d\r\n", address, uid)
	return &desk.Entry{
		Received: desk.Received{Mailbox: contact, UIDValidity: 7, UID: uid, Raw: raw},
		Mail: desk.Mail{
			SHA256: sha256.Sum256(raw), MessageID: fmt.Sprintf("<%d@example.fr>", uid),
			FromAddress: address, Kind: desk.KindSubmission, Format: "baratin",
			Reason: desk.Because("format-first", "Baratin"), Flags: []string{"a"}, Ending: desk.Filed,
		},
		Case: &desk.Case{
			Kind: desk.KindSubmission, Format: "baratin", Queue: "baratin",
			State: desk.AwaitingEditor, Verdict: desk.Complete, Title: "Un titre", Author: "A. B.", Address: address,
			Reason: desk.Because("format-first", "Baratin"),
		},
		Version: &desk.Version{
			Format: "baratin", Verdict: desk.Complete, Words: 412,
			Findings: []desk.Finding{{Criterion: "length", Result: desk.Pass, Measured: "412", Message: "Longueur"}},
		},
		Notice: &desk.Notice{
			Kind: "receipt", Mailbox: contact, Sender: contact, Recipient: address,
			MessageID: fmt.Sprintf("<n%d@example.org>", uid), Bytes: noticeBytes(uid), Standing: desk.StandingOther,
		},
		Queue:  "baratin",
		Events: []desk.Event{{Type: "received", Person: address, Detail: map[string]string{"kind": "submission"}}},
	}
}

func TestRecordIsReadBackWhole(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	must(t, db.TakeOver(ctx, contact, desk.Position{UIDValidity: 7, LastUID: 3, Next: 4}))
	e := submission(t, db, 4, "lea@example.fr")
	must(t, db.Record(ctx, e))

	c, err := db.Case(ctx, e.Case.Reference)
	must(t, err)
	if c.Title != "Un titre" || c.Versions != 1 || c.Reason.Code != "format-first" || c.State != desk.AwaitingEditor {
		t.Errorf("case %+v", c)
	}
	versions, err := db.Versions(ctx, c.ID)
	must(t, err)
	if len(versions) != 1 || versions[0].Words != 412 || versions[0].Findings[0].Measured != "412" {
		t.Errorf("versions %+v", versions)
	}
	mails, err := db.Mails(ctx, c.ID)
	must(t, err)
	if len(mails) != 1 || mails[0].Ending != desk.Filed || mails[0].Flags[0] != "a" {
		t.Errorf("mails %+v", mails)
	}
	raw, err := db.Raw(ctx, mails[0].ID)
	must(t, err)
	if !bytes.Equal(raw, e.Received.Raw) {
		t.Errorf("raw %q", raw)
	}
	p, err := db.Position(ctx, contact)
	must(t, err)
	if p.LastUID != 4 || p.UIDValidity != 7 || p.Next != 4 {
		t.Errorf("position %+v", p)
	}
	waiting, err := db.Waiting(ctx, "baratin", "analyse")
	must(t, err)
	if len(waiting) != 1 || waiting[0].Reference != e.Case.Reference {
		t.Errorf("waiting %+v", waiting)
	}
	if other, _ := db.Waiting(ctx, "analyse"); len(other) != 0 {
		t.Errorf("waiting in another queue: %+v", other)
	}
	history, err := db.History(ctx, c.ID)
	must(t, err)
	if len(history) != 1 || history[0].Detail["kind"] != "submission" {
		t.Errorf("history %+v", history)
	}
}

// TestTheFileIsPrivate looks at every file that SQLite makes: they hold mails.
func TestTheFileIsPrivate(t *testing.T) {
	db, _, path := open(t)
	must(t, db.Record(t.Context(), submission(t, db, 1, "lea@example.fr")))
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	must(t, err)
	for _, file := range files {
		info, err := os.Stat(file)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v", file, info.Mode())
		}
	}
	if len(files) < 2 {
		t.Errorf("files: %v", files)
	}
}

func TestRecordIsWholeOrNothing(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	must(t, db.Record(ctx, submission(t, db, 1, "lea@example.fr")))
	broken := submission(t, db, 2, "tom@example.fr")
	broken.Notice.MessageID = "<n1@example.org>" // taken: the last write of all fails
	if err := db.Record(ctx, broken); err == nil {
		t.Fatal("a repeated Message-ID was taken")
	}
	if _, err := db.Case(ctx, broken.Case.Reference); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("the case of a failed record: %v", err)
	}
	p, err := db.Position(ctx, contact)
	must(t, err)
	if p.LastUID != 1 {
		t.Errorf("the position moved to %d", p.LastUID)
	}
	must(t, db.VerifyChain(ctx))
}

func TestLookup(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	e := submission(t, db, 1, "lea@example.fr")
	e.Mail.Identity = [32]byte{1}
	must(t, db.Record(ctx, e))
	ask := func(q desk.Question) desk.Knowledge {
		t.Helper()
		k, err := db.Lookup(ctx, q)
		must(t, err)
		return k
	}
	if k := ask(desk.Question{Received: e.Received}); !k.Recorded {
		t.Error("the same position is not known")
	}
	other := desk.Received{Mailbox: contact, UIDValidity: 7, UID: 2}
	if k := ask(desk.Question{Received: other, SHA256: e.Mail.SHA256}); k.Recorded || k.Repeats != e.Mail.ID {
		t.Errorf("the same bytes: %+v", k)
	}
	if k := ask(desk.Question{Received: other, Identity: e.Mail.Identity}); k.Repeats != e.Mail.ID {
		t.Errorf("the same identity: %+v", k)
	}
	if k := ask(desk.Question{Received: other, MessageID: e.Mail.MessageID}); !k.KnownMessageID || k.Repeats != 0 {
		t.Errorf("the same Message-ID: %+v", k)
	}
	if k := ask(desk.Question{Received: other, Thread: []string{"<x@y>", e.Notice.MessageID, "<z@y>"}}); k.Case == nil ||
		k.Case.Reference != e.Case.Reference {
		t.Errorf("a reply: %+v", k)
	}
	if k := ask(desk.Question{Received: other}); k.Recorded || k.Repeats != 0 || k.KnownMessageID || k.Case != nil {
		t.Errorf("nothing in common, no identity, no Message-ID: %+v", k)
	}
}

func TestRegistered(t *testing.T) {
	db, c, _ := open(t)
	ctx := t.Context()
	ask := func(address string) bool {
		k, err := db.Lookup(ctx, desk.Question{Address: address})
		must(t, err)
		return k.Registered
	}
	if !ask("lea@example.fr") {
		t.Error("with no author known, somebody waits")
	}
	authors := []desk.Enrolment{{Author: desk.Author{Name: "Léa", Addresses: []string{"Lea@Example.fr"}, Registered: c.at}}}
	for _, want := range []desk.Fate{desk.Added, desk.Unchanged} {
		if done, err := db.Enrol(ctx, authors, nil, false); err != nil || done.People[0].Fate != want {
			t.Errorf("%+v, %v; want %s", done, err, want)
		}
	}
	if !ask("lea@example.fr") || ask("tom@example.fr") {
		t.Error("who is registered is told wrongly")
	}
}

func TestARegistrationReleasesItsTexts(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	var refs []desk.Reference
	for i, address := range []string{"lea@example.fr", "tom@example.fr"} {
		e := submission(t, db, uint32(i+1), address)
		e.Case.Queue, e.Case.State = desk.QueueRegistration, desk.AwaitingRegistration
		must(t, db.Record(ctx, e))
		refs = append(refs, e.Case.Reference)
	}
	done, err := db.Enrol(ctx, []desk.Enrolment{{Author: desk.Author{Name: "Léa", Addresses: []string{"lea@example.fr"}}}}, nil, false)
	if err != nil || done.Released != 1 {
		t.Fatalf("%+v, %v", done, err)
	}
	lea, err := db.Case(ctx, refs[0])
	must(t, err)
	tom, err := db.Case(ctx, refs[1])
	must(t, err)
	if lea.Queue != "baratin" || lea.State != desk.AwaitingEditor || tom.Queue != desk.QueueRegistration {
		t.Errorf("lea %+v, tom %+v", lea, tom)
	}
	if history, _ := db.History(ctx, lea.ID); history[len(history)-1].Type != "released" {
		t.Errorf("history %+v", history)
	}
	must(t, db.VerifyChain(ctx))
}

func TestReferencesNeverRepeat(t *testing.T) {
	db, _, path := open(t)
	seen := map[desk.Reference]bool{}
	for range 50 {
		for year := 2026; year < 2028; year++ {
			ref, err := db.Reserve(t.Context(), "BARA", year)
			must(t, err)
			if seen[ref] {
				t.Fatalf("%s was given twice", ref)
			}
			seen[ref] = true
		}
	}
	again, err := store.Open(t.Context(), path, time.Now)
	must(t, err)
	defer again.Close()
	ref, err := again.Reserve(t.Context(), "BARA", 2026)
	must(t, err)
	if ref != desk.NewReference("BARA", 2026, 51) {
		t.Errorf("after a restart: %s", ref)
	}
}

func TestVersionsAreNeverOverwritten(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	first := submission(t, db, 1, "lea@example.fr")
	must(t, db.Record(ctx, first))
	second := submission(t, db, 2, "lea@example.fr")
	second.Case = first.Case
	second.Version.Words = 500
	must(t, db.Record(ctx, second))
	versions, err := db.Versions(ctx, first.Case.ID)
	must(t, err)
	if len(versions) != 2 || versions[0].Words != 412 || versions[1].Words != 500 || versions[1].Number != 2 {
		t.Errorf("versions %+v", versions)
	}
}

func TestFilings(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	e := submission(t, db, 1, "lea@example.fr")
	must(t, db.Record(ctx, e))

	// The mailbox is rebuilt before the mail was moved: it comes again, elsewhere.
	again := submission(t, db, 9, "lea@example.fr")
	again.Received.UIDValidity = 8
	again.Case, again.Version, again.Notice = nil, nil, nil
	again.Mail.Ending, again.Mail.Repeats, again.Queue = desk.Repeated, e.Mail.ID, desk.TrayRepeated
	must(t, db.Record(ctx, again))
	due, err := db.DueFilings(ctx, contact)
	must(t, err)
	if len(due) != 1 || due[0].UID != 9 || due[0].UIDValidity != 8 || due[0].Queue != "baratin" {
		t.Fatalf("due %+v", due)
	}
	for range 2 { // the second time does nothing
		must(t, db.Filed(ctx, due))
	}
	if due, _ := db.DueFilings(ctx, contact); len(due) != 0 {
		t.Errorf("still due: %+v", due)
	}
	if history, _ := db.History(ctx, e.Case.ID); len(history) != 2 || history[1].Type != "filed" {
		t.Errorf("history %+v", history)
	}
}

// TestAnOrderThatChangesUnderway: while a mail is moved to the folder of one queue, its
// author's registration comes. It is moved on from there.
func TestAnOrderThatChangesUnderway(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	e := submission(t, db, 1, "lea@example.fr")
	e.Case.Queue, e.Case.State, e.Queue = desk.QueueRegistration, desk.AwaitingRegistration, desk.QueueRegistration
	must(t, db.Record(ctx, e))
	due, err := db.DueFilings(ctx, contact)
	must(t, err)
	enrol(t, db, "added", person("Léa", "lea@example.fr"))
	due[0].ToUIDValidity, due[0].ToUID = 3, 5
	must(t, db.Filed(ctx, due))
	if due, _ := db.DueFilings(ctx, contact); len(due) != 0 {
		t.Errorf("still due from the watched folder: %+v", due)
	}
	on, err := db.DueRefilings(ctx, contact)
	must(t, err)
	if len(on) != 1 || on[0].Queue != "baratin" || on[0].Stands.Queue != desk.QueueRegistration || on[0].Stands.UID != 5 {
		t.Fatalf("to be moved on: %+v", on)
	}
	must(t, db.Copying(ctx, []desk.Filing{on[0].Filing}))
	begun, err := db.DueRefilings(ctx, contact)
	must(t, err)
	if !begun[0].Copying || begun[0].Stands != on[0].Stands {
		t.Errorf("once a copy was begun: %+v; want it noted, and %+v", begun[0], on[0].Stands)
	}
	must(t, db.Filed(ctx, []desk.Filing{on[0].Filing}))
	if on, _ := db.DueRefilings(ctx, contact); len(on) != 0 {
		t.Errorf("still to be moved on: %+v", on)
	}
}

func TestOutboxLeases(t *testing.T) {
	db, c, _ := open(t)
	ctx := t.Context()
	e := submission(t, db, 1, "lea@example.fr")
	must(t, db.Record(ctx, e))
	box := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 10}

	if _, err := (store.Outbox{DB: db, Mailboxes: []string{"other@example.org"}, PerHour: 10}).Claim(ctx, c.at, time.Minute); !errors.Is(err, desk.ErrNone) {
		t.Errorf("another mailbox's sender claims: %v", err)
	}
	l, err := box.Claim(ctx, c.at, time.Minute)
	must(t, err)
	if l.Recipient != "lea@example.fr" || !bytes.Equal(l.Bytes, noticeBytes(1)) || l.Attempts != 0 {
		t.Errorf("letter %+v", l)
	}
	if _, err := box.Claim(ctx, c.at, time.Minute); !errors.Is(err, desk.ErrNone) {
		t.Errorf("claimed twice: %v", err)
	}
	if _, err := box.Claim(ctx, c.at.Add(2*time.Minute), time.Minute); err != nil {
		t.Errorf("after the lease: %v", err)
	}
	must(t, box.Settle(ctx, l.ID, desk.Outcome{At: c.at, Next: c.at.Add(time.Hour), Reply: "450 later"}))
	if _, err := box.Claim(ctx, c.at.Add(time.Minute), time.Minute); !errors.Is(err, desk.ErrNone) {
		t.Errorf("claimed before it is due again: %v", err)
	}
	l, err = box.Claim(ctx, c.at.Add(time.Hour), time.Minute)
	must(t, err)
	if l.Attempts != 1 {
		t.Errorf("attempts %d", l.Attempts)
	}
	must(t, box.Settle(ctx, l.ID, desk.Outcome{At: c.at, Sent: true, Reply: "250 ok"}))
	notices, err := db.Notices(ctx, e.Case.ID)
	must(t, err)
	if notices[0].State != desk.NoticeSent || notices[0].SentAt.IsZero() || notices[0].Reply != "250 ok" {
		t.Errorf("notice %+v", notices[0])
	}
	if _, err := box.Claim(ctx, c.at.Add(9*time.Hour), time.Minute); !errors.Is(err, desk.ErrNone) {
		t.Errorf("claimed after it was sent: %v", err)
	}
}

func TestAtMostSoManyAnHour(t *testing.T) {
	db, c, _ := open(t)
	ctx := t.Context()
	for uid := range uint32(13) {
		must(t, db.Record(ctx, submission(t, db, uid+1, "loop@example.fr")))
	}
	must(t, db.Record(ctx, submission(t, db, 99, "lea@example.fr")))
	box := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 10}
	send := func() (sent map[string]int) {
		sent = map[string]int{}
		for {
			l, err := box.Claim(ctx, c.at, time.Minute)
			if errors.Is(err, desk.ErrNone) {
				return sent
			}
			must(t, err)
			must(t, box.Settle(ctx, l.ID, desk.Outcome{At: c.at, Sent: true}))
			sent[l.Recipient]++
		}
	}
	if sent := send(); sent["loop@example.fr"] != 10 || sent["lea@example.fr"] != 1 {
		t.Errorf("sent %v", sent)
	}
	if held, err := box.HeldBack(ctx); err != nil || held != 3 {
		t.Errorf("held back %d, %v", held, err)
	}
	c.at = c.at.Add(61 * time.Minute)
	if sent := send(); sent["loop@example.fr"] != 3 {
		t.Errorf("an hour later, sent %v", sent)
	}
}

func TestTheLogTellsEveryChange(t *testing.T) {
	ctx := t.Context()
	for name, harm := range map[string]string{
		"changed":    `UPDATE events SET detail = '{"kind":"other"}' WHERE id = 2`,
		"back-dated": `UPDATE events SET at = at - 1 WHERE id = 3`,
		"removed":    `DELETE FROM events WHERE id = 2`,
	} {
		t.Run(name, func(t *testing.T) {
			db, _, path := open(t)
			for uid := range uint32(4) {
				must(t, db.Record(ctx, submission(t, db, uid+1, "lea@example.fr")))
			}
			must(t, db.VerifyChain(ctx))
			raw, err := sql.Open("sqlite", "file:"+strings.NewReplacer("%", "%25", "?", "%3f", " ", "%20").Replace(path))
			must(t, err)
			defer raw.Close()
			if _, err := raw.ExecContext(ctx, harm); err == nil {
				t.Fatal("the database let an event change")
			}
			_, err = raw.ExecContext(ctx, `DROP TRIGGER events_never_change; DROP TRIGGER events_never_go; `+harm)
			must(t, err)
			if err := db.VerifyChain(ctx); err == nil {
				t.Error("nothing is told")
			}
		})
	}
}

func TestTheLogHoldsNoAddress(t *testing.T) {
	db, _, path := open(t)
	ctx := context.Background()
	must(t, db.Record(ctx, submission(t, db, 1, "lea@example.fr")))
	raw, err := sql.Open("sqlite", "file:"+strings.NewReplacer("%", "%25", "?", "%3f", " ", "%20").Replace(path))
	must(t, err)
	defer raw.Close()
	var n int
	must(t, raw.QueryRowContext(ctx, `SELECT count(*) FROM events WHERE person <> ''
		AND (person || detail) NOT LIKE '%lea%' AND (person || detail) NOT LIKE '%example%'`).Scan(&n))
	if n != 1 {
		t.Errorf("%d events with a pseudonym and no address, want 1", n)
	}
}

func TestDigestSlots(t *testing.T) {
	db, c, _ := open(t)
	ctx := t.Context()
	const editor = "redaction@example.org"
	slot, sent, err := db.DigestSlot(ctx, editor)
	if err != nil || !slot.IsZero() || !sent.IsZero() {
		t.Fatalf("before the first: %v, %v, %v", slot, sent, err)
	}
	must(t, db.CloseSlot(ctx, editor, c.at, &desk.Notice{
		Kind: "digest", Mailbox: contact, Sender: contact,
		Recipient: editor, MessageID: "<d@example.org>", Bytes: []byte("digest"), At: c.at,
	}))
	must(t, db.CloseSlot(ctx, editor, c.at.Add(24*time.Hour), nil)) // nothing waited
	slot, sent, err = db.DigestSlot(ctx, editor)
	must(t, err)
	if !slot.Equal(c.at.Add(24*time.Hour)) || !sent.Equal(c.at) {
		t.Errorf("slot %v, sent %v", slot, sent)
	}
}

func TestTally(t *testing.T) {
	db, c, _ := open(t)
	ctx := t.Context()
	must(t, db.Record(ctx, submission(t, db, 1, "lea@example.fr")))
	c.at = c.at.Add(time.Hour)
	must(t, db.Record(ctx, submission(t, db, 2, "lea@example.fr")))
	tally, err := db.Tally(ctx, c.at, c.at.Add(time.Second))
	must(t, err)
	if tally[desk.Filed] != 1 || tally.Received() != 1 {
		t.Errorf("tally %v", tally)
	}
}

func TestCopy(t *testing.T) {
	db, c, path := open(t)
	ctx := t.Context()
	e := submission(t, db, 1, "lea@example.fr")
	must(t, db.Record(ctx, e))
	copied := filepath.Join(filepath.Dir(path), "copy.db")
	must(t, store.Copy(ctx, path, copied))
	other, err := store.Open(ctx, copied, c.now)
	must(t, err)
	defer other.Close()
	must(t, other.Check(ctx))
	must(t, other.VerifyChain(ctx))
	if _, err := other.Case(ctx, e.Case.Reference); err != nil {
		t.Error(err)
	}
}
