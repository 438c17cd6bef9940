package store_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// trial is the entry of a trial by an address, forgotten a day later.
func trial(at time.Time, uid uint32, address string) *desk.Entry {
	raw := fmt.Appendf(nil, "From: %s\r\n\r\n%s\r\n", address, document())
	return &desk.Entry{
		Received: desk.Received{Mailbox: contact, UIDValidity: 7, UID: uid, Raw: raw},
		Mail: desk.Mail{
			SHA256: sha256.Sum256(raw), Identity: sha256.Sum256([]byte(address)), MessageID: fmt.Sprintf("<%d@example.fr>", uid),
			FromName: "Léa Secrète", FromAddress: address, Subject: "Essai baratin sur mes secrets", Kind: desk.KindCommand,
			Reason: desk.Because("command", "Essai"), Ending: desk.Answered, Flags: []string{"mistyped-reference: secrète"},
		},
		Notice: &desk.Notice{
			Kind: "trial", Mailbox: contact, Sender: contact, Recipient: address,
			MessageID: fmt.Sprintf("<n%d@example.org>", uid), Bytes: []byte("votre texte secret"),
		},
		Queue: desk.TrayAnswered, ErasedAt: at.Add(24 * time.Hour),
		Events: []desk.Event{{Type: "received", Person: address, Detail: map[string]string{"kind": "command"}}},
	}
}

// document is the bytes of an attachment: they fill pages of their own and cannot be
// compressed, so that they can be looked for.
func document() []byte {
	raw := make([]byte, 0, 32<<10)
	for i := range 1 << 10 {
		sum := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
		raw = append(raw, sum[:]...)
	}
	return raw
}

// sendAll sends what is due.
func sendAll(t *testing.T, db *store.DB, at time.Time) {
	t.Helper()
	box := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 10}
	for {
		l, err := box.Claim(t.Context(), at, time.Minute)
		if errors.Is(err, desk.ErrNone) {
			return
		}
		must(t, err)
		must(t, box.Settle(t.Context(), l.ID, desk.Outcome{At: at, Sent: true}))
	}
}

// fileAll files what is due, at UIDs of the folders.
func fileAll(t *testing.T, db *store.DB) {
	t.Helper()
	due, err := db.DueFilings(t.Context(), contact)
	must(t, err)
	for i := range due {
		due[i].ToUIDValidity, due[i].ToUID = 3, due[i].UID+100
	}
	must(t, db.Filed(t.Context(), due))
}

func TestATrialIsForgotten(t *testing.T) {
	db, clock, path := open(t)
	ctx := t.Context()
	first := trial(clock.at, 1, "lea@example.fr")
	must(t, db.Record(ctx, first))
	middle := string(document()[20_000:20_032])
	if raw, err := os.ReadFile(path + "-wal"); err != nil || !bytes.Contains(raw, []byte(middle)) {
		t.Fatalf("the document cannot be looked for as it is stored: %v", err)
	}
	again := trial(clock.at, 2, "lea@example.fr") // the same bytes once more
	again.Mail.Ending, again.Mail.Repeats, again.Notice, again.ErasedAt = desk.Repeated, first.Mail.ID, nil, time.Time{}
	again.Queue = desk.TrayRepeated
	must(t, db.Record(ctx, again))
	kept := submission(t, db, 3, "tom@example.fr")
	must(t, db.Record(ctx, kept))
	sendAll(t, db, clock.at)
	fileAll(t, db)

	clock.at = clock.at.Add(23 * time.Hour)
	if n, err := db.EraseDue(ctx); n != 0 || err != nil {
		t.Fatalf("an hour early, %d were forgotten, %v", n, err)
	}
	if due, _ := db.DueRemovals(ctx, contact); len(due) != 0 {
		t.Errorf("an hour early, to be removed: %+v", due)
	}
	clock.at = clock.at.Add(time.Hour)
	for i, want := range []int{2, 0} { // the second time does nothing
		if n, err := db.EraseDue(ctx); n != want || err != nil {
			t.Fatalf("round %d: %d forgotten, %v; want %d", i, n, err, want)
		}
	}
	for _, e := range []*desk.Entry{first, again} {
		if raw, err := db.Raw(ctx, e.Mail.ID); !errors.Is(err, desk.ErrErased) {
			t.Errorf("mail %d is still there: %q, %v", e.Mail.ID, raw, err)
		}
	}
	if raw, err := db.Raw(ctx, kept.Mail.ID); err != nil || !bytes.Equal(raw, kept.Received.Raw) {
		t.Errorf("a submission went along: %q, %v", raw, err)
	}
	due, err := db.DueRemovals(ctx, contact)
	must(t, err)
	if len(due) != 2 || due[0].UID != 101 || due[0].UIDValidity != 3 || due[0].SHA256 != first.Mail.SHA256 ||
		due[0].MessageID != "<1@example.fr>" || due[1].Queue != desk.TrayRepeated {
		t.Errorf("to be removed: %+v", due)
	}
	for range 2 {
		must(t, db.Removed(ctx, []int64{due[0].MailID, due[1].MailID}))
	}
	if due, _ = db.DueRemovals(ctx, contact); len(due) != 0 {
		t.Errorf("still to be removed: %+v", due)
	}
	// What stays: the sum, the identity, the log.
	tally, err := db.Tally(ctx, time.Time{}, clock.at)
	must(t, err)
	if tally.Received() != 3 || tally[desk.Answered] != 1 || tally[desk.Repeated] != 1 {
		t.Errorf("the sum is %+v", tally)
	}
	for name, q := range map[string]desk.Question{
		"its bytes": {SHA256: first.Mail.SHA256}, "its identity": {Identity: first.Mail.Identity},
	} {
		if k, err := db.Lookup(ctx, q); err != nil || k.Repeats != first.Mail.ID {
			t.Errorf("known by %s: %+v, %v", name, k, err)
		}
	}
	must(t, db.VerifyChain(ctx))
	must(t, db.Check(ctx))
	nothingOf(t, path, "Secrète", "mes secrets", "lea@example.fr", "texte secret", "<1@example.fr>", "secrète", middle)
}

// nothingOf looks for words in the database's files, byte by byte.
func nothingOf(t *testing.T, path string, words ...string) {
	t.Helper()
	for _, file := range []string{path, path + "-wal"} {
		raw, err := os.ReadFile(file)
		must(t, err)
		for _, word := range words {
			if bytes.Contains(raw, []byte(word)) {
				t.Errorf("%q still stands in %s", word, file)
			}
		}
	}
}

// TestAnAnswerThatHasNotLeft: a server that was down for a day gets the answer first.
func TestAnAnswerThatHasNotLeft(t *testing.T) {
	db, clock, _ := open(t)
	ctx := t.Context()
	e := trial(clock.at, 1, "lea@example.fr")
	must(t, db.Record(ctx, e))
	clock.at = clock.at.Add(25 * time.Hour)
	if n, err := db.EraseDue(ctx); n != 0 || err != nil {
		t.Fatalf("forgotten before it was answered: %d, %v", n, err)
	}
	if _, err := db.Raw(ctx, e.Mail.ID); !errors.Is(err, desk.ErrErased) {
		t.Errorf("the mail itself waits for its answer: %v", err)
	}
	if raw, err := db.NoticeBytes(ctx, e.Notice.ID); err != nil || len(raw) == 0 {
		t.Errorf("the answer is gone: %q, %v", raw, err)
	}
	sendAll(t, db, clock.at)
	clock.at = clock.at.Add(time.Hour)
	if n, err := db.EraseDue(ctx); n != 1 || err != nil {
		t.Errorf("forgotten once it was answered: %d, %v", n, err)
	}
	if raw, err := db.NoticeBytes(ctx, e.Notice.ID); err != nil || len(raw) != 0 {
		t.Errorf("the answer stays: %q, %v", raw, err)
	}
}
