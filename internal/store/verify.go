package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Verified is what one check of Verify came to.
type Verified struct {
	What  string // of what kind the check is: "file", "log", "mails"…
	Found string // what was looked at, where nothing is wrong
	Fault error  // the first thing that is wrong; nil for nothing
}

// Verify checks everything that is on record, one kind after another, and hands on
// what each came to. It changes nothing and may run beside a desk that does. The step
// is called for each raw mail, of so many; it may be nil. The error is that the
// database cannot be read or the context has ended.
func (db *DB) Verify(ctx context.Context, step func(total int), found func(Verified)) error {
	checks := []struct {
		what string
		run  func(context.Context) (string, error)
	}{
		{"file", db.verifyFile},
		{"lock", db.verifyLock},
		{"keys", db.verifyKeys},
		{"log", db.verifyLog},
		{"references", db.verifyReferences},
		{"states", db.verifyStates},
		{"works", db.verifyWorks},
		{"decisions", db.verifyDecisions},
		{"sums", db.verifySums},
		{"positions", db.verifyPositions},
		{"filings", db.verifyFilings},
		{"notices", db.verifyNotices},
		{"mails", func(ctx context.Context) (string, error) { return db.verifyMails(ctx, step) }},
	}
	for _, c := range checks {
		said, err := c.run(ctx)
		var broken fault
		if err != nil && !errors.As(err, &broken) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			broken = fault{err.Error()} // what cannot be read is a fault of its kind
		}
		if err != nil {
			found(Verified{What: c.what, Fault: broken})
			continue
		}
		found(Verified{What: c.what, Found: said})
	}
	return nil
}

// fault is something wrong in what is on record.
type fault struct{ what string }

func (f fault) Error() string { return f.what }

func wrong(format string, args ...any) error { return fault{fmt.Sprintf(format, args...)} }

func (db *DB) verifyFile(ctx context.Context) (string, error) {
	if err := db.Check(ctx); err != nil {
		return "", wrong("the file is damaged: %v", err)
	}
	version, err := db.SchemaVersion(ctx)
	if err != nil {
		return "", err
	}
	copied, err := first(ctx, db.read, `SELECT ', a backup of ' || strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000, 'unixepoch') FROM copies`)
	return fmt.Sprintf("whole, schema %d%s", version, copied), err
}

func (db *DB) verifyKeys(ctx context.Context) (string, error) {
	var table, parent string
	var row, key sql.NullInt64
	err := db.read.QueryRowContext(ctx, `PRAGMA foreign_key_check`).Scan(&table, &row, &parent, &key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "every row that another names is there", nil
	case err != nil:
		return "", err
	}
	return "", wrong("row %d of %s names a row of %s that is not there", row.Int64, table, parent)
}

func (db *DB) verifyLog(ctx context.Context) (string, error) {
	if err := db.VerifyChain(ctx); err != nil {
		return "", fault{err.Error()}
	}
	hash, last, err := lastLink(ctx, db.read)
	if last == 0 {
		return "no event yet", err
	}
	return fmt.Sprintf("%d events, each bears the hash of the one before; the last is %s", last, hex.EncodeToString(hash)[:16]), err
}

// verifyReferences checks the references that the desk gave, and the counters that
// keep it from giving one twice. A publication from before the desk has whatever
// reference it had, but none of ours.
func (db *DB) verifyReferences(ctx context.Context) (string, error) {
	tx, done, err := db.snapshot(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	refs, err := collect(ctx, tx, scanText, `SELECT reference FROM cases ORDER BY id`)
	if err != nil {
		return "", err
	}
	counters, err := counters(ctx, tx)
	if err != nil {
		return "", err
	}
	given := map[string]bool{}
	for _, ref := range refs {
		parsed, err := desk.ParseReference(ref)
		switch {
		case err != nil:
			return "", wrong("the reference %s: %v", ref, err)
		case string(parsed) != ref:
			return "", wrong("the reference %s is not written as %s", ref, parsed)
		case given[ref]:
			return "", wrong("the reference %s was given twice", ref)
		}
		given[ref] = true
		if err := counters.hold(parsed); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d given, all with the right check character, none twice", len(refs)), verifyPublished(ctx, tx, counters)
}

// verifyPublished checks the references of publications against those of cases.
func verifyPublished(ctx context.Context, q querier, given counted) error {
	const strangers = `SELECT p.reference FROM publications p LEFT JOIN cases c ON c.id = p.case_id
		WHERE p.case_id IS NOT NULL AND p.reference <> c.reference
			OR p.case_id IS NULL AND p.reference IN (SELECT reference FROM cases) ORDER BY p.id LIMIT 1`
	other, err := collect(ctx, q, scanText, strangers)
	if err == nil && len(other) > 0 {
		return wrong("the publication %s has not the reference of its own submission", other[0])
	}
	if err != nil {
		return err
	}
	refs, err := collect(ctx, q, scanText, `SELECT reference FROM publications WHERE case_id IS NULL ORDER BY id`)
	for _, ref := range refs {
		parsed, other := desk.ParseReference(ref)
		if err == nil && other == nil && string(parsed) == ref && given.prefix(ref) {
			err = given.hold(parsed)
		}
	}
	return err
}

type counterKey struct {
	prefix string
	year   int
}

// counted is the last number that was given, by prefix and year.
type counted map[counterKey]int

// prefix says whether the desk ever gave a reference with this one's prefix: those
// from before the desk may have another.
func (c counted) prefix(ref string) bool {
	prefix, _, _ := strings.Cut(ref, "-")
	for key := range c {
		if key.prefix == prefix {
			return true
		}
	}
	return false
}

// hold says whether the counter of a reference stands at it or above it.
func (c counted) hold(ref desk.Reference) error {
	prefix, _, _ := strings.Cut(string(ref), "-")
	year, number, _ := ref.Parts(prefix)
	if last := c[counterKey{prefix, year}]; number > last {
		return wrong("the counter of %s-%d stands at %d, below %s: its number would be given again", prefix, year, last, ref)
	}
	return nil
}

func counters(ctx context.Context, q querier) (counted, error) {
	all := counted{}
	_, err := collect(ctx, q, func(r row) (k counterKey, err error) {
		var last int
		err = r.Scan(&k.prefix, &k.year, &last)
		all[k] = last
		return k, err
	}, `SELECT prefix, year, last FROM reference_counters`)
	return all, err
}

func scanText(r row) (s string, err error) {
	err = r.Scan(&s)
	return s, err
}

// snapshot is one look at everything: what the desk records meanwhile is not seen.
func (db *DB) snapshot(ctx context.Context) (*sql.Tx, func(), error) {
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, nil, err
	}
	return tx, func() { _ = tx.Rollback() }, nil
}

// rowID is a number that the log holds as text, 0 for none.
func rowID(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
