package intake_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/intake"
)

// counted is the real ledger, with the commits counted.
type counted struct {
	intake.Ledger
	commits int
}

func (c *counted) Together(ctx context.Context, n int, take func(int, desk.Page) error) (int, error) {
	c.commits++
	return c.Ledger.Together(ctx, n, take)
}

// BenchmarkFlow takes submissions into a real database with its syncs: one after the
// other, and in batches as the mailbox hands them on. The last figures are ratios.
func BenchmarkFlow(b *testing.B) {
	rate := map[int]float64{}
	for _, batch := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			s := open(b)
			ledger := &counted{Ledger: s.db}
			s.flow.Ledger = ledger
			b.ReportAllocs()
			spent, mails := processor(b), 0
			for b.Loop() {
				if mails++; mails%batch != 0 {
					continue
				}
				must(b, s.flow.Process(b.Context(), numbered(mails-batch, batch))())
			}
			mails -= mails % batch
			b.ReportMetric(float64(mails)/b.Elapsed().Seconds(), "mails/s")
			b.ReportMetric(float64(processor(b)-spent)/float64(max(mails, 1))/1e6, "cpu-ms/mail")
			b.ReportMetric(float64(ledger.commits)/float64(max(mails, 1)), "commits/mail")
			rate[batch] = float64(mails) / b.Elapsed().Seconds()
			b.ReportMetric(rate[batch]/rate[1], "x-of-one-by-one")
		})
	}
}

// BenchmarkAHeavyMail is one of 25 MB, with what is held at the end of it.
func BenchmarkAHeavyMail(b *testing.B) {
	s := open(b)
	var line strings.Builder
	for i := range 57 {
		line.WriteByte(byte('A' + i%26))
	}
	raw := []byte("From: a@example.fr\r\nSubject: Baratin : x\r\nMIME-Version: 1.0\r\nContent-Type: application/zip; name=x.zip\r\n" +
		"Content-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat(line.String()+"ABCDEFGHIJKLMNOPQRS\r\n", 25<<20/78))
	for b.Loop() {
		s.uid++
		must(b, s.flow.Process(b.Context(), []desk.Received{{Mailbox: contact, UIDValidity: 1, UID: s.uid, Raw: fmt.Appendf(nil, "X-N: %d\r\n%s", s.uid, raw)}})())
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapSys>>20), "MB-heap")
}

// numbered are n submissions from the given one on, each its own text.
func numbered(from, n int) (all []desk.Received) {
	for i := from; i < from+n; i++ {
		raw := mail{
			from: fmt.Sprintf("Ana <a%d@example.fr>", i), id: fmt.Sprintf("<%d@example.fr>", i),
			subject: fmt.Sprintf("Baratin : Le titre numéro %d", i), body: essay(i),
		}.raw()
		all = append(all, desk.Received{Mailbox: contact, UIDValidity: 1, UID: uint32(i + 1), Raw: raw})
	}
	return all
}

// processor is the processor time that this program has taken.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
