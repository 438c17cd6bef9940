// Package monitor watches the desk for its operator: it raises alarms, says over HTTP
// how the desk fares, counts for Prometheus, and reports to systemd.
//
// What it serves, on an address that only the operator should reach:
//
//	/metrics  the figures, as Prometheus reads them
//	/healthz  200 while the program's loops are alive, else 503: start it anew
//	/readyz   200 while the desk does its work: the database can be written, every
//	          mailbox was read within 15 minutes, no letter has been due for longer;
//	          else 503 with the reasons
//
// It promises to name nobody: what is served and alarmed holds the publication's own
// addresses, names of servers, kinds, formats and numbers. It reads the ledger and takes
// no part in the work: no mail is slower for being counted.
package monitor

import (
	"context"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Patience is how long a mailbox may go unread, or a letter be due, before something
// is wrong.
const Patience = 15 * time.Minute

// Ledger is what the monitor reads.
type Ledger interface {
	// Vitals says how much waits.
	Vitals(ctx context.Context) (desk.Vitals, error)
	// Mark and News say what was recorded.
	Mark(ctx context.Context) (desk.Mark, error)
	News(ctx context.Context, since desk.Mark) (desk.News, error)
	// Probe writes something and waits until it is on the disk.
	Probe(ctx context.Context) error
}

// Alarms is where the operator is told.
type Alarms interface {
	// Raise says that something is wrong, as often as it is noticed.
	Raise(ctx context.Context, name, detail string)
	// Clear says that it is not, or no more.
	Clear(ctx context.Context, name string)
}

// Account is an SMTP account.
type Account struct {
	Server string
	// Late is since when a letter has been due that could have left; zero for none.
	Late func(ctx context.Context, now time.Time) (time.Time, error)
}
