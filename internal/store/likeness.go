package store

import (
	"context"
	"encoding/binary"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Bounds on what one lookup brings: what is beyond them says nothing new.
const (
	mostHeld = 5
	mostKin  = 20
	mostKeys = 400 // rows of sketch_keys that are looked at
)

// held finds the cases of the same address that hold the very same text, the newest
// first.
func held(ctx context.Context, q querier, asked desk.Question) ([]desk.Held, error) {
	const query = caseColumns + ` WHERE c.id IN (SELECT case_id FROM versions WHERE sha256 = ?2 AND sha256 <> '' AND address = ?1)
		ORDER BY c.id DESC LIMIT ?3`
	cases, err := collect(ctx, q, scanCase, query, asked.Address, asked.Text, mostHeld)
	if err != nil {
		return nil, err
	}
	var all []desk.Held
	for _, c := range cases {
		h := desk.Held{Case: c}
		versions, err := versions(ctx, q, c.ID)
		if err != nil {
			return nil, err
		}
		for _, h.Last = range versions {
			if h.Last.SHA256 == asked.Text {
				h.Number = h.Last.Number
			}
		}
		all = append(all, h)
	}
	return all, nil
}

// kin finds the versions of other addresses that share a key with the text, those
// that share most first, the oldest of them before the others.
func kin(ctx context.Context, q querier, asked desk.Question) ([]desk.Kin, error) {
	if asked.Sketch.Size == 0 {
		return nil, nil
	}
	keys := asked.Sketch.Keys()
	if len(keys) == 0 {
		return nil, nil
	}
	values := make([]any, 0, len(keys)+4)
	for _, key := range keys {
		values = append(values, key)
	}
	// The sketches are long: those of the kin that are chosen are read, and no others.
	query := `SELECT case_id, reference, version, s.size, s.hashes FROM (
			SELECT k.case_id, c.reference, k.version, k.shared FROM (
				SELECT case_id, version, count(*) AS shared FROM (
					SELECT case_id, version FROM sketch_keys WHERE hash IN (?` + strings.Repeat(", ?", len(keys)-1) + `) LIMIT ?
				) GROUP BY case_id, version
			) k JOIN cases c ON c.id = k.case_id
			WHERE c.address <> ? OR ? = '' ORDER BY k.shared DESC, k.case_id, k.version DESC LIMIT ?
		) JOIN sketches s USING (case_id, version) ORDER BY shared DESC, case_id, version DESC`
	return collect(ctx, q, func(r row) (k desk.Kin, err error) {
		var packed []byte
		err = r.Scan(&k.CaseID, &k.Reference, &k.Version, &k.Sketch.Size, &packed)
		k.Sketch.Hashes = unpackHashes(packed)
		return k, err
	}, query, append(values, mostKeys, asked.Address, asked.Address, mostKin)...)
}

// putSketch keeps what tells the near copies of the entry's version, and those that
// were found.
func putSketch(ctx context.Context, tx *transaction, e *desk.Entry) error {
	if e.Version == nil || e.Sketch.Size == 0 {
		return nil
	}
	const sketch = `INSERT INTO sketches (case_id, version, size, hashes) VALUES (?, ?, ?, ?)`
	caseID, version := e.Case.ID, e.Version.Number
	if _, err := tx.ExecContext(ctx, sketch, caseID, version, e.Sketch.Size, packHashes(e.Sketch.Hashes)); err != nil {
		return err
	}
	if err := putKeys(ctx, tx, e.Sketch.Keys(), caseID, version); err != nil {
		return err
	}
	const alike = `INSERT INTO likenesses (case_id, version, other_case, other_version, percent) VALUES (?, ?, ?, ?, ?)`
	for _, l := range e.Alike {
		if _, err := tx.ExecContext(ctx, alike, caseID, version, l.CaseID, l.Version, l.Percent); err != nil {
			return err
		}
	}
	return nil
}

func putKeys(ctx context.Context, tx *transaction, keys []int64, caseID int64, version int) error {
	if len(keys) == 0 {
		return nil
	}
	const insert, row = `INSERT INTO sketch_keys (hash, case_id, version) VALUES (?, ?, ?)`, `, (?, ?, ?)`
	values := make([]any, 0, 3*len(keys))
	for _, key := range keys {
		values = append(values, key, caseID, version)
	}
	_, err := tx.ExecContext(ctx, insert+strings.Repeat(row, len(keys)-1), values...)
	return err
}

// Alike lists the versions of other authors that share much of a version of a case,
// the most alike first.
func (db *DB) Alike(ctx context.Context, caseID int64, version int) ([]desk.Likeness, error) {
	const query = `SELECT l.other_case, c.reference, l.other_version, l.percent FROM likenesses l
		JOIN cases c ON c.id = l.other_case WHERE l.case_id = ? AND l.version = ? ORDER BY l.percent DESC, l.other_case`
	return collect(ctx, db.read, func(r row) (l desk.Likeness, err error) {
		err = r.Scan(&l.CaseID, &l.Reference, &l.Version, &l.Percent)
		return l, err
	}, query, caseID, version)
}

func packHashes(hashes []int64) []byte {
	packed := make([]byte, 0, 8*len(hashes))
	for _, h := range hashes {
		packed = binary.BigEndian.AppendUint64(packed, uint64(h))
	}
	return packed
}

func unpackHashes(packed []byte) []int64 {
	hashes := make([]int64, 0, len(packed)/8)
	for ; len(packed) >= 8; packed = packed[8:] {
		hashes = append(hashes, int64(binary.BigEndian.Uint64(packed)))
	}
	return hashes
}
