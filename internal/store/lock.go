package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

const (
	// Beat is how often a daemon says that it is there.
	Beat = 10 * time.Second
	// Silence is how long a daemon on another machine may say nothing before its
	// database may be taken over.
	Silence = 6 * Beat
)

// Lock is the right to run the desk on a database. One process has it: on one machine the
// system sees to that, by a lock on a file beside the database which ends with the process;
// between machines, a row that is beaten every Beat. Each transaction of its DB looks whether
// the row is still its own, and fails with desk.ErrLockLost where it is not.
type Lock struct {
	// Predecessor is who had the lock before; nil on a database that nobody ran on.
	Predecessor *Holder
	// Unclean says that the predecessor died: what it had in hand may be half done.
	// Nothing else is half done, since what is recorded is recorded wholly.
	Unclean bool

	db    *DB
	token string
	lost  chan struct{} // a transaction found the row another's
}

// Holder is who has or had the lock of a database.
type Holder struct {
	Command string
	Host    string
	PID     int
	Since   time.Time // by that machine's clock
	Beat    time.Time // its last sign
	Ended   time.Time // zero while it runs, and where it died

	token, boot string
}

// Here says whether the holder is or was a process of this machine.
func (h Holder) Here() bool { return h.on(thisMachine()) }

func (h Holder) on(host, boot string) bool { return h.Host == host || h.boot != "" && h.boot == boot }

// HeldError says that the database is another daemon's. Holder is zero in the moment in
// which that one has not written its name yet.
type HeldError struct{ Holder Holder }

func (e *HeldError) Error() string {
	h := e.Holder
	if h.PID == 0 {
		return "another guichet has just begun to run on this database"
	}
	return fmt.Sprintf("%s runs on this database already: process %d on %s, since %s, last sign at %s",
		h.Command, h.PID, h.Host, h.Since.Format(time.RFC3339), h.Beat.Format(time.RFC3339))
}

// Lock takes the database for a daemon, whose name is told to who comes second; a
// *HeldError where another one has it. A predecessor that died on this machine is
// no hindrance; one on another machine is none after Silence. The lock ends by Release, or
// with the process.
func (db *DB) Lock(ctx context.Context, command string) (*Lock, error) {
	if db.held.Load() != nil {
		return nil, errors.New("the lock is held already by this very process")
	}
	sure, err := db.lockFile()
	if err != nil {
		return nil, err
	}
	l := &Lock{db: db, token: rand.Text(), lost: make(chan struct{}, 1)}
	err = db.transact(ctx, func(tx *transaction) error { return l.take(ctx, tx, command, sure) })
	if err != nil {
		return nil, errors.Join(err, db.unlockFile())
	}
	db.held.Store(l)
	return l, nil
}

// lockFile takes the lock beside the database. It says whether the system has such
// locks: then one that is free proves that nobody of this machine has it.
func (db *DB) lockFile() (sure bool, err error) {
	file, err := lockBeside(db.path)
	switch {
	case errors.Is(err, errLocked):
		last, err := lastHolder(context.Background(), db.read)
		if err != nil || !last.Ended.IsZero() {
			last = Holder{} // the one that holds it now has not written its name yet
		}
		return false, &HeldError{last}
	case errors.Is(err, errors.ErrUnsupported):
		return false, nil
	case err != nil:
		return false, storage(err)
	}
	db.lock = file
	return true, nil
}

func (db *DB) unlockFile() error {
	if db.lock == nil {
		return nil
	}
	err := db.lock.Close()
	db.lock = nil
	return err
}

// take makes the lock's row ours, where its holder is gone.
func (l *Lock) take(ctx context.Context, tx *transaction, command string, sure bool) error {
	host, boot := thisMachine()
	now := l.db.now()
	last, err := lastHolder(ctx, tx)
	switch {
	case errors.Is(err, desk.ErrNotFound):
	case err != nil:
		return err
	case last.Ended.IsZero() && !last.gone(now, host, boot, sure):
		return &HeldError{last}
	default:
		l.Predecessor, l.Unclean = &last, last.Ended.IsZero()
	}
	const query = `INSERT INTO holders (name, token, command, host, boot, pid, started_at, beat_at, ended_at)
		VALUES ('desk', ?1, ?2, ?3, ?4, ?5, ?6, ?6, 0)
		ON CONFLICT (name) DO UPDATE SET token = ?1, command = ?2, host = ?3, boot = ?4, pid = ?5, started_at = ?6, beat_at = ?6, ended_at = 0`
	_, err = tx.ExecContext(ctx, query, l.token, command, host, boot, os.Getpid(), millis(now))
	return err
}

// gone says whether a holder that has not ended is dead. The lock beside the file is
// ours: on the same machine that proves it. A clock that was set back makes no holder
// immortal.
func (h Holder) gone(now time.Time, host, boot string, sure bool) bool {
	return sure && h.on(host, boot) || now.Sub(h.Beat).Abs() > Silence
}

func lastHolder(ctx context.Context, q querier) (h Holder, err error) {
	const query = `SELECT token, command, host, boot, pid, started_at, beat_at, ended_at FROM holders WHERE name = 'desk'`
	err = q.QueryRowContext(ctx, query).Scan(&h.token, &h.Command, &h.Host, &h.boot, &h.PID, moment{&h.Since}, moment{&h.Beat}, moment{&h.Ended})
	if errors.Is(err, sql.ErrNoRows) {
		return h, desk.ErrNotFound
	}
	return h, err
}

// Holder is who runs or ran the desk last; desk.ErrNotFound where nobody did.
func (db *DB) Holder(ctx context.Context) (Holder, error) {
	h, err := lastHolder(ctx, db.read)
	return h, storage(err)
}

// Keep says every Beat that the daemon is there, until the context ends. Each time it tells
// how the file fares: the last desk.ErrStorage since, nil where everything could be written.
// A lock that another daemon took comes back as desk.ErrLockLost: by then the DB refuses
// to write.
func (l *Lock) Keep(ctx context.Context, tell func(error)) error {
	tick := time.NewTicker(Beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.lost:
			return desk.ErrLockLost
		case <-tick.C:
		}
		err := l.beat(ctx)
		switch {
		case errors.Is(err, desk.ErrLockLost):
			return err
		case ctx.Err() != nil:
			return nil
		}
		if missed := l.db.trouble.Swap(nil); missed != nil {
			err = *missed
		}
		tell(err)
	}
}

func (l *Lock) beat(ctx context.Context) error {
	return l.db.transact(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `UPDATE holders SET beat_at = ? WHERE token = ?`, millis(l.db.now()), l.token)
		return err
	})
}

// Release gives the lock back: the next daemon finds a clean end. To be called once
// nothing is in hand any more.
func (l *Lock) Release(ctx context.Context) error {
	err := l.db.transact(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `UPDATE holders SET beat_at = ?1, ended_at = ?1 WHERE token = ?2`, millis(l.db.now()), l.token)
		return err
	})
	l.db.held.Store(nil)
	return errors.Join(err, l.db.unlockFile())
}

// fence refuses a transaction of a daemon whose lock is another's by now. In it, since a
// transaction that writes is alone: nobody takes the lock before its end.
func (db *DB) fence(ctx context.Context, tx *transaction) error {
	l := db.held.Load()
	if l == nil {
		return nil
	}
	var ours bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM holders WHERE name = 'desk' AND token = ?)`, l.token).Scan(&ours)
	if err != nil || ours {
		return err
	}
	select {
	case l.lost <- struct{}{}:
	default: // Keep knows
	}
	return desk.ErrLockLost
}

// thisMachine is the name of this machine, and which start of its kernel this is: that
// is the same for all containers of one machine, whatever their names.
func thisMachine() (host, boot string) {
	host, _ = os.Hostname()
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return cmp.Or(host, "?"), strings.TrimSpace(string(id))
}

// besideOf names the file of the lock: one for all the names that a database has.
func besideOf(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path + ".lock"
}
