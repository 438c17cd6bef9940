package outbox

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// counted is a queue that counts its syncs of the disk: a claim is one.
type counted struct {
	store.Outbox
	syncs int
}

func (c *counted) Exchange(ctx context.Context, settled []desk.Settled, claim desk.Claim) ([]desk.Letter, error) {
	letters, err := c.Outbox.Exchange(ctx, settled, claim)
	if len(letters) > 0 {
		c.syncs++
	}
	return letters, err
}

func (c *counted) Sync() error {
	c.syncs++
	return c.Outbox.Sync()
}

// BenchmarkOutbox sends letters from a real ledger to a server in memory: one
// operation is one letter of 4 KB.
func BenchmarkOutbox(b *testing.B) {
	sink := startRelay(b, relayOptions{security: Plain})
	at := time.Now()
	db, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "guichet.db"), func() time.Time { return at })
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	body := append([]byte("Subject: Re\r\n\r\n"), bytes.Repeat([]byte("Votre texte est bien arrivé, et voici ce que nous y avons lu.\r\n"), 64)...)
	for i := range b.N {
		err := db.CloseSlot(b.Context(), "a@example.org", at, &desk.Notice{
			Kind: "digest", Mailbox: "contact@example.org", Recipient: fmt.Sprintf("a%d@example.org", i),
			MessageID: fmt.Sprintf("<%d@example.org>", i), Bytes: body, At: at.Add(-time.Minute),
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	queue := &counted{Outbox: store.Outbox{DB: db, Mailboxes: []string{"contact@example.org"}, PerHour: 10, PerHourInAll: 300}}
	sender := newSender(sink.Address, queue)
	sender.Clock, sender.limits = func() time.Time { return at }, limits{}
	b.ResetTimer()
	sent, err := sender.Drain(b.Context())
	b.StopTimer()
	if err != nil || sent != b.N {
		b.Fatalf("sent %d of %d letters, %v", sent, b.N, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
	b.ReportMetric(float64(queue.syncs)/float64(b.N), "syncs/letter")
}
