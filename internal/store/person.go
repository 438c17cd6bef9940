package store

import (
	"context"
	"maps"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// theirs are a person's addresses and number, as ?1 and ?2 of the queries below.
type theirs struct {
	addresses string // JSON
	author    int64
}

func (t theirs) args(more ...any) []any { return append([]any{t.addresses, t.author}, more...) }

// Of the rows that are a person's.
const (
	theirAddresses    = `(SELECT value FROM json_each(?1))`
	theirPublications = `(SELECT publication_id FROM publication_authors WHERE address <> '' AND address IN ` + theirAddresses + ` OR author_id = ?2 AND ?2 <> 0)`
	theirRequests     = `(SELECT case_id FROM requests WHERE asker IN ` + theirAddresses + ` OR token_to IN ` + theirAddresses + ` OR vouched IN ` + theirAddresses + `)`
	theirCases        = `(SELECT id FROM cases WHERE address <> '' AND address IN ` + theirAddresses + ` UNION SELECT case_id FROM ` + theirRequests + `)`
	theirMails        = `(SELECT id FROM mails WHERE from_address <> '' AND lower(from_address) IN ` + theirAddresses + `)`
	theirNotices      = `(SELECT id FROM notices WHERE lower(recipient) IN ` + theirAddresses + `)`
)

// Erase forgets a person, in one transaction: what they wrote and what was written to
// them, their row among the authors, their name and address in every case and request,
// and on what was published, where no ground keeps it. What stays: which texts came,
// how they were judged and decided, and when; the titles of what was published; the
// log, which knew the person by a salted hash. The site is told of each notice that
// bears another name now. While a text or a request of theirs waits for somebody, or a
// notice to them has not left, nothing is done and Erased says so; nor where it is
// only tried. desk.ErrNotFound where nothing is on file.
func (db *DB) Erase(ctx context.Context, e desk.Erasure, try bool) (done desk.Erased, err error) {
	who := theirs{toJSON(lowered(e.Addresses)), e.Author}
	err = db.transact(ctx, func(tx *transaction) (err error) {
		if done.Waiting, done.Unsent, err = waitsFor(ctx, tx, who); err != nil {
			return err
		}
		if done.Refused() {
			return errUndone
		}
		now := db.now()
		if err = db.eraseMails(ctx, tx, who, now, &done); err != nil {
			return err
		}
		if err = db.eraseCases(ctx, tx, who, &done); err != nil {
			return err
		}
		if err = db.eraseNames(ctx, tx, who, e, now, &done); err != nil {
			return err
		}
		known, err := eraseAuthor(ctx, tx, who)
		if err != nil {
			return err
		}
		if !known && done.Mails+len(done.Cases)+len(done.Publications) == 0 {
			return desk.ErrNotFound
		}
		if try {
			return errUndone
		}
		return db.append(ctx, tx, desk.Event{At: now, Type: "author_erased", Detail: map[string]string{
			"author": number(e.Author), "mails": number(int64(done.Mails)), "ground": e.Ground,
		}})
	})
	if err = unlessUndone(err); err != nil || try || done.Refused() {
		return done, err
	}
	return done, db.settleLog(ctx)
}

// waitsFor lists what still waits on account of a person: open texts and requests, and
// counts the notices to them that have not left.
func waitsFor(ctx context.Context, tx *transaction, who theirs) (open []desk.Reference, unsent int, err error) {
	const cases = `SELECT reference FROM cases WHERE state NOT IN ('closed', 'declined', 'published', 'withdrawn') AND id IN ` + theirCases + `
		UNION SELECT c.reference FROM requests r JOIN cases c ON c.id = r.case_id
			WHERE r.is_open = 1 AND r.publication_id IN ` + theirPublications + ` ORDER BY 1`
	open, err = collect(ctx, tx, scanReference, cases, who.args()...)
	if err != nil {
		return nil, 0, err
	}
	const notices = `SELECT count(*) FROM notices WHERE state IN ('queued', 'held') AND id IN ` + theirNotices
	return open, unsent, tx.QueryRowContext(ctx, notices, who.addresses).Scan(&unsent)
}

// eraseMails deletes the content of a person's mails, and of what was written to them.
func (db *DB) eraseMails(ctx context.Context, tx *transaction, who theirs, now time.Time, done *desk.Erased) error {
	ids, err := collect(ctx, tx, scanID, `SELECT id FROM mails WHERE id IN `+theirMails+` ORDER BY id`, who.addresses)
	if err != nil {
		return err
	}
	const due = `INSERT INTO erasures (mail_id, due_at) VALUES (?1, ?2)
		ON CONFLICT (mail_id) DO UPDATE SET due_at = min(due_at, excluded.due_at)`
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, due, id, millis(now)); err != nil {
			return err
		}
	}
	done.Mails = len(ids)
	const notices = `UPDATE notices SET bytes = x'', recipient = '', reply = '', bounce = '' WHERE id IN ` + theirNotices
	if _, err := tx.ExecContext(ctx, notices, who.addresses); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, emptyDigests); err != nil { // nobody knows which of them named them
		return err
	}
	for _, id := range ids {
		if _, err := db.erase(ctx, tx, id, now); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) eraseCases(ctx context.Context, tx *transaction, who theirs, done *desk.Erased) error {
	cases, err := collect(ctx, tx, func(r row) (c desk.Case, err error) {
		err = r.Scan(&c.ID, &c.Reference)
		return c, err
	}, `SELECT id, reference FROM cases WHERE id IN `+theirCases+` ORDER BY id`, who.addresses)
	for _, c := range cases {
		if _, err := db.forgetCase(ctx, tx, c.ID); err != nil {
			return err
		}
		done.Cases = append(done.Cases, c.Reference)
	}
	if err != nil {
		return err
	}
	for _, query := range []string{
		`UPDATE objections SET address = '', text = '' WHERE address IN ` + theirAddresses,
		`UPDATE approvals SET value = '' WHERE lower(value) IN ` + theirAddresses,
	} {
		if _, err := tx.ExecContext(ctx, query, who.addresses); err != nil {
			return err
		}
	}
	return nil
}

// eraseNames takes a person's name and address off what was published, and has the
// site told again of the notices that bore it.
func (db *DB) eraseNames(ctx context.Context, tx *transaction, who theirs, e desk.Erasure, now time.Time, done *desk.Erased) error {
	signed, err := collect(ctx, tx, scanPublication, publicationColumns+` WHERE p.id IN `+theirPublications+` ORDER BY p.id`, who.args()...)
	if err != nil {
		return err
	}
	const name = `UPDATE publication_authors SET address = '', author_id = NULL, name = CASE WHEN ?3 = '' THEN name ELSE ?3 END
		WHERE address <> '' AND address IN ` + theirAddresses + ` OR author_id = ?2 AND ?2 <> 0`
	written := e.Name
	if e.Ground != "" {
		written = ""
	}
	if _, err := tx.ExecContext(ctx, name, who.args(written)...); err != nil {
		return err
	}
	for _, p := range signed {
		done.Publications = append(done.Publications, p.Reference)
		detail, err := db.sealAgain(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		maps.Copy(detail, map[string]string{leftPublication: string(p.Reference), leftPublication + leftState: string(p.State), "ground": e.Ground})
		if err := db.append(ctx, tx, desk.Event{At: now, Type: "name_erased", CaseID: p.CaseID, Detail: detail}); err != nil {
			return err
		}
		if written != "" {
			if err := signalAgain(ctx, tx, p.ID, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// signalAgain has the site told once more of the last change of a publication that it
// was told of, under the number of the log's last event. One that it was not told of
// yet will bear what is on file by then.
func signalAgain(ctx context.Context, tx *transaction, publication int64, now time.Time) error {
	end, err := tx.lastLink(ctx)
	if err != nil {
		return err
	}
	if err := tx.settleEvents(ctx); err != nil {
		return err
	}
	const query = `INSERT INTO signals (event_id, publication_id, decision_id, type, at, state, next_at)
		SELECT ?2, publication_id, decision_id, type, at, ?4, ?3 FROM signals
		WHERE event_id = (SELECT max(event_id) FROM signals WHERE publication_id = ?1) AND state <> ?4`
	_, err = tx.ExecContext(ctx, query, publication, end.id, millis(now), desk.NoticeQueued)
	return err
}

// eraseAuthor deletes a person's row, and says whether there was one.
func eraseAuthor(ctx context.Context, tx *transaction, who theirs) (known bool, err error) {
	if who.author == 0 {
		return false, nil
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM author_addresses WHERE author_id = ?`, who.author); err != nil {
		return false, err
	}
	n, err := affected(tx.ExecContext(ctx, `DELETE FROM authors WHERE id = ?`, who.author))
	return n > 0, err
}

// Dossier is everything on file of a person, oldest first; desk.ErrNotFound where
// there is nothing.
func (db *DB) Dossier(ctx context.Context, author int64, addresses []string) (d desk.Dossier, err error) {
	tx, done, err := db.snapshot(ctx)
	if err != nil {
		return d, err
	}
	defer done()
	who := theirs{toJSON(lowered(addresses)), author}
	d.Mails, err = mailsWhere(ctx, tx, `WHERE id IN `+theirMails+` ORDER BY id`, who.addresses)
	if err != nil {
		return d, err
	}
	const cases = `SELECT reference FROM cases WHERE id IN ` + theirCases + ` ORDER BY id`
	if d.Cases, err = collect(ctx, tx, scanReference, cases, who.addresses); err != nil {
		return d, err
	}
	const objected = `SELECT address, mail_id, at, text FROM objections WHERE address IN ` + theirAddresses + ` ORDER BY id`
	if d.Objections, err = collect(ctx, tx, scanObjection, objected, who.addresses); err != nil {
		return d, err
	}
	if d.Publications, err = publicationsWhere(ctx, tx, ` WHERE p.id IN `+theirPublications+` ORDER BY p.id`, who.args()...); err != nil {
		return d, err
	}
	d.Notices, err = noticesWhere(ctx, tx, `WHERE id IN `+theirNotices+` ORDER BY id`, who.addresses)
	if err == nil && len(d.Mails)+len(d.Cases)+len(d.Publications)+len(d.Notices) == 0 && author == 0 {
		err = desk.ErrNotFound
	}
	return d, err
}

func scanReference(r row) (ref desk.Reference, err error) {
	err = r.Scan(&ref)
	return ref, err
}
