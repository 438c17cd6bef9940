package store

import (
	"context"
	"iter"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// page is how many versions are read at once: a long read would keep SQLite from
// emptying its log while the desk records.
const page = 200

// Submitted is every version of every submission with its findings, in the order
// of the cases and their versions; where a mailbox is named, of what arrived in
// it. It reads a page at a time: what is recorded meanwhile may be among it or
// not. After an error it ends.
func (db *DB) Submitted(ctx context.Context, mailbox string) iter.Seq2[desk.Submitted, error] {
	return func(yield func(desk.Submitted, error) bool) {
		var last desk.Submitted
		for {
			some, err := db.submittedAfter(ctx, mailbox, last)
			if err != nil {
				yield(last, err)
				return
			}
			for _, s := range some {
				s.Version.Findings, err = findings(ctx, db.read, s.CaseID, s.Version.Number)
				if !yield(s, err) || err != nil {
					return
				}
				last = s
			}
			if len(some) < page {
				return
			}
		}
	}
}

func (db *DB) submittedAfter(ctx context.Context, mailbox string, last desk.Submitted) ([]desk.Submitted, error) {
	const query = `SELECT c.id, c.reference, m.mailbox, v.number, v.mail_id, v.at, v.format, v.verdict, v.rules_hash,
			v.file, v.type, v.sha256, v.title, v.author, v.language, v.words, v.words_total, v.sources
		FROM versions v JOIN cases c ON c.id = v.case_id JOIN mails m ON m.id = v.mail_id
		WHERE (v.case_id, v.number) > (?1, ?2) AND c.kind = 'submission' AND ?3 IN ('', m.mailbox)
		ORDER BY v.case_id, v.number LIMIT ?4`
	return collect(ctx, db.read, func(r row) (s desk.Submitted, err error) {
		v := &s.Version
		err = r.Scan(&s.CaseID, &s.Reference, &s.Mailbox, &v.Number, &v.MailID, moment{&v.At}, &v.Format, &v.Verdict,
			&v.RulesHash, &v.File, &v.Type, &v.SHA256, &v.Title, &v.Author, &v.Language, &v.Words, &v.WordsTotal, &v.Sources)
		return s, err
	}, query, last.CaseID, last.Version.Number, mailbox, page)
}

// CountSubmitted counts the versions that Submitted gives.
func (db *DB) CountSubmitted(ctx context.Context, mailbox string) (n int, err error) {
	const query = `SELECT count(*) FROM versions v JOIN cases c ON c.id = v.case_id JOIN mails m ON m.id = v.mail_id
		WHERE c.kind = 'submission' AND ?1 IN ('', m.mailbox)`
	err = db.read.QueryRowContext(ctx, query, mailbox).Scan(&n)
	return n, err
}
