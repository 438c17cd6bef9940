PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO goose_db_version VALUES(1,0,1,'2026-11-23 11:21:17');
INSERT INTO goose_db_version VALUES(2,1,1,'2026-11-23 11:21:17');
CREATE TABLE salts (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT;
INSERT INTO salts VALUES('events',X'e02768e1ae0a2fd1e4140bb8294bda010095d7f986f4b35f70f4a00974550aa7');
CREATE TABLE mailboxes (
  address     TEXT PRIMARY KEY,
  uidvalidity INTEGER NOT NULL,
  last_uid    INTEGER NOT NULL,
  from_at     INTEGER NOT NULL, -- mails that arrived before are left alone,
  next_uid    INTEGER NOT NULL  -- unless their UID is this or above, at the take-over's UIDVALIDITY
) STRICT;
INSERT INTO mailboxes VALUES('contact@example.org',7,2,1772355600000,1);
CREATE TABLE raws (
  sha256 BLOB PRIMARY KEY,
  size   INTEGER NOT NULL,
  zstd   BLOB NOT NULL
) STRICT;
INSERT INTO raws VALUES(X'a8b1fda9741ca481b3c53354dbf6aa014ffdbd0f6106af55257a49e3c38e32f2',32,X'28b52ffd040001010046726f6d3a206c6561406578616d706c652e66720d0a0d0a6d61696c20310d0aa36094c3');
INSERT INTO raws VALUES(X'86bdb24c9b71d077defafddc8beab83a4af0df78df628564a2f5b1a4caeaf857',32,X'28b52ffd040001010046726f6d3a206c6561406578616d706c652e66720d0a0d0a6d61696c20320d0a3eae4d39');
CREATE TABLE reference_counters (
  prefix TEXT NOT NULL,
  year   INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  PRIMARY KEY (prefix, year)
) STRICT;
INSERT INTO reference_counters VALUES('BARA',2026,2);
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
INSERT INTO cases VALUES(1,'BARA-2026-0001-8','submission','baratin','baratin','awaiting_editor','complete','{"code":"format-first","args":["Baratin"]}','Un titre','A. B.','lea@example.fr',1772355600000,1772355600000);
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
INSERT INTO mails VALUES(1,'contact@example.org',7,1,0,1772355600000,X'a8b1fda9741ca481b3c53354dbf6aa014ffdbd0f6106af55257a49e3c38e32f2',NULL,'<1@example.fr>','','lea@example.fr','','submission','baratin','','{"code":"format-first","args":["Baratin"]}','["a"]','','null','filed',1,NULL);
INSERT INTO mails VALUES(2,'contact@example.org',7,2,0,1772355600000,X'86bdb24c9b71d077defafddc8beab83a4af0df78df628564a2f5b1a4caeaf857',NULL,'<2@example.fr>','','lea@example.fr','','submission','baratin','','{"code":"format-first","args":["Baratin"]}','["a"]','','null','attached',1,NULL);
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
INSERT INTO versions VALUES(1,1,1,1772355600000,'baratin','complete','','','','','','','',412,0,0);
INSERT INTO versions VALUES(1,2,2,1772355600000,'baratin','complete','','','','','','','',500,0,0);
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
INSERT INTO findings VALUES(1,1,0,'length','','pass','412','','','','','Longueur','');
INSERT INTO findings VALUES(1,2,0,'length','','pass','412','','','','','Longueur','');
CREATE TABLE filings (
  id          INTEGER PRIMARY KEY,
  mail_id     INTEGER NOT NULL UNIQUE REFERENCES mails (id),
  mailbox     TEXT NOT NULL REFERENCES mailboxes (address),
  uidvalidity INTEGER NOT NULL,
  uid         INTEGER NOT NULL,
  queue       TEXT NOT NULL,
  filed_at    INTEGER
) STRICT;
INSERT INTO filings VALUES(1,1,'contact@example.org',7,1,'baratin',NULL);
INSERT INTO filings VALUES(2,2,'contact@example.org',7,2,'baratin',NULL);
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
INSERT INTO notices VALUES(1,'receipt','contact@example.org',1,1,'contact@example.org','lea@example.fr','<n1@example.org>',X'6e6f74696365',1772355600000,'queued',0,1772355600000,0,NULL,'');
INSERT INTO notices VALUES(2,'receipt','contact@example.org',1,2,'contact@example.org','lea@example.fr','<n2@example.org>',X'6e6f74696365',1772355600000,'queued',0,1772355600000,0,NULL,'');
CREATE TABLE authors (
  id            INTEGER PRIMARY KEY,
  name          TEXT NOT NULL,
  registered_at INTEGER NOT NULL
) STRICT;
INSERT INTO authors VALUES(1,'Léa',1772355600000);
CREATE TABLE author_addresses (
  address   TEXT PRIMARY KEY, -- in lower case
  author_id INTEGER NOT NULL REFERENCES authors (id)
) STRICT, WITHOUT ROWID;
INSERT INTO author_addresses VALUES('lea@example.fr',1);
CREATE TABLE digests (
  editor  TEXT PRIMARY KEY,
  slot_at INTEGER NOT NULL, -- the last hour that was seen to, with or without a mail
  sent_at INTEGER NOT NULL  -- when the last mail was written: the sum counts from here
) STRICT, WITHOUT ROWID;
INSERT INTO digests VALUES('redaction@example.org',1772355600000,0);
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
INSERT INTO events VALUES(1,1772355600000,'authors_imported',0,0,'','{"added":"1"}',X'',X'84b88e803d5b7b61b1db6934a64d405335b545ca2d88d95761077659b0d2cb00');
INSERT INTO events VALUES(2,1772355600000,'received',1,1,'9ab1e5bade376380c5a0bb6ca3dccd5dbf292e98e150346f05fb2c1a2f1ecaad','{"kind":"submission"}',X'84b88e803d5b7b61b1db6934a64d405335b545ca2d88d95761077659b0d2cb00',X'430285ed85be9fe9fb0769eb9d0b6c6365ff5a431d717e090681f3292cd3e61b');
INSERT INTO events VALUES(3,1772355600000,'received',2,1,'9ab1e5bade376380c5a0bb6ca3dccd5dbf292e98e150346f05fb2c1a2f1ecaad','{"kind":"submission"}',X'430285ed85be9fe9fb0769eb9d0b6c6365ff5a431d717e090681f3292cd3e61b',X'9c8a181e7084b56be232ac5edfe4b4ef20009709b5de43d551649ae779466f7e');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('goose_db_version',2);
CREATE INDEX cases_waiting ON cases (queue, opened_at) WHERE state <> 'closed';
CREATE INDEX mails_sha256 ON mails (sha256);
CREATE INDEX mails_identity ON mails (identity) WHERE identity IS NOT NULL;
CREATE INDEX mails_message_id ON mails (message_id) WHERE message_id <> '';
CREATE INDEX mails_case ON mails (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX mails_recorded ON mails (recorded_at, ending);
CREATE INDEX filings_due ON filings (mailbox, uid) WHERE filed_at IS NULL;
CREATE INDEX notices_due ON notices (next_at) WHERE state = 'queued';
CREATE INDEX notices_sent ON notices (recipient, sent_at) WHERE state = 'sent';
CREATE INDEX notices_case ON notices (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX events_case ON events (case_id) WHERE case_id <> 0;
CREATE TRIGGER events_never_change BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_never_go BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
COMMIT;
