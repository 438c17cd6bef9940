-- +goose Up

-- 1: where the server cannot move, a copy was begun, and may stand in the queue's folder.
ALTER TABLE filings ADD COLUMN copying INTEGER NOT NULL DEFAULT 0;

-- OAuth 2.0 refresh tokens that replaced configured ones, whose SHA-256 is the seed.
CREATE TABLE refresh_tokens (
  account TEXT PRIMARY KEY,
  seed    BLOB NOT NULL,
  token   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- When a copy of a notice was put into the mailbox's folder of sent mail.
ALTER TABLE notices ADD COLUMN copied_at INTEGER;
CREATE INDEX notices_to_copy ON notices (mailbox, sent_at) WHERE copied_at IS NULL AND secret = 0 AND sent_at IS NOT NULL;

-- The last comparison of a mailbox with its server (desk.Reconciliation, as JSON), and
-- the mails that it found passed over: they are taken at the next look.
CREATE TABLE reconciliations (
  mailbox TEXT PRIMARY KEY REFERENCES mailboxes (address),
  found   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE missed (
  mailbox     TEXT NOT NULL REFERENCES mailboxes (address),
  uidvalidity INTEGER NOT NULL,
  uid         INTEGER NOT NULL,
  PRIMARY KEY (mailbox, uidvalidity, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX filings_place ON filings (mailbox, queue, to_uid) WHERE filed_at IS NOT NULL;
CREATE INDEX filings_source ON filings (mailbox, uidvalidity, uid);
