package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// What an event says of a publication's title, authors, format, date and address: a hash,
// by which Verify knows whether somebody rewrote them.
const (
	sealOf   = "work" // the publication's number
	sealHash = "work_hash"
)

// seal is the hash of a publication as it stands, under a salt of its own, for the event
// that tells of it.
func (db *DB) seal(ctx context.Context, tx *transaction, id int64) (map[string]string, error) {
	fresh := make([]byte, 16)
	if _, err := rand.Read(fresh); err != nil {
		return nil, err
	}
	const once = `UPDATE publications SET salt = ? WHERE id = ? AND coalesce(salt, x'') = x''`
	if _, err := tx.ExecContext(ctx, once, fresh, id); err != nil {
		return nil, err
	}
	hash, err := sealed(ctx, tx, id)
	return map[string]string{sealOf: number(id), sealHash: hash}, err
}

// sealAgain is the seal of a publication of which something was forgotten. Its old salt
// goes, so that nothing can be learnt from the hash before.
func (db *DB) sealAgain(ctx context.Context, tx *transaction, id int64) (map[string]string, error) {
	if _, err := tx.ExecContext(ctx, `UPDATE publications SET salt = x'' WHERE id = ?`, id); err != nil {
		return nil, err
	}
	return db.seal(ctx, tx, id)
}

// sealed computes the hash anew; "" for a publication without a salt.
func sealed(ctx context.Context, q querier, id int64) (string, error) {
	const query = `SELECT coalesce(p.salt, x''), json_array(p.reference, p.format, p.title, p.published_at, p.url,
			(SELECT json_group_array(name) FROM (SELECT name FROM publication_authors WHERE publication_id = p.id ORDER BY rank)))
		FROM publications p WHERE p.id = ?`
	var salt []byte
	var text string
	if err := q.QueryRowContext(ctx, query, id).Scan(&salt, &text); err != nil || len(salt) == 0 {
		return "", err
	}
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil)), nil
}

// sealOld seals, once, what was published before there were seals.
func (db *DB) sealOld(ctx context.Context) error {
	var done bool
	const asked = `SELECT EXISTS (SELECT 1 FROM salts WHERE name = 'publications')`
	if err := db.write.QueryRowContext(ctx, asked).Scan(&done); err != nil || done {
		return err
	}
	now := db.now()
	return db.transact(ctx, func(tx *transaction) error {
		// The publications have salts of their own: this row only says that it is done.
		const mark = `INSERT INTO salts (name, value) VALUES ('publications', x'') ON CONFLICT DO NOTHING`
		if _, err := tx.ExecContext(ctx, mark); err != nil {
			return err
		}
		all, err := collect(ctx, tx, scanPublication, publicationColumns+` WHERE p.salt IS NULL ORDER BY p.id`)
		if err != nil {
			return err
		}
		for _, p := range all {
			detail, err := db.seal(ctx, tx, p.ID)
			if err != nil {
				return err
			}
			if err := db.append(ctx, tx, desk.Event{At: now, Type: "publication_sealed", CaseID: p.CaseID, Detail: detail}); err != nil {
				return err
			}
		}
		return nil
	})
}

// verifyWorks compares each publication with the hash that the log has of it.
func (db *DB) verifyWorks(ctx context.Context) (string, error) {
	tx, done, err := db.snapshot(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	told, err := replay(ctx, tx)
	if err != nil {
		return "", err
	}
	publications, err := collect(ctx, tx, scanPublication, publicationColumns+` ORDER BY p.id`)
	if err != nil {
		return "", err
	}
	for _, p := range publications {
		hash, err := sealed(ctx, tx, p.ID)
		switch {
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return "", err
		case told.works[p.ID] == "":
			return "", wrong("the log says nothing of the title and the authors of the publication %s", p.Reference)
		case hash != told.works[p.ID]:
			return "", wrong("the title, the authors, the format, the date or the address of the publication %s were changed after they were recorded", p.Reference)
		}
	}
	return fmt.Sprintf("%d with title, authors, format, date and address as they were recorded", len(publications)), nil
}
