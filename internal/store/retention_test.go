package store_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

const day = 24 * time.Hour

// secrets has the words that must be gone in everything that an entry holds.
func secrets(e *desk.Entry) *desk.Entry {
	e.Mail.FromName, e.Mail.Subject = "Léa Secrète", "Baratin : mes secrets"
	e.Case.Title, e.Case.Author = "Mes secrets", "Léa Secrète"
	e.Case.Reason = desk.Because("reply-stranger", "x", "Léa Secrète")
	e.Version.Title, e.Version.Author, e.Version.File = "Mes secrets", "Léa Secrète", "secrets.docx"
	e.Version.Findings[0].Message = "Votre texte sur mes secrets compte 412 mots"
	e.Notice.Bytes = append(e.Notice.Bytes, "Bonjour Léa Secrète\r\n"...)
	return e
}

var secretWords = []string{"Secrète", "es secrets", "secrets.docx", "lea@example.fr"}

// decline has a case declined, with a motive.
func decline(t *testing.T, db *store.DB, e *desk.Entry) {
	t.Helper()
	c := *e.Case
	c.State = desk.Declined
	must(t, db.Apply(t.Context(), &desk.Change{
		Case: &c, CaseWas: e.Case.State,
		Decision: &desk.Decision{CaseID: c.ID, Act: desk.ActDecline, Editor: "redaction@example.org", Motive: "Léa Secrète insiste"},
		Events:   []desk.Event{{Type: "decided", Detail: map[string]string{"act": "decline"}}},
	}))
}

// TestWhatIsKeptLongEnough: a case is forgotten once it is decided and its delay is
// over, and not a day before; what waits stays.
func TestWhatIsKeptLongEnough(t *testing.T) {
	db, clock, path := open(t)
	ctx := t.Context()
	keep := desk.Retention{Mails: 30 * day, Texts: 60 * day, Requests: 90 * day}
	declined := secrets(submission(t, db, 1, "lea@example.fr"))
	must(t, db.Record(ctx, declined))
	waits := submission(t, db, 2, "tom@example.fr")
	bearID(waits.Notice)
	must(t, db.Record(ctx, waits))
	machine := submission(t, db, 3, "robot@example.org")
	machine.Case, machine.Version, machine.Notice, machine.Queue = nil, nil, nil, desk.TrayAutomatic
	machine.Mail.Kind, machine.Mail.Ending = desk.KindAutomatic, desk.EndedAutomatic
	must(t, db.Record(ctx, machine))
	sendAll(t, db, clock.at)
	fileAll(t, db)
	decline(t, db, declined)

	for _, step := range []struct {
		after time.Duration
		mails int
	}{{29 * day, 0}, {day, 1}, {29 * day, 0}, {day, 1}, {400 * day, 0}} {
		clock.at = clock.at.Add(step.after)
		if n, err := db.Expire(ctx, contact, keep); n != step.mails || err != nil {
			t.Fatalf("at %s %d mails expired, %v; want %d", clock.at, n, err, step.mails)
		}
		if n, err := db.EraseDue(ctx); n != step.mails || err != nil {
			t.Fatalf("at %s %d mails were erased, %v; want %d", clock.at, n, err, step.mails)
		}
	}
	for _, e := range []*desk.Entry{declined, machine} {
		if _, err := db.Raw(ctx, e.Mail.ID); !errors.Is(err, desk.ErrErased) {
			t.Errorf("mail %d is still there: %v", e.Mail.ID, err)
		}
	}
	if raw, err := db.Raw(ctx, waits.Mail.ID); err != nil || !bytes.Equal(raw, waits.Received.Raw) {
		t.Errorf("a text that waits went along: %v", err)
	}
	if due, err := db.DueRemovals(ctx, contact); err != nil || len(due) != 2 {
		t.Errorf("to be removed from the mailbox: %+v, %v", due, err)
	}
	c, err := db.Case(ctx, declined.Case.Reference)
	must(t, err)
	if c.State != desk.Declined || c.Verdict != desk.Complete || c.Words != 412 || c.Title != "" || c.Reason.In("fr") == "" {
		t.Errorf("what stays is %+v", c)
	}
	decisions, err := db.Decisions(ctx, c.ID, 0)
	must(t, err)
	if len(decisions) != 1 || decisions[0].Act != desk.ActDecline || decisions[0].Motive != "" {
		t.Errorf("the decision is %+v", decisions)
	}
	allVerified(t, db)
	must(t, db.Removed(ctx, []int64{declined.Mail.ID, machine.Mail.ID}))
	nothingOf(t, path, secretWords...)
	if n, err := db.Expire(ctx, contact, desk.Retention{}); n != 0 || err != nil {
		t.Errorf("without delays %d expired, %v", n, err)
	}
}

func allVerified(t *testing.T, db *store.DB) {
	t.Helper()
	must(t, db.Verify(t.Context(), nil, func(v store.Verified) {
		if v.Fault != nil {
			t.Errorf("verify: %s: %v", v.What, v.Fault)
		}
	}))
}

// TestAPersonIsErased: what they wrote and who they are is gone; decisions, dates and
// the title of what was published stay, and the site hears of the other name.
func TestAPersonIsErased(t *testing.T) {
	db, clock, path := open(t)
	ctx := t.Context()
	enrolled, err := db.Enrol(ctx, []desk.Enrolment{person("Léa Secrète", "lea@example.fr")}, nil, false)
	must(t, err)
	author := enrolled.People[0].Author.ID
	first := secrets(submission(t, db, 1, "lea@example.fr"))
	first.Case.Title, first.Version.Title = "Un titre publié", "Un titre publié"
	must(t, db.Record(ctx, first))
	second := secrets(submission(t, db, 2, "lea@example.fr"))
	must(t, db.Record(ctx, second))
	third := submission(t, db, 3, "tom@example.fr")
	bearID(third.Notice)
	must(t, db.Record(ctx, third))
	p := publish(t, db, first, "https://bara.example.org/studio")
	signals := store.Signals{DB: db}
	told, err := signals.Claim(ctx, clock.at, time.Minute)
	must(t, err)
	must(t, signals.Settle(ctx, told.Event, desk.Outcome{At: clock.at, Sent: true}))

	wish := desk.Erasure{Author: author, Addresses: []string{"Lea@example.fr"}, Name: "auteur retiré"}
	done, err := db.Erase(ctx, wish, false)
	if err != nil || len(done.Waiting) != 1 || done.Waiting[0] != second.Case.Reference || done.Unsent != 2 {
		t.Fatalf("while a text waits: %+v, %v", done, err)
	}
	decline(t, db, second)
	sendAll(t, db, clock.at)
	if done, err = db.Erase(ctx, wish, true); err != nil || done.Refused() || done.Mails != 2 || len(done.Cases) != 2 || len(done.Publications) != 1 {
		t.Fatalf("tried: %+v, %v", done, err)
	}
	if raw, err := db.Raw(ctx, first.Mail.ID); err != nil || !bytes.Equal(raw, first.Received.Raw) {
		t.Fatalf("a try erased: %v", err)
	}
	if done, err = db.Erase(ctx, wish, false); err != nil || done.Refused() || done.Mails != 2 {
		t.Fatalf("erased: %+v, %v", done, err)
	}
	p2, err := db.Publication(ctx, p.Reference)
	must(t, err)
	if p2.Title != "Un titre publié" || !p2.On.Equal(p.On) || p2.Authors[0].Name != "auteur retiré" || len(p2.Authors[0].Addresses) != 0 {
		t.Errorf("the publication is %+v", p2)
	}
	if decisions, err := db.Decisions(ctx, second.Case.ID, 0); err != nil || len(decisions) != 1 {
		t.Errorf("the decisions are %+v, %v", decisions, err)
	}
	again, err := signals.Claim(ctx, clock.at, time.Minute)
	if err != nil || again.Event <= told.Event || again.Reference != p.Reference {
		t.Errorf("the site is told %+v, %v", again, err)
	}
	changes, err := db.PublicationChanges(ctx, p.ID)
	if err != nil || len(changes) != 1 || changes[0].Event != again.Event || changes[0].Act != desk.ActPublish {
		t.Errorf("the changes are %+v, %v", changes, err)
	}
	if all, err := db.Authors(ctx); err != nil || len(all) != 0 {
		t.Errorf("on file: %+v, %v", all, err)
	}
	if _, err := db.Erase(ctx, desk.Erasure{Addresses: []string{"lea@example.fr"}, Name: "x"}, false); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("the second time: %v", err)
	}
	allVerified(t, db)
	nothingOf(t, path, secretWords...)
}

// TestAGroundKeepsTheName: with a legal ground the signature stays, and the log says
// why.
func TestAGroundKeepsTheName(t *testing.T) {
	db, clock, _ := open(t)
	ctx := t.Context()
	e := submission(t, db, 1, "lea@example.fr")
	must(t, db.Record(ctx, e))
	p := publish(t, db, e, "https://bara.example.org/studio")
	sendAll(t, db, clock.at)
	wish := desk.Erasure{Addresses: []string{"lea@example.fr"}, Name: "auteur retiré", Ground: "archives"}
	if done, err := db.Erase(ctx, wish, false); err != nil || len(done.Publications) != 1 {
		t.Fatalf("erased: %+v, %v", done, err)
	}
	p2, err := db.Publication(ctx, p.Reference)
	must(t, err)
	if p2.Authors[0].Name != "Léa Martin" || len(p2.Authors[0].Addresses) != 0 {
		t.Errorf("the publication is signed %+v", p2.Authors)
	}
	events, err := db.History(ctx, e.Case.ID)
	must(t, err)
	if last := events[len(events)-1]; last.Type != "name_erased" || last.Detail["ground"] != "archives" {
		t.Errorf("the log says %+v", last)
	}
	allVerified(t, db)
}

// TestNothingOfAPersonStays looks where else a person may stand: in the parts of a large
// mail, the words of a report, and the digests that named them to the editors.
func TestNothingOfAPersonStays(t *testing.T) {
	db, clock, path := open(t)
	ctx := t.Context()
	e := secrets(submission(t, db, 1, "lea@example.fr"))
	e.Received.Raw = make([]byte, 1<<20)
	dice := rand.New(rand.NewPCG(1, 1))
	for i := range e.Received.Raw { // it cannot be packed: it is stored as it is
		e.Received.Raw[i] = byte(dice.Uint32())
	}
	e.Mail.SHA256 = sha256.Sum256(e.Received.Raw)
	must(t, db.Record(ctx, e))
	digest := &desk.Notice{
		Kind: "digest", Mailbox: contact, Sender: contact, Recipient: "redaction@example.org", MessageID: "<d1@example.org>",
		Bytes: []byte("Message-ID: <d1@example.org>\r\n\r\nLéa Secrète attend\r\n"), At: clock.at,
	}
	must(t, db.CloseSlot(ctx, "redaction@example.org", clock.at, digest))
	sendAll(t, db, clock.at)
	back := submission(t, db, 2, "mailer-daemon@example.net")
	back.Case, back.Version, back.Notice, back.Queue = nil, nil, nil, desk.TrayAutomatic
	back.Mail.Kind, back.Mail.Ending = desk.KindAutomatic, desk.EndedAutomatic
	back.Report = &desk.DeliveryReport{Failed: true, Status: "5.1.1", Words: "lea@example.fr is unknown here", MessageIDs: []string{e.Notice.MessageID}}
	back.Received.Raw = []byte("From: mailer-daemon@example.net\r\n\r\nlea@example.fr is unknown here\r\n")
	back.Mail.SHA256 = sha256.Sum256(back.Received.Raw)
	must(t, db.Record(ctx, back))
	if raw, err := os.ReadFile(path + "-wal"); err != nil || !bytes.Contains(raw, e.Received.Raw[600_000:600_032]) {
		t.Fatalf("a large mail cannot be looked for as it is stored: %v", err)
	}
	decline(t, db, e)
	clock.at = clock.at.Add(2 * time.Hour)

	done, err := db.Erase(ctx, desk.Erasure{Addresses: []string{"lea@example.fr"}, Name: "auteur retiré"}, false)
	if err != nil || done.Refused() {
		t.Fatalf("erased: %+v, %v", done, err)
	}
	_, err = db.EraseDue(ctx)
	must(t, err)
	allVerified(t, db)
	if _, err := db.Raw(ctx, back.Mail.ID); !errors.Is(err, desk.ErrErased) {
		t.Errorf("the report that names them is kept: %v", err)
	}
	nothingOf(t, path, append(secretWords, string(e.Received.Raw[600_000:600_032]))...)
}

// TestDigestsExpire: they name people, and are kept as long as mails are.
func TestDigestsExpire(t *testing.T) {
	db, clock, _ := open(t)
	ctx := t.Context()
	digest := &desk.Notice{
		Kind: "digest", Mailbox: contact, Sender: contact, Recipient: "redaction@example.org", MessageID: "<d1@example.org>",
		Bytes: []byte("Message-ID: <d1@example.org>\r\n\r\nLéa Secrète attend\r\n"), At: clock.at,
	}
	must(t, db.CloseSlot(ctx, "redaction@example.org", clock.at, digest))
	keep := desk.Retention{Mails: 30 * day}
	clock.at = clock.at.Add(31 * day)
	_, err := db.Expire(ctx, contact, keep)
	must(t, err)
	if raw, err := db.NoticeBytes(ctx, digest.ID); err != nil || len(raw) == 0 {
		t.Fatalf("a digest that has not left is gone: %v", err)
	}
	sendAll(t, db, clock.at)
	_, err = db.Expire(ctx, contact, keep)
	must(t, err)
	_, err = db.EraseDue(ctx)
	must(t, err)
	if raw, err := db.NoticeBytes(ctx, digest.ID); err != nil || len(raw) != 0 {
		t.Errorf("it is kept for ever: %q, %v", raw, err)
	}
	allVerified(t, db)
}
