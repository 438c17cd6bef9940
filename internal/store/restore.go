package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/failpoint"
)

// Restoration is how a backup is put in the place of a database.
type Restoration struct {
	Backup    string // a file that Backup wrote, or any whole copy of the database
	Database  string
	Mailboxes []string // what the desk watches; the backup may be older than a mailbox's first look
	Now       func() time.Time
}

// Restored is what Restore did.
type Restored struct {
	Contents           // of the backup
	Kept     string    // where the replaced database is now; "" where there was none
	Held     int       // notices that wait for the operator: they waited when the backup was made
	Next     []Block   // where references go on
	At       time.Time // mails that arrived before may have been answered
}

// Block says from which number on a year's references are given.
type Block struct {
	Prefix string
	Year   int
	From   int
}

// Restore puts a backup in the place of the database, on which nobody may run: a
// *HeldError else. The replaced one stays beside it, under a dated name.
//
// What the backup does not know has happened all the same: mails were answered, references
// given. So references and events go on in a new block, above whatever may have been given
// since (see ahead); notices that waited are held, since they have probably left; and each
// mailbox is to be searched for the mails that arrived since, whose notices are held too
// (Recovery). All of that is one transaction, and on the disk before the backup takes the
// database's name.
func Restore(ctx context.Context, r Restoration) (done Restored, err error) {
	defer told(&err)
	unlock, err := r.lock(ctx)
	if err != nil {
		return done, err
	}
	defer unlock()
	if done.Contents, err = Inspect(ctx, r.Backup); err != nil {
		return done, fmt.Errorf("the backup %s: %w", r.Backup, err)
	}
	if _, err = RemoveParts(filepath.Dir(r.Database), filepath.Base(r.Database), r.Now()); err != nil {
		return done, err
	}
	part, err := os.CreateTemp(filepath.Dir(r.Database), partOf(r.Database))
	if err != nil {
		return done, err
	}
	defer removeDatabase(part.Name())
	if err = errors.Join(part.Close(), Copy(ctx, r.Backup, part.Name())); err != nil {
		return done, err
	}
	if err = r.prepare(ctx, part.Name(), &done); err != nil {
		return done, fmt.Errorf("preparing the backup: %w", err)
	}
	if done.Kept, err = r.setAside(); err != nil {
		return done, fmt.Errorf("setting the old database aside: %w", err)
	}
	err = os.Rename(part.Name(), r.Database)
	failpoint.Hit("file", "restored")
	return done, errors.Join(err, syncFile(filepath.Dir(r.Database)))
}

// lock takes the database's lock, as far as there is anything to lock: what is to be
// replaced may be missing, or damaged beyond reading.
func (r Restoration) lock(ctx context.Context) (unlock func(), err error) {
	file, err := lockBeside(r.Database)
	last, errRead := r.holder(ctx)
	switch {
	case errors.Is(err, errLocked):
		return nil, &HeldError{last}
	case err != nil && !errors.Is(err, errors.ErrUnsupported):
		return nil, err
	}
	host, boot := thisMachine()
	if errRead == nil && last.Ended.IsZero() && !last.gone(r.Now(), host, boot, err == nil) {
		if file != nil {
			_ = file.Close() // nothing was written
		}
		return nil, &HeldError{last}
	}
	return func() {
		if file != nil {
			_ = file.Close() // nothing was written
		}
	}, nil
}

func (r Restoration) holder(ctx context.Context) (h Holder, err error) {
	if _, err := os.Stat(r.Database); err != nil {
		return h, err
	}
	pool, err := readOnly(r.Database)
	if err != nil {
		return h, err
	}
	defer pool.Close() //nolint:errcheck // nothing was written
	return lastHolder(ctx, pool)
}

// prepare makes the copy of a backup the desk's database, and brings it to the disk.
func (r Restoration) prepare(ctx context.Context, path string, done *Restored) error {
	known := r.known(ctx)
	db, err := Open(ctx, path, r.Now)
	if err != nil {
		return err
	}
	if err = db.restore(ctx, known, r.Mailboxes, done); err == nil {
		err = db.settleLog(ctx) // its log of writes does not come along
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := takeOwner(path, r.Database); err != nil {
		return err
	}
	return syncFile(path)
}

// setAside gives the old database, and what of it is still in its log of writes, a dated
// name; "" where there is none. The file goes first: one without its log of writes would
// be an older state of the desk, and pass for it. A log that a restore which was killed
// left alone goes too, since it would be taken for the new file's.
func (r Restoration) setAside() (kept string, err error) {
	name := r.Database + replaced + r.Now().UTC().Format("2006-01-02T150405.000Z")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		err := os.Rename(r.Database+suffix, name+suffix)
		failpoint.Hit("file", "set aside")
		switch {
		case err == nil && suffix == "":
			kept = name
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return "", err
		}
	}
	return kept, nil
}

// Vanished says whether a daemon ran on the database and its file is not there any more:
// it was lost, or a restore was killed half-way. Whoever makes a new one in its place
// gives the same references again.
func Vanished(path string) bool {
	_, gone := os.Stat(path)
	_, ran := os.Stat(besideOf(path))
	return errors.Is(gone, fs.ErrNotExist) && ran == nil
}

// replaced parts the name of a database from when it was replaced.
const replaced = ".replaced-"

func removeDatabase(path string) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal", ".lock"} {
		_ = os.Remove(path + suffix) // it is not there, or is worth nothing
	}
}

// known is what databases that are there beside the backup know of what was given: the
// one that is replaced, and those that were before. What cannot be read knows nothing.
func (r Restoration) known(ctx context.Context) (k known) {
	k.counted = counted{}
	old, _ := filepath.Glob(escapeGlob(r.Database) + replaced + "*Z")
	for _, path := range append(old, r.Database) {
		if !IsDatabase(path) {
			continue
		}
		pool, err := readOnly(path)
		if err != nil {
			continue
		}
		given, err := counters(ctx, pool)
		if err == nil {
			for key, last := range given {
				k.counted[key] = max(k.counted[key], last)
			}
		}
		if _, last, err := lastLink(ctx, pool); err == nil {
			k.lastEvent = max(k.lastEvent, last)
		}
		_ = pool.Close() // nothing was written
	}
	return k
}

type known struct {
	counted   counted
	lastEvent int64
}

// escapeGlob keeps a path from being a pattern.
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// block is what numbers are rounded up to, and how many a day may have been given at
// least.
const block = 1000

// ahead is the last number that counts as given, where last is the highest that is known:
// rounded up to the next thousand, and a thousand more for the day of the backup and for
// each that passed since; more where ten times the pace before the backup makes more.
func ahead(last int64, perDay float64, since time.Duration) int64 {
	days := int64(max(since, 0)/(24*time.Hour)) + 1
	return up(last) + max(days*block, up(int64(10*perDay*float64(days))))
}

// up rounds up to a block.
func up(n int64) int64 { return (n + block - 1) / block * block }

// restore makes the database the desk's again.
func (db *DB) restore(ctx context.Context, known known, mailboxes []string, done *Restored) error {
	now := db.now()
	done.At = now
	return db.transact(ctx, func(tx *transaction) error {
		var id int64
		perDay, err := casesADay(ctx, tx, done.Contents.At)
		if err != nil {
			return err
		}
		given, err := counters(ctx, tx)
		if err != nil {
			return err
		}
		since := now.Sub(done.Contents.At)
		floor := ahead(0, perDay, since)
		const restored = `INSERT INTO restores (at, backup_at, floor) VALUES (?, ?, ?) RETURNING id`
		if err := tx.QueryRowContext(ctx, restored, millis(now), millis(done.Contents.At), floor).Scan(&id); err != nil {
			return err
		}
		for key := range known.counted {
			given[key] = max(given[key], known.counted[key])
		}
		detail := map[string]string{"restore": number(id), "backup_at": done.Contents.At.UTC().Format(time.RFC3339), "floor": number(floor)}
		for _, key := range slices.SortedFunc(maps.Keys(given), counterKey.compare) {
			last := ahead(int64(given[key]), perDay, since)
			if err := raise(ctx, tx, key, last); err != nil {
				return err
			}
			detail[fmt.Sprintf("%s-%d", key.prefix, key.year)] = number(last)
			done.Next = append(done.Next, Block{key.prefix, key.year, int(last) + 1})
		}
		if done.Held, err = doubt(ctx, tx, now); err != nil {
			return err
		}
		if err := oweSearch(ctx, tx, id, mailboxes); err != nil {
			return err
		}
		detail["held"] = strconv.Itoa(done.Held)
		return db.leap(ctx, tx, desk.Event{At: now, Type: "restored", Detail: detail}, ahead(max(known.lastEvent, done.LastEvent), 10*perDay, since))
	})
}

func (k counterKey) compare(other counterKey) int {
	if c := strings.Compare(k.prefix, other.prefix); c != 0 {
		return c
	}
	return k.year - other.year
}

// casesADay is how many cases a day were opened in the month before.
func casesADay(ctx context.Context, q querier, until time.Time) (perDay float64, err error) {
	const days = 30
	var n int
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM cases WHERE opened_at > ?`, millis(until.AddDate(0, 0, -days))).Scan(&n)
	return float64(n) / days, err
}

func raise(ctx context.Context, tx *transaction, key counterKey, last int64) error {
	const query = `INSERT INTO reference_counters (prefix, year, last) VALUES (?1, ?2, ?3)
		ON CONFLICT DO UPDATE SET last = max(last, ?3)`
	_, err := tx.ExecContext(ctx, query, key.prefix, key.year, last)
	return err
}

// doubt takes back what the backup believes is still to be done: nobody runs on it, what
// waited to leave has probably left (its next try is on record as a repeat), today's
// digests too. It says how many notices it holds.
func doubt(ctx context.Context, tx *transaction, now time.Time) (held int, err error) {
	held, err = affected(tx.ExecContext(ctx, `UPDATE notices SET state = ?, held = ?, lease_until = 0, in_doubt = 1 WHERE state = ?`,
		desk.NoticeHeld, desk.DoubtWaited, desk.NoticeQueued))
	if err != nil {
		return 0, err
	}
	for _, query := range []string{`DELETE FROM holders`, `DELETE FROM copies`, `DELETE FROM recovered`} {
		if _, err := tx.ExecContext(ctx, query); err != nil {
			return 0, err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE digests SET slot_at = max(slot_at, ?)`, millis(now))
	return held, err
}

// oweSearch has each mailbox searched for what the backup does not know: those that it
// knows, and those that the desk watches, perhaps since after the backup.
func oweSearch(ctx context.Context, tx *transaction, restore int64, mailboxes []string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM recoveries`); err != nil {
		return err
	}
	const query = `INSERT INTO recoveries (mailbox, restore_id, uidvalidity, below_uid)
		SELECT address, ?, 0, 0 FROM mailboxes UNION SELECT value, ?, 0, 0 FROM json_each(?) WHERE value IS NOT NULL`
	_, err := tx.ExecContext(ctx, query, restore, restore, toJSON(mailboxes))
	return err
}

// leap adds the event of a restore to the log. Its number leaves room for those that were
// lost, which the site may have been told of: a number never means two things. The event
// says after which one it comes, so that nothing can be taken out under cover of it.
func (db *DB) leap(ctx context.Context, tx *transaction, e desk.Event, over int64) error {
	last, err := tx.lastLink(ctx)
	if err != nil {
		return err
	}
	e.Detail[leapt] = number(last.id)
	tx.put(link{ID: max(over, last.id) + 1, At: millis(e.At), Type: e.Type, Detail: toJSON(e.Detail)})
	return nil
}

// leapt is, in the event of a restore, the event that it comes after.
const leapt = "after"
