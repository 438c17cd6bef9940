package store_test

import (
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// A copy is due of what left, but not of a trial's answer nor of a token's bearer; each
// once, and not of what left long ago.
func TestDueCopies(t *testing.T) {
	db, c, _ := open(t)
	ctx := t.Context()
	plain := trial(c.at, 1, "lea@example.fr")
	plain.ErasedAt = time.Time{}
	secret := trial(c.at, 2, "noe@example.fr")
	secret.ErasedAt, secret.Notice.Secret = time.Time{}, true
	for _, e := range []*desk.Entry{plain, secret, trial(c.at, 3, "zoe@example.fr")} {
		must(t, db.Record(ctx, e))
	}
	due := func() []desk.Sent {
		t.Helper()
		list, err := db.DueCopies(ctx, contact)
		must(t, err)
		return list
	}
	if list := due(); len(list) != 0 {
		t.Errorf("copies of what has not left: %+v", list)
	}
	sendAll(t, db, c.at)
	list := due()
	if len(list) != 1 || list[0].MessageID != "<n1@example.org>" || string(list[0].Bytes) != "votre texte secret" || !list[0].At.Equal(c.at) {
		t.Fatalf("due: %+v; want the plain notice alone", list)
	}
	c.at = c.at.Add(31 * 24 * time.Hour)
	if list := due(); len(list) != 0 {
		t.Errorf("a month later: %+v", list)
	}
	c.at = c.at.Add(-31 * 24 * time.Hour)
	must(t, db.Copied(ctx, []int64{list[0].ID}))
	if list := due(); len(list) != 0 {
		t.Errorf("copied, and due again: %+v", list)
	}
}

// A refresh token is kept under the configured one that it replaces.
func TestRefreshTokens(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	first, second := sha256.Sum256([]byte("first")), sha256.Sum256([]byte("second"))
	must(t, db.KeepRefreshToken(ctx, "a", first, "one"))
	must(t, db.KeepRefreshToken(ctx, "a", first, "two"))
	for seed, want := range map[[32]byte]string{first: "two", second: ""} {
		if got, err := db.RefreshToken(ctx, "a", seed); err != nil || got != want {
			t.Errorf("kept: %q, %v; want %q", got, err, want)
		}
	}
	must(t, db.KeepRefreshToken(ctx, "a", second, "three"))
	if got, err := db.RefreshToken(ctx, "a", first); err != nil || got != "" {
		t.Errorf("of the configuration before: %q, %v; want none", got, err)
	}
}

// Which UIDs were recorded, and where copies may stand.
func TestRecordedAndCopying(t *testing.T) {
	db, c, _ := open(t)
	ctx := t.Context()
	for _, uid := range []uint32{3, 5} {
		e := trial(c.at, uid, "lea@example.fr")
		must(t, db.Record(ctx, e))
	}
	recorded, err := db.Recorded(ctx, contact, 7, []uint32{3, 4, 5})
	must(t, err)
	if len(recorded) != 2 || !recorded[3] || !recorded[5] {
		t.Errorf("recorded: %v; want 3 and 5", recorded)
	}
	if other, err := db.Recorded(ctx, contact, 8, []uint32{3}); err != nil || len(other) != 0 {
		t.Errorf("under another UIDVALIDITY: %v, %v", other, err)
	}
	due, err := db.DueFilings(ctx, contact)
	must(t, err)
	at5 := slices.IndexFunc(due, func(f desk.Filing) bool { return f.UID == 5 })
	if len(due) == 0 || at5 < 0 || due[at5].Copying || due[at5].Size == 0 {
		t.Fatalf("due: %+v", due)
	}
	copied := due[at5]
	copied.ToUIDValidity, copied.ToUID = 9, 12
	must(t, db.Copying(ctx, []desk.Filing{copied}))
	due, err = db.DueFilings(ctx, contact)
	must(t, err)
	if f := due[at5]; !f.Copying || f.ToUIDValidity != 9 || f.ToUID != 12 {
		t.Errorf("after a copy: %+v", f)
	}
}
