package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/localmail"
	"github.com/bara-think-tank/guichet/internal/store"
)

// TestKilledAnywhere kills the desk at random moments until a mailbox is
// drained: no mail may be lost or recorded twice, and an answer that left twice
// must be the same answer.
func TestKilledAnywhere(t *testing.T) {
	const mails = 60
	users := []localmail.User{{Address: contact.Address, Password: contact.Password}}
	for i := range mails {
		users = append(users, localmail.User{Address: senderOf(i), Password: "p"})
	}
	servers, err := localmail.Start(users...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { servers.Close() })
	w := &town{t: t, folder: t.TempDir(), imap: servers.IMAP, log: func() string { return "" }}
	w.configure("security: none", fmt.Sprintf("server: %q, security: none", servers.SMTP))
	for i := range mails {
		raw := fmt.Appendf(nil, "From: %s\r\nMessage-ID: <%d@example.fr>\r\nSubject: Retrait baratin\r\n\r\nMail %d.\r\n", senderOf(i), i, i)
		if err := servers.Append(contact.Address, "INBOX", raw, time.Now()); err != nil {
			t.Fatal(err)
		}
	}

	kills := killUntilDrained(t, w, rand.New(rand.NewPCG(1, 2)))
	left, err := servers.Messages(contact.Address, "INBOX")
	if err != nil || len(left) != 0 {
		t.Errorf("%d mails are left in the mailbox, %v", len(left), err)
	}
	checkAfterKills(t, w, servers, mails)
	t.Logf("killed %d times", kills)
}

func senderOf(i int) string { return fmt.Sprintf("student%d@example.fr", i) }

// killUntilDrained starts the desk again and again and kills it after some
// milliseconds, each time about an eighth later, until one run ends by itself.
func killUntilDrained(t *testing.T, w *town, random *rand.Rand) (kills int) {
	t.Helper()
	for ; ; kills++ {
		cmd := exec.Command("guichet", "run", "--once", "--from", "all", "--config", filepath.Join(w.folder, "guichet.yaml"))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		grace := time.Duration(float64(20+random.IntN(60))*math.Pow(1.12, float64(kills))) * time.Millisecond
		timer := time.AfterFunc(grace, func() { _ = cmd.Process.Kill() })
		err := cmd.Wait()
		if timer.Stop() && err == nil {
			return kills
		}
		if kills > 80 {
			t.Fatalf("the desk does not come to an end: %v", err)
		}
	}
}

func checkAfterKills(t *testing.T, w *town, servers *localmail.Servers, mails int) {
	t.Helper()
	// A letter in hand when the desk was killed waits for its lease to end.
	later := func() time.Time { return time.Now().Add(24 * time.Hour) }
	db, err := store.Open(t.Context(), filepath.Join(w.folder, "guichet.db"), later)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.VerifyChain(t.Context()); err != nil {
		t.Error(err)
	}
	tally, err := db.Tally(t.Context(), time.Time{}, later())
	if err != nil || tally[desk.Filed] != mails || tally.Received() != mails {
		t.Errorf("the sum is %s, %v; want %d filed", sum(tally), err, mails)
	}
	box := store.Outbox{DB: db, Mailboxes: []string{contact.Address}, PerHour: 10}
	waiting, err := box.Queued(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	answered, repeated := 0, 0
	for i := range mails {
		found, err := servers.Messages(senderOf(i), "INBOX")
		if err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		for _, f := range found {
			m, err := email.Parse(f.Raw)
			if err != nil {
				t.Fatal(err)
			}
			ids[m.MessageID] = true
		}
		if len(ids) > 1 {
			t.Errorf("%s received %d different answers", senderOf(i), len(ids))
		}
		answered += min(len(found), 1)
		repeated += max(len(found)-1, 0)
	}
	if answered+waiting < mails {
		t.Errorf("%d answers arrived and %d wait: %d are lost", answered, waiting, mails-answered-waiting)
	}
	t.Logf("%d answered, %d wait for their lease, %d left twice", answered, waiting, repeated)
}
