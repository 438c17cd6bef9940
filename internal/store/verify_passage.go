package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// verifyLock says who runs on the database; nobody is no fault, and a daemon that died is
// none either.
func (db *DB) verifyLock(ctx context.Context) (string, error) {
	h, err := db.Holder(ctx)
	switch {
	case errors.Is(err, desk.ErrNotFound):
		return "nobody runs on it", nil
	case err != nil:
		return "", err
	case !h.Ended.IsZero():
		return fmt.Sprintf("nobody runs on it; the last run ended by itself at %s", h.Ended.Format(time.RFC3339)), nil
	case h.gone(db.now(), h.Host, h.boot, false):
		return fmt.Sprintf("the last run, process %d on %s, died after %s: the next one takes up what it had in hand", h.PID, h.Host, h.Beat.Format(time.RFC3339)), nil
	}
	return fmt.Sprintf("%s, process %d on %s, since %s, last sign at %s", h.Command, h.PID, h.Host, h.Since.Format(time.RFC3339), h.Beat.Format(time.RFC3339)), nil
}

// first gives the first of the texts that a query finds, "" for none.
func first(ctx context.Context, q querier, query string, args ...any) (string, error) {
	found, err := collect(ctx, q, scanText, query+` LIMIT 1`, args...)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// findFault runs queries that find nothing where all is well; the first that finds
// something is the fault.
func findFault(ctx context.Context, q querier, checks [][2]string, args ...any) error {
	for _, c := range checks {
		found, err := first(ctx, q, c[0], args...)
		if err != nil {
			return err
		}
		if found != "" {
			return wrong(c[1], found)
		}
	}
	return nil
}

// verifySums checks that each mail ended in one way, and that the log knows each.
func (db *DB) verifySums(ctx context.Context) (string, error) {
	tx, done, err := db.snapshot(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	err = findFault(ctx, tx, [][2]string{
		{`SELECT id FROM mails WHERE ending NOT IN (SELECT value FROM json_each(?1))`, "the mail %s ended in no way that there is"},
		{`SELECT id FROM mails WHERE (ending = 'repeated') <> (repeats IS NOT NULL)`, "the mail %s does not say which one it repeats"},
		{`SELECT id FROM mails WHERE ending IN ('filed', 'attached') AND case_id IS NULL`, "the mail %s was filed or attached, and has no case"},
		{`SELECT id FROM mails WHERE id NOT IN (SELECT mail_id FROM events WHERE type = 'received')`, "the mail %s is not in the log"},
		{`SELECT mail_id FROM events WHERE type = 'received' AND mail_id NOT IN (SELECT id FROM mails)`, "the mail %s is in the log, and there is none"},
	}, toJSON(desk.Endings))
	if err != nil {
		return "", err
	}
	var terms []string
	sum := 0
	_, err = collect(ctx, tx, func(r row) (none struct{}, err error) {
		var ending string
		var n int
		err = r.Scan(&ending, &n)
		sum += n
		terms = append(terms, fmt.Sprintf("%d %s", n, ending))
		return none, err
	}, `SELECT ending, count(*) FROM mails GROUP BY ending ORDER BY ending`)
	if sum == 0 {
		return "no mail yet", err
	}
	return fmt.Sprintf("%d received = %s", sum, strings.Join(terms, " + ")), err
}

// verifyPositions checks that nothing was recorded past where the desk believes it is.
func (db *DB) verifyPositions(ctx context.Context) (string, error) {
	tx, done, err := db.snapshot(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	err = findFault(ctx, tx, [][2]string{
		{
			`SELECT b.address FROM mailboxes b WHERE b.last_uid < (SELECT max(m.uid) FROM mails m WHERE m.mailbox = b.address AND m.uidvalidity = b.uidvalidity)`,
			"a mail of %s is recorded past the position at which the desk reads on",
		},
	})
	if err != nil {
		return "", err
	}
	read, err := collect(ctx, tx, scanText, `SELECT address || ' read up to UID ' || last_uid || ' (UIDVALIDITY ' || uidvalidity || ')' ||
		CASE WHEN EXISTS (SELECT 1 FROM recoveries r WHERE r.mailbox = address AND r.searched_at IS NULL) THEN ', to be searched after the restore' ELSE '' END
		FROM mailboxes ORDER BY address`)
	if len(read) == 0 {
		return "no mailbox yet", err
	}
	return strings.Join(read, "; "), err
}

// verifyFilings checks that each mail has its order to be moved, and each move its event.
func (db *DB) verifyFilings(ctx context.Context) (string, error) {
	tx, done, err := db.snapshot(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	err = findFault(ctx, tx, [][2]string{
		{`SELECT id FROM mails WHERE repeats IS NULL AND id NOT IN (SELECT mail_id FROM filings)`, "nothing says to which folder the mail %s goes"},
		{`SELECT mail_id FROM filings WHERE filed_at IS NOT NULL AND mail_id NOT IN (SELECT mail_id FROM events WHERE type = 'filed')`, "the mail %s was moved, and the log does not say so"},
		{`SELECT mail_id FROM events WHERE type = 'filed' AND mail_id NOT IN (SELECT mail_id FROM filings WHERE filed_at IS NOT NULL OR stands <> '' OR copying = 1)`, "the log says that the mail %s was moved, and its row does not"},
	})
	if err != nil {
		return "", err
	}
	var moved, due int
	err = tx.QueryRowContext(ctx, `SELECT count(filed_at), count(*) - count(filed_at) FROM filings`).Scan(&moved, &due)
	return fmt.Sprintf("%d moved, %d to be moved", moved, due), err
}

// unloggedSent finds what left more often than the log says.
const unloggedSent = `WITH
	left_ AS (SELECT coalesce(mail_id, 0) AS mail, coalesce(case_id, 0) AS "case", kind, count(*) AS n FROM notices WHERE state IN ('sent', 'bounced') GROUP BY 1, 2, 3),
	logged AS MATERIALIZED (SELECT mail_id AS mail, case_id AS "case", json_extract(detail, '$.notice') AS kind, count(*) AS n FROM events WHERE type = 'sent' GROUP BY 1, 2, 3)
	SELECT kind || ' to the mail ' || mail FROM left_ LEFT JOIN logged USING (mail, "case", kind) WHERE left_.n > coalesce(logged.n, 0)`

// verifyNotices checks that what is to leave can, as what it was written to be, and that
// what has left is in the log.
func (db *DB) verifyNotices(ctx context.Context) (string, error) {
	tx, done, err := db.snapshot(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	err = findFault(ctx, tx, [][2]string{
		{`SELECT id FROM notices WHERE state IN ('queued', 'held') AND (bytes = x'' OR recipient = '')`, "the notice %s waits to leave, and its text or its recipient is gone"},
		{`SELECT id FROM notices WHERE (state = 'sent') <> (sent_at IS NOT NULL) AND state IN ('queued', 'held', 'sent', 'dropped')`, "the notice %s does not say when it left, or says so and has not"},
		{`SELECT cast(sum(repeats) AS TEXT) FROM notices HAVING sum(repeats) > (SELECT count(*) FROM events WHERE type = 'repeated-notice')`, "the %s repeats of notices are not all in the log"},
		{unloggedSent, "the %s left, and the log does not say so"},
	})
	if err != nil {
		return "", err
	}
	const atOnce = 200
	const query = `SELECT id, message_id, secret, bytes FROM notices WHERE id > ? AND bytes <> x'' ORDER BY id LIMIT ?`
	for last := int64(0); ; {
		some, err := collect(ctx, tx, scanWritten, query, last, atOnce)
		if err != nil {
			return "", err
		}
		for _, n := range some {
			if err := n.verify(); err != nil {
				return "", err
			}
			last = n.id
		}
		if len(some) < atOnce {
			break
		}
	}
	states, err := collect(ctx, tx, scanText, `SELECT count(*) || ' ' || state FROM notices GROUP BY state ORDER BY state`)
	if err != nil || len(states) == 0 {
		return "no notice yet", err
	}
	repeated, err := repeats(ctx, tx)
	return strings.Join(states, ", ") + repeated, err
}

// repeats names the notices that may have left more than once, each time after a crash or a
// lost connection at the end of the data: no fault, and on record.
func repeats(ctx context.Context, q querier) (string, error) {
	numbers, err := collect(ctx, q, scanText, `SELECT cast(id AS TEXT) FROM notices WHERE repeats > 0 ORDER BY id`)
	if len(numbers) == 0 {
		return "", err
	}
	shown := strings.Join(numbers[:min(len(numbers), 20)], ", ")
	if len(numbers) > 20 {
		shown += ", …"
	}
	return fmt.Sprintf("; %d may have left more than once: %s", len(numbers), shown), err
}

// written is a notice of which the bytes are still there.
type written struct {
	id        int64
	messageID string
	secret    bool
	raw       []byte
}

func scanWritten(r row) (k written, err error) {
	err = r.Scan(&k.id, &k.messageID, &k.secret, &k.raw)
	return k, err
}

func (k written) verify() error {
	head, err := mail.ReadMessage(bytes.NewReader(k.raw))
	if err != nil {
		return wrong("the notice %d is no mail: %v", k.id, err)
	}
	id := strings.TrimSpace(head.Header.Get("Message-ID"))
	if k.secret {
		id = hashedID(id)
	}
	if id != k.messageID {
		return wrong("the notice %d does not bear the Message-ID under which it is known", k.id)
	}
	return nil
}
