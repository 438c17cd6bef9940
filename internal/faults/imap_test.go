package faults

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	guichetdesk "github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/faultproxy"
	"github.com/bara-think-tank/guichet/internal/localmail"
	"github.com/bara-think-tank/guichet/internal/realmail"
)

// seedsAServer is how many mailboxes one server and one ledger hold.
const seedsAServer = 200

// TestIMAP lets one connection of each desk meet a trouble that its seed draws (a cut at
// any byte, a black hole, wrong UIDs, sizes, UIDVALIDITY and literals, BYE, EXPUNGE within
// FETCH, missing folders, no MOVE, no UIDPLUS, over quota), and the next ones a sound
// server. Most servers are in memory; one in five is Dovecot.
func TestIMAP(t *testing.T) {
	if full {
		t.Parallel()
	}
	seeds := size(24, 10_000)
	r := begin(t, "IMAP: a lying, breaking server", seeds,
		"0 lost, 0 truncated mail kept as whole, 0 panics, the next mail taken")
	on := share(9)
	var troubles sync.Map
	astray := int64(0)
	for first := 0; first < seeds && on(); first += seedsAServer {
		n := min(seedsAServer, seeds-first)
		a := newArena(t, n, first/seedsAServer%5 == 1 || !full)
		next := atomic.Int64{}
		var workers sync.WaitGroup
		for range 2 * runtime.GOMAXPROCS(0) {
			workers.Go(func() {
				for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
					name := a.meet(r, i, uint64(first+i))
					troubles.Store(name, true)
					r.ran()
				}
			})
		}
		workers.Wait()
		a.close()
		astray += a.astray.Load()
		if len(r.misses) > 200 {
			break // enough to repair
		}
	}
	kinds := 0
	troubles.Range(func(any, any) bool { kinds++; return true })
	r.say("%d different troubles, %d of %d mails left where they were or filed as repeats", kinds, astray, 4*r.runs)
}

// arena is a server with a mailbox for each seed, and a ledger.
type arena struct {
	t       *testing.T
	office  *office
	ledger  *sql.DB
	server  string
	deliver func(to string, mail []byte) error
	folder  func(user, folder string) ([]localmail.Message, error)
	close   func()
	astray  atomic.Int64 // mails that do not stand in their queue's folder
}

func address(i int) string { return fmt.Sprintf("contact%d@example.org", i) }

func newArena(t *testing.T, mailboxes int, real bool) *arena {
	t.Helper()
	a := &arena{t: t, office: newOffice(t, time.Now), close: func() {}}
	var err error
	a.ledger, err = sql.Open("sqlite", "file:"+a.office.path+"?_pragma=busy_timeout(20000)")
	must(t, err)
	t.Cleanup(func() { _ = a.ledger.Close() })
	if real {
		var users []realmail.User
		for i := range mailboxes {
			users = append(users, realmail.User{Address: address(i), Password: password})
		}
		d := realmail.StartDovecot(t, users...)
		a.server, a.deliver = d.IMAP, d.Deliver
		a.folder = func(user, folder string) ([]localmail.Message, error) {
			return localmail.ReadFolder(d.IMAP, user, password, folder)
		}
		a.close = d.Stop
		return a
	}
	var users []localmail.User
	for i := range mailboxes {
		users = append(users, localmail.User{Address: address(i), Password: password})
	}
	s, err := localmail.Start(users...)
	must(t, err)
	a.server, a.folder = s.IMAP, s.Messages
	a.deliver = func(to string, mail []byte) error { return s.Append(to, "INBOX", mail, time.Now()) }
	a.close = func() { _ = s.Close() }
	return a
}

// meet is one seed: three mails and a trouble, then one more mail. It gives the
// trouble's name.
func (a *arena) meet(r *row, i int, seed uint64) string {
	user, trouble := address(i), faultproxy.Random(seed)
	proxy, err := faultproxy.Start(a.server, func(connection int) faultproxy.Trouble {
		if connection == 1 {
			return trouble
		}
		return faultproxy.Trouble{Hide: trouble.Hide}
	})
	if err != nil {
		r.miss("seed %d: %v", seed, err)
		return ""
	}
	defer proxy.Close()
	w := newWriter(a.t, fmt.Sprintf("s%d-", seed), seed)
	for range 3 {
		if err := a.deliver(user, w.submission()); err != nil {
			r.miss("seed %d: %v", seed, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	watcher := a.office.watcher(proxy.Address, user)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- fmt.Errorf("PANIC: %v", p)
			}
		}()
		done <- watcher.Run(ctx)
	}()
	all := func(n int) func() bool {
		return func() bool { return len(a.recorded(user)) >= n }
	}
	if !until(ctx, 30*time.Second, all(3)) {
		r.miss("seed %d (%s): LOST: %d of 3 mails are recorded after thirty seconds", seed, trouble.Name, len(a.recorded(user)))
	}
	if err := a.deliver(user, w.submission()); err != nil {
		r.miss("seed %d: %v", seed, err)
	}
	if !until(ctx, 30*time.Second, all(4)) {
		r.miss("seed %d (%s): LOST: the next mail is not recorded after thirty seconds", seed, trouble.Name)
	}
	proxy.Cut()                                      // a trouble that lasts ends with its connection
	weak := slices.Contains(trouble.Hide, "UIDPLUS") // then mails cannot be moved
	if !weak && !until(ctx, 30*time.Second, func() bool { return a.filed(user) }) {
		r.miss("seed %d (%s): mails are not filed after thirty seconds", seed, trouble.Name)
	}
	cancel()
	if err := <-done; err != nil {
		r.miss("seed %d (%s): %v", seed, trouble.Name, err)
	}
	a.judge(r, user, fmt.Sprintf("seed %d (%s)", seed, trouble.Name), 4, slices.Contains(trouble.Hide, "MOVE"))
	return trouble.Name
}

// recorded is the mails of a mailbox that are on record, by the hash of their bytes;
// those that came again are left out.
func (a *arena) recorded(user string) map[string]int {
	counts := map[string]int{}
	rows, err := a.ledger.QueryContext(context.Background(), `SELECT sha256 FROM mails WHERE mailbox = ? AND ending <> 'repeated'`, user)
	if err != nil {
		return counts
	}
	defer rows.Close()
	for rows.Next() {
		var s []byte
		if rows.Scan(&s) == nil {
			counts[string(s)]++
		}
	}
	_ = rows.Err() // it is asked again
	return counts
}

func (a *arena) filed(user string) bool {
	due, err := a.office.db.DueFilings(context.Background(), user)
	return err == nil && len(due) == 0
}

// queues are those whose folders a mail of these tests may stand in.
var queues = []guichetdesk.Queue{"baratin", guichetdesk.Queue(guichetdesk.Repeated), guichetdesk.QueueParked, guichetdesk.QueueToSort}

// judge compares the ledger with what stands in the folders: every mail there, whole,
// once. A mail that the server kept from being moved is in its INBOX still.
func (a *arena) judge(r *row, user, when string, mails int, copies bool) {
	recorded, stands := a.recorded(user), map[string]int{}
	folders := []string{"INBOX"}
	for _, q := range queues {
		folders = append(folders, a.office.set.Folder(q))
	}
	for i, folder := range folders {
		if i > 1 && len(stands) >= mails {
			break
		}
		found, err := a.folder(user, folder)
		if err != nil && !errors.Is(err, guichetdesk.ErrNotFound) {
			r.miss("%s: %v", when, err)
		}
		for _, m := range found {
			s := sha256.Sum256(m.Raw)
			stands[string(s[:])]++
			if i != 1 {
				a.astray.Add(1)
			}
		}
	}
	for s, n := range stands {
		if n > 1 && !copies {
			r.miss("%s: a mail stands %d times in the folders", when, n)
		}
		if recorded[s] != 1 {
			r.miss("%s: LOST: a mail in the mailbox is recorded %d times", when, recorded[s])
		}
	}
	for s := range recorded {
		if stands[s] == 0 {
			r.miss("%s: TRUNCATED: what is on record is no mail of the mailbox", when)
		}
	}
	if len(stands) != mails {
		r.miss("%s: LOST: %d mails stand in the mailbox, want %d", when, len(stands), mails)
	}
}
