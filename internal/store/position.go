package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Position says how far a mailbox was read; desk.ErrNotFound before TakeOver.
func (db *DB) Position(ctx context.Context, mailbox string) (p desk.Position, err error) {
	const query = `SELECT uidvalidity, last_uid, from_at, next_uid FROM mailboxes WHERE address = ?`
	err = db.read.QueryRowContext(ctx, query, mailbox).Scan(&p.UIDValidity, &p.LastUID, moment{&p.From}, &p.Next)
	if errors.Is(err, sql.ErrNoRows) {
		return p, desk.ErrNotFound
	}
	return p, storage(err)
}

// TakeOver writes where the desk begins to read a mailbox. A mailbox that was
// taken over before keeps the From that it had, or its past would be answered.
func (db *DB) TakeOver(ctx context.Context, mailbox string, p desk.Position) error {
	const query = `INSERT INTO mailboxes (address, uidvalidity, last_uid, from_at, next_uid) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (address) DO UPDATE SET uidvalidity = excluded.uidvalidity,
			last_uid = excluded.last_uid, next_uid = excluded.next_uid`
	return db.transact(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, query, mailbox, p.UIDValidity, p.LastUID, millis(p.From), p.Next)
		return err
	})
}

// Recorded says which of the UIDs of a mailbox's watched folder were recorded.
func (db *DB) Recorded(ctx context.Context, mailbox string, uidValidity uint32, uids []uint32) (map[uint32]bool, error) {
	const query = `SELECT uid FROM mails WHERE mailbox = ? AND uidvalidity = ? AND uid IN (SELECT value FROM json_each(?))`
	recorded := map[uint32]bool{}
	_, err := collect(ctx, db.read, func(r row) (uid uint32, err error) {
		err = r.Scan(&uid)
		recorded[uid] = true
		return uid, err
	}, query, mailbox, uidValidity, toJSON(uids))
	return recorded, err
}

// DueFilings lists the mails of a mailbox that are to be moved, in UID order.
func (db *DB) DueFilings(ctx context.Context, mailbox string) ([]desk.Filing, error) {
	const query = `SELECT f.id, f.uidvalidity, f.uid, f.queue, f.to_uidvalidity, f.to_uid, f.copying, m.message_id, m.sha256, r.size
		FROM filings f JOIN mails m ON m.id = f.mail_id JOIN raws r ON r.sha256 = m.sha256
		WHERE f.mailbox = ? AND f.filed_at IS NULL AND f.stands = '' ORDER BY f.uid`
	return collect(ctx, db.read, func(r row) (f desk.Filing, err error) {
		var sum []byte
		err = r.Scan(&f.ID, &f.UIDValidity, &f.UID, &f.Queue, &f.ToUIDValidity, &f.ToUID, &f.Copying, &f.MessageID, &sum, &f.Size)
		copy(f.SHA256[:], sum)
		return f, err
	}, query, mailbox)
}

// Copying notes that copies of mails may stand in their folders, and where the server
// told that they do. Of a mail that stands in the folder of another queue the row says
// where it is there, and goes on to.
func (db *DB) Copying(ctx context.Context, filings []desk.Filing) error {
	return db.transact(ctx, func(tx *transaction) error {
		for _, f := range filings {
			const query = `UPDATE filings SET copying = 1, to_uidvalidity = CASE WHEN stands = '' THEN ? ELSE to_uidvalidity END,
				to_uid = CASE WHEN stands = '' THEN ? ELSE to_uid END WHERE id = ? AND filed_at IS NULL`
			if _, err := tx.ExecContext(ctx, query, f.ToUIDValidity, f.ToUID, f.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// Filed marks filings as carried out, and keeps where their mails stand now. An order
// that named another queue meanwhile (an author's registration came, a parked mail was
// taken again) is not carried out yet: the mail stands in the folder of the first.
// The mark outlasts the program, and a power cut once anything else was synced: lost in
// one, the mails are looked for in the folder that they have left, and are filed for
// that.
func (db *DB) Filed(ctx context.Context, filings []desk.Filing) error {
	now := db.now()
	return db.transactUnsynced(ctx, func(tx *transaction) error {
		for _, f := range filings {
			if err := db.filed(ctx, tx, f, now); err != nil {
				return err
			}
		}
		return nil
	})
}

func (db *DB) filed(ctx context.Context, tx *transaction, f desk.Filing, now time.Time) error {
	const query = `UPDATE filings SET filed_at = CASE WHEN queue = ?1 THEN ?2 END, stands = CASE WHEN queue = ?1 THEN '' ELSE ?1 END,
			to_uidvalidity = ?3, to_uid = ?4 WHERE id = ?5 AND filed_at IS NULL
		RETURNING mail_id, coalesce((SELECT case_id FROM mails WHERE mails.id = mail_id), 0)`
	e := desk.Event{At: now, Type: "filed", Detail: map[string]string{"queue": string(f.Queue)}}
	err := tx.QueryRowContext(ctx, query, f.Queue, millis(now), f.ToUIDValidity, f.ToUID, f.ID).Scan(&e.MailID, &e.CaseID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // marked before
	}
	if err != nil {
		return err
	}
	return db.append(ctx, tx, e)
}
