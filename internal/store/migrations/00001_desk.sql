-- +goose Up

-- Times are UTC integers: milliseconds since 1970. Lists and maps are JSON.

CREATE TABLE salts (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT;

CREATE TABLE mailboxes (
  address     TEXT PRIMARY KEY,
  uidvalidity INTEGER NOT NULL,
  last_uid    INTEGER NOT NULL,
  from_at     INTEGER NOT NULL, -- mails that arrived before are left alone,
  next_uid    INTEGER NOT NULL  -- unless their UID is this or above, at the take-over's UIDVALIDITY
) STRICT;

-- Raw mails, compressed (zstd); named by the hash of what they unpack to.
CREATE TABLE raws (
  sha256 BLOB PRIMARY KEY,
  size   INTEGER NOT NULL,
  zstd   BLOB NOT NULL
) STRICT;

CREATE TABLE reference_counters (
  prefix TEXT NOT NULL,
  year   INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  PRIMARY KEY (prefix, year)
) STRICT;

CREATE TABLE cases (
  id         INTEGER PRIMARY KEY,
  reference  TEXT NOT NULL UNIQUE,
  kind       TEXT NOT NULL,
  format     TEXT NOT NULL,
  queue      TEXT NOT NULL,
  state      TEXT NOT NULL,
  verdict    TEXT NOT NULL,
  reason     TEXT NOT NULL,
  title      TEXT NOT NULL,
  author     TEXT NOT NULL,
  address    TEXT NOT NULL,
  opened_at  INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX cases_waiting ON cases (queue, opened_at) WHERE state <> 'closed';

CREATE TABLE mails (
  id             INTEGER PRIMARY KEY,
  mailbox        TEXT NOT NULL REFERENCES mailboxes (address),
  uidvalidity    INTEGER NOT NULL,
  uid            INTEGER NOT NULL,
  arrived_at     INTEGER NOT NULL,
  recorded_at    INTEGER NOT NULL,
  sha256         BLOB NOT NULL REFERENCES raws (sha256),
  identity       BLOB,
  message_id     TEXT NOT NULL,
  from_name      TEXT NOT NULL,
  from_address   TEXT NOT NULL,
  subject        TEXT NOT NULL,
  kind           TEXT NOT NULL,
  format         TEXT NOT NULL,
  automatic      TEXT NOT NULL,
  reason         TEXT NOT NULL,
  flags          TEXT NOT NULL,
  authentication TEXT NOT NULL,
  refs           TEXT NOT NULL,
  ending         TEXT NOT NULL,
  case_id        INTEGER REFERENCES cases (id),
  repeats        INTEGER REFERENCES mails (id),
  UNIQUE (mailbox, uidvalidity, uid)
) STRICT;
CREATE INDEX mails_sha256 ON mails (sha256);
CREATE INDEX mails_identity ON mails (identity) WHERE identity IS NOT NULL;
CREATE INDEX mails_message_id ON mails (message_id) WHERE message_id <> '';
CREATE INDEX mails_case ON mails (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX mails_recorded ON mails (recorded_at, ending);

CREATE TABLE versions (
  case_id     INTEGER NOT NULL REFERENCES cases (id),
  number      INTEGER NOT NULL,
  mail_id     INTEGER NOT NULL REFERENCES mails (id),
  at          INTEGER NOT NULL,
  format      TEXT NOT NULL,
  verdict     TEXT NOT NULL,
  rules_hash  TEXT NOT NULL,
  file        TEXT NOT NULL,
  type        TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  title       TEXT NOT NULL,
  author      TEXT NOT NULL,
  language    TEXT NOT NULL,
  words       INTEGER NOT NULL,
  words_total INTEGER NOT NULL,
  sources     INTEGER NOT NULL,
  PRIMARY KEY (case_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE findings (
  case_id   INTEGER NOT NULL,
  version   INTEGER NOT NULL,
  rank      INTEGER NOT NULL, -- the order in which the format lists its criteria
  criterion TEXT NOT NULL,
  level     TEXT NOT NULL,
  result    TEXT NOT NULL,
  measured  TEXT NOT NULL,
  limits    TEXT NOT NULL,
  file      TEXT NOT NULL,
  place     TEXT NOT NULL,
  label     TEXT NOT NULL,
  message   TEXT NOT NULL,
  repair    TEXT NOT NULL,
  PRIMARY KEY (case_id, version, rank),
  FOREIGN KEY (case_id, version) REFERENCES versions (case_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE filings (
  id          INTEGER PRIMARY KEY,
  mail_id     INTEGER NOT NULL UNIQUE REFERENCES mails (id),
  mailbox     TEXT NOT NULL REFERENCES mailboxes (address),
  uidvalidity INTEGER NOT NULL,
  uid         INTEGER NOT NULL,
  queue       TEXT NOT NULL,
  filed_at    INTEGER
) STRICT;
CREATE INDEX filings_due ON filings (mailbox, uid) WHERE filed_at IS NULL;

CREATE TABLE notices (
  id          INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL,
  mailbox     TEXT NOT NULL,
  case_id     INTEGER REFERENCES cases (id),
  mail_id     INTEGER REFERENCES mails (id),
  sender      TEXT NOT NULL,
  recipient   TEXT NOT NULL,
  message_id  TEXT NOT NULL UNIQUE,
  bytes       BLOB NOT NULL,
  at          INTEGER NOT NULL,
  state       TEXT NOT NULL,
  attempts    INTEGER NOT NULL DEFAULT 0,
  next_at     INTEGER NOT NULL,
  lease_until INTEGER NOT NULL DEFAULT 0,
  sent_at     INTEGER,
  reply       TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX notices_due ON notices (next_at) WHERE state = 'queued';
CREATE INDEX notices_sent ON notices (recipient, sent_at) WHERE state = 'sent';
CREATE INDEX notices_case ON notices (case_id) WHERE case_id IS NOT NULL;

CREATE TABLE authors (
  id            INTEGER PRIMARY KEY,
  name          TEXT NOT NULL,
  registered_at INTEGER NOT NULL
) STRICT;

CREATE TABLE author_addresses (
  address   TEXT PRIMARY KEY, -- in lower case
  author_id INTEGER NOT NULL REFERENCES authors (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE digests (
  editor  TEXT PRIMARY KEY,
  slot_at INTEGER NOT NULL, -- the last hour that was seen to, with or without a mail
  sent_at INTEGER NOT NULL  -- when the last mail was written: the sum counts from here
) STRICT, WITHOUT ROWID;

-- The log. Each event bears the hash of the one before it, so that none can be
-- changed or left out unseen; it holds ids and salted hashes, never personal data.
CREATE TABLE events (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  type    TEXT NOT NULL,
  mail_id INTEGER NOT NULL, -- 0 for none; no foreign key: people can be erased
  case_id INTEGER NOT NULL,
  person  TEXT NOT NULL,    -- HMAC-SHA-256 of the address under the salt, or empty
  detail  TEXT NOT NULL,
  prev    BLOB NOT NULL,
  hash    BLOB NOT NULL
) STRICT;
CREATE INDEX events_case ON events (case_id) WHERE case_id <> 0;

-- +goose StatementBegin
CREATE TRIGGER events_never_change BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER events_never_go BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
-- +goose StatementEnd
