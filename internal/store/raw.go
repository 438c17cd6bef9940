package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// partBytes is how much of a packed mail one row holds.
const partBytes = 512 << 10

// Pack compresses raw bytes as they are kept, so that it need not be done while a
// transaction waits; it may be called from several goroutines.
func (db *DB) Pack(raw []byte) desk.Packed {
	room := make([]byte, 0, len(raw)/16*13+1024) // about what base64 needs
	return desk.Packed{Bytes: db.packer.EncodeAll(raw, room), Size: int64(len(raw))}
}

// putRaw keeps a mail's bytes; those that are there already stay as they are.
func (db *DB) putRaw(ctx context.Context, tx *transaction, e *desk.Entry) error {
	packed := e.Packed
	if packed.Bytes == nil {
		packed = db.Pack(e.Received.Raw)
	}
	sum, rest := e.Mail.SHA256[:], packed.Bytes
	const query = `INSERT INTO raws (sha256, size, zstd) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	n, err := affected(tx.ExecContext(ctx, query, sum, packed.Size, rest[:min(len(rest), partBytes)]))
	if err != nil || n == 0 {
		return err
	}
	for rest = rest[min(len(rest), partBytes):]; len(rest) > 0; rest = rest[min(len(rest), partBytes):] {
		const part = `INSERT INTO raw_parts (sha256, zstd) VALUES (?, ?)`
		if _, err := tx.ExecContext(ctx, part, sum, rest[:min(len(rest), partBytes)]); err != nil {
			return err
		}
	}
	return nil
}

// Raw gives the bytes of a mail as they were received; desk.ErrNotFound where
// there is no such mail, desk.ErrErased where they were deleted.
func (db *DB) Raw(ctx context.Context, mailID int64) (raw []byte, err error) {
	tx, done, err := db.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	const query = `SELECT sha256, zstd, erased_at FROM raws JOIN mails USING (sha256) WHERE mails.id = ?`
	var sum, packed []byte
	var erased time.Time
	err = tx.QueryRowContext(ctx, query, mailID).Scan(&sum, &packed, moment{&erased})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, desk.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	if !erased.IsZero() {
		return nil, desk.ErrErased
	}
	if packed, err = whole(ctx, tx, sum, packed); err != nil {
		return nil, err
	}
	return db.opener.DecodeAll(packed, nil)
}

// whole puts the parts of a packed mail behind its first.
func whole(ctx context.Context, q querier, sum, first []byte) ([]byte, error) {
	rest, err := collect(ctx, q, func(r row) (part []byte, err error) {
		err = r.Scan(&part)
		return part, err
	}, `SELECT zstd FROM raw_parts WHERE sha256 = ? ORDER BY id`, sum)
	if err != nil || len(rest) == 0 {
		return first, err
	}
	return append(first, bytes.Join(rest, nil)...), nil
}

// eraseRaw deletes a mail's bytes. Two mails may share them: the last to be forgotten
// takes them along.
func eraseRaw(ctx context.Context, tx *transaction, mailID int64, now time.Time) error {
	const first = `UPDATE raws SET zstd = x'', erased_at = ?2 WHERE sha256 = (SELECT sha256 FROM mails WHERE id = ?1)
		AND erased_at IS NULL AND NOT EXISTS (SELECT 1 FROM mails m LEFT JOIN erasures e ON e.mail_id = m.id
			WHERE m.sha256 = raws.sha256 AND (e.mail_id IS NULL OR e.due_at > ?2))`
	n, err := affected(tx.ExecContext(ctx, first, mailID, millis(now)))
	if err != nil || n == 0 {
		return err
	}
	const rest = `DELETE FROM raw_parts WHERE sha256 = (SELECT sha256 FROM mails WHERE id = ?)`
	_, err = tx.ExecContext(ctx, rest, mailID)
	return err
}

// verifyMails unpacks every raw mail and compares it with its hash. What was deleted
// as promised is left out: its row says so.
func (db *DB) verifyMails(ctx context.Context, step func(total int)) (string, error) {
	var total, checked, deleted int
	if err := db.read.QueryRowContext(ctx, `SELECT count(*) FROM raws`).Scan(&total); err != nil {
		return "", err
	}
	for last := []byte{}; ; {
		p, err := db.nextPacked(ctx, last)
		if errors.Is(err, sql.ErrNoRows) {
			break
		}
		if err != nil {
			return "", err
		}
		if step != nil {
			step(total)
		}
		last = p.sha256
		if p.erased && len(p.zstd) == 0 {
			deleted++
			continue
		}
		if err := db.verifyRaw(p); err != nil {
			return "", err
		}
		checked++
	}
	said := fmt.Sprintf("%d unpack to what their hash says", checked)
	if deleted > 0 {
		said += fmt.Sprintf(", %d deleted as promised", deleted)
	}
	return said, nil
}

type packed struct {
	sha256, zstd []byte
	size         int64
	erased       bool
}

// nextPacked reads the mail after a hash; sql.ErrNoRows after the last. Each is a look
// of its own: a long one would keep the desk's log of writes from shrinking.
func (db *DB) nextPacked(ctx context.Context, after []byte) (p packed, err error) {
	tx, done, err := db.snapshot(ctx)
	if err != nil {
		return p, err
	}
	defer done()
	const query = `SELECT sha256, size, zstd, erased_at IS NOT NULL FROM raws WHERE sha256 > ? ORDER BY sha256 LIMIT 1`
	if err = tx.QueryRowContext(ctx, query, after).Scan(&p.sha256, &p.size, &p.zstd, &p.erased); err != nil {
		return p, err
	}
	p.zstd, err = whole(ctx, tx, p.sha256, p.zstd)
	return p, err
}

func (db *DB) verifyRaw(p packed) error {
	if len(p.zstd) == 0 {
		return wrong("the mail %x is empty, and nothing says that it was deleted as promised", p.sha256)
	}
	raw, err := db.opener.DecodeAll(p.zstd, nil)
	if err != nil {
		return wrong("the mail %x cannot be unpacked: %v", p.sha256, err)
	}
	if sum := sha256.Sum256(raw); !bytes.Equal(sum[:], p.sha256) || int64(len(raw)) != p.size {
		return wrong("the mail %x is not the one that was received", p.sha256)
	}
	return nil
}
