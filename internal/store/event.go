package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// chain is the log's last link within one transaction: it is read once, and known
// from then on, since nobody else writes meanwhile.
type chain struct {
	known bool
	hash  []byte
	id    int64
}

// append adds one event to the log, chained to the last. It is written at the end of the
// transaction, or by settleEvents.
func (db *DB) append(ctx context.Context, tx *transaction, e desk.Event) error {
	end, err := tx.lastLink(ctx)
	if err != nil {
		return err
	}
	tx.put(link{
		ID: end.id + 1, At: millis(e.At), Type: e.Type, MailID: e.MailID, CaseID: e.CaseID,
		Person: db.pseudonym(e.Person), Detail: toJSON(e.Detail),
	})
	return nil
}

// lastLink is the end of the log, with what the transaction has added to it.
func (tx *transaction) lastLink(ctx context.Context) (chain, error) {
	if tx.chain.known {
		return tx.chain, nil
	}
	hash, id, err := lastLink(ctx, tx)
	if err == nil {
		tx.chain = chain{true, hash, id}
	}
	return tx.chain, err
}

// put adds an event to the end of the log, which is known.
func (tx *transaction) put(l link) {
	prev := tx.chain.hash
	hash := l.hash(prev)
	tx.events = append(tx.events, linked{l, prev, hash})
	tx.chain.hash, tx.chain.id = hash, l.ID
}

// link is what the hash of an event covers, beside the hash before it. The
// order and the names of its fields are part of the chain.
type link struct {
	ID     int64
	At     int64
	Type   string
	MailID int64
	CaseID int64
	Person string
	Detail string
}

// hash is SHA-256 over the hash before, then the event as JSON.
func (l link) hash(prev []byte) []byte {
	text, err := json.Marshal(l)
	if err != nil { // numbers, strings and bytes always marshal
		return nil
	}
	sum := sha256.Sum256(append(append([]byte{}, prev...), text...))
	return sum[:]
}

// follows says whether the event may come after that number: it is the next, or says
// itself after which one it comes, as that of a restore does.
func (l link) follows(last int64) bool {
	if l.ID == last+1 {
		return true
	}
	var detail map[string]string
	return l.Type == "restored" && l.ID > last && json.Unmarshal([]byte(l.Detail), &detail) == nil && detail[leapt] == number(last)
}

func lastLink(ctx context.Context, q querier) (hash []byte, id int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT hash, id FROM events ORDER BY id DESC LIMIT 1`).Scan(&hash, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return []byte{}, 0, nil
	}
	return hash, id, err
}

// pseudonym is the salted hash under which the log knows a person: HMAC-SHA-256
// of the address in lower case, in hexadecimal. Without the salt it tells nothing.
func (db *DB) pseudonym(address string) string {
	if address == "" {
		return ""
	}
	mac := hmac.New(sha256.New, db.salt)
	mac.Write([]byte(strings.ToLower(address)))
	return hex.EncodeToString(mac.Sum(nil))
}

// VerifyChain reads the log from its first event and names the first that is
// missing or was changed.
func (db *DB) VerifyChain(ctx context.Context) error {
	const query = `SELECT id, at, type, mail_id, case_id, person, detail, hash FROM events ORDER BY id`
	rows, err := db.read.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	prev, last := []byte{}, int64(0)
	for rows.Next() {
		var l link
		var hash []byte
		if err := rows.Scan(&l.ID, &l.At, &l.Type, &l.MailID, &l.CaseID, &l.Person, &l.Detail, &hash); err != nil {
			return err
		}
		if !l.follows(last) {
			return fmt.Errorf("event %d is missing from the log", last+1)
		}
		if !hmac.Equal(hash, l.hash(prev)) {
			return fmt.Errorf("event %d was changed after it was written", l.ID)
		}
		prev, last = hash, l.ID
	}
	return rows.Err()
}

// History is the log of one case, oldest first; Person is left out, for the log
// does not know it.
func (db *DB) History(ctx context.Context, caseID int64) ([]desk.Event, error) {
	const query = `SELECT id, at, type, mail_id, case_id, detail FROM events WHERE case_id = ? ORDER BY id`
	return collect(ctx, db.read, func(r row) (e desk.Event, err error) {
		err = r.Scan(&e.ID, moment{&e.At}, &e.Type, &e.MailID, &e.CaseID, inJSON{&e.Detail})
		return e, err
	}, query, caseID)
}
