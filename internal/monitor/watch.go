package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

const (
	lookEvery = 30 * time.Second
	// probing is how long a write may take; SQLite waits ten seconds for another process.
	probing = 20 * time.Second
	// stuckLook is how long the watch itself may be silent: then the ledger's writer hangs.
	stuckLook = 3 * time.Minute
)

// Watch looks every half minute whether the desk does its work, and raises alarms
// where it does not. All fields must be set but Alarms; they are not changed after the
// first call.
type Watch struct {
	Ledger    Ledger
	Alarms    Alarms // nil: nobody is told
	Loops     *Loops
	Mailboxes []string // their addresses
	Accounts  []Account
	Space     func() (Space, error) // on the disk of the database
	Clock     func() time.Time
	Log       *slog.Logger

	mu     sync.Mutex
	began  time.Time
	reads  map[string]time.Time // when each mailbox was last wholly read
	faults map[string]error     // why it could not be since
	probed time.Time            // when the ledger was last written
	fault  error                // why it could not be
}

// Space is how much room a disk has, in bytes.
type Space struct{ Free, Total uint64 }

// short says whether little is left: less than 500 MB, or than a tenth and a GB.
func (s Space) short() bool {
	return s.Free < 500<<20 || s.Free < 1<<30 && s.Free < s.Total/10
}

// trouble is one thing that is wrong.
type trouble struct {
	alarm  string // the alarm's name
	why    string // for a program and who reads its answer
	detail string // for the operator, in French; "" for nothing to add
}

// Read says that everything was taken that a mailbox held.
func (w *Watch) Read(mailbox string) {
	now := w.Clock()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reads == nil {
		w.reads = map[string]time.Time{}
	}
	w.reads[mailbox] = now
	delete(w.faults, mailbox)
}

// Unread says why a mailbox could not be read.
func (w *Watch) Unread(mailbox string, why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.faults == nil {
		w.faults = map[string]error{}
	}
	w.faults[mailbox] = why
}

// LastRead is when a mailbox was last wholly read; zero for never in this run.
func (w *Watch) LastRead(mailbox string) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reads[mailbox]
}

// Run looks until the context ends.
func (w *Watch) Run(ctx context.Context) error {
	w.start()
	beat := w.Loops.Begin("the database's writer", stuckLook)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		w.Look(ctx)
		beat()
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (w *Watch) start() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.began.IsZero() {
		w.began = w.Clock()
	}
}

// Look looks once.
func (w *Watch) Look(ctx context.Context) {
	w.start()
	w.probe(ctx)
	v, err := w.Ledger.Vitals(ctx)
	if err != nil {
		w.failed(err)
	}
	if ctx.Err() != nil {
		return
	}
	w.tell(ctx, slices.Concat(w.troubles(), w.late(ctx), w.chores(v)))
}

// probe writes, and remembers what came of it.
func (w *Watch) probe(ctx context.Context) {
	patient, stop := context.WithTimeout(ctx, probing)
	defer stop()
	if err := w.Ledger.Probe(patient); err != nil {
		if ctx.Err() == nil {
			w.failed(err)
		}
		return
	}
	now := w.Clock()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.probed, w.fault = now, nil
}

func (w *Watch) failed(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fault = err
}

// troubles is a database that cannot be used, and mailboxes that are not read.
func (w *Watch) troubles() (all []trouble) {
	now := w.Clock()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fault != nil {
		all = append(all, trouble{"database", fmt.Sprintf("the database cannot be read or written: %v", w.fault), w.fault.Error()})
	}
	for _, m := range w.Mailboxes {
		last := w.reads[m]
		if last.Before(w.began) {
			last = w.began
		}
		if unread := now.Sub(last); unread >= Patience {
			one := trouble{
				"mailbox " + m, fmt.Sprintf("mailbox %s: not read for %v", m, unread.Round(time.Second)),
				fmt.Sprintf("pas de lecture complète depuis %d min", int(unread.Minutes())),
			}
			if why := w.faults[m]; why != nil {
				one.why, one.detail = one.why+": "+why.Error(), one.detail+" : "+why.Error()
			}
			all = append(all, one)
		}
	}
	return all
}

// late is the accounts whose letters do not leave.
func (w *Watch) late(ctx context.Context) (all []trouble) {
	now := w.Clock()
	for _, a := range w.Accounts {
		since, err := a.Late(ctx, now)
		if waits := now.Sub(since); err == nil && !since.IsZero() && waits >= Patience {
			all = append(all, trouble{
				"late " + a.Server, fmt.Sprintf("outbox %s: a letter has been due for %v", a.Server, waits.Round(time.Second)),
				fmt.Sprintf("la plus ancienne attend depuis %d min", int(waits.Minutes())),
			})
		}
	}
	return all
}

// chores is what the operator should see to, while the desk does its work.
func (w *Watch) chores(v desk.Vitals) (all []trouble) {
	// What cannot be read is the editors' to sort out.
	if v.Failing > 0 {
		all = append(all, trouble{
			"parked", fmt.Sprintf("mails parked by a fault of the desk: %d", v.Failing), fmt.Sprintf("mails mis de côté : %d", v.Failing),
		})
	}
	if space, err := w.Space(); err == nil && space.short() {
		all = append(all, trouble{
			"disk", fmt.Sprintf("the disk is nearly full: %d MB of %d MB are free", space.Free>>20, space.Total>>20),
			fmt.Sprintf("%d Mo libres sur %d Mo", space.Free>>20, space.Total>>20),
		})
	}
	return all
}

// tell raises what is wrong, and clears what is not.
func (w *Watch) tell(ctx context.Context, now []trouble) {
	if w.Alarms == nil {
		return
	}
	raised := map[string]bool{}
	for _, t := range now {
		w.Alarms.Raise(ctx, t.alarm, t.detail)
		raised[t.alarm] = true
	}
	for _, name := range w.names() {
		if !raised[name] {
			w.Alarms.Clear(ctx, name)
		}
	}
}

// names are the alarms that this watch raises. What an earlier run left is over when
// all is well now; of a mailbox that is known only once it was read.
func (w *Watch) names() []string {
	names := []string{"database", "disk", "parked"}
	for _, m := range w.Mailboxes {
		if !w.LastRead(m).IsZero() {
			names = append(names, "mailbox "+m)
		}
	}
	for _, a := range w.Accounts {
		names = append(names, "late "+a.Server)
	}
	return names
}

// Unready says why the desk cannot do its work; nothing where it can. A mailbox that
// was not read yet makes it unready from the start.
func (w *Watch) Unready(ctx context.Context) (reasons []string) {
	if _, err := w.Ledger.Vitals(ctx); err != nil {
		reasons = append(reasons, fmt.Sprintf("the database cannot be read: %v", err))
	}
	for _, t := range append(w.troubles(), w.late(ctx)...) {
		reasons = append(reasons, t.why)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.probed.IsZero() && w.fault == nil {
		reasons = append(reasons, "the database was not written yet")
	}
	for _, m := range w.Mailboxes {
		if w.reads[m].IsZero() && w.Clock().Sub(w.began) < Patience {
			reasons = append(reasons, fmt.Sprintf("mailbox %s: not read yet", m))
		}
	}
	return reasons
}
