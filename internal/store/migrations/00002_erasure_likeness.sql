-- +goose Up

-- A raw mail whose content was deleted keeps its hash and its size; zstd is empty.
ALTER TABLE raws ADD COLUMN erased_at INTEGER;

-- Where a mail stands since it was moved, as the server told (RFC 4315); 0 where it
-- did not.
ALTER TABLE filings ADD COLUMN to_uidvalidity INTEGER NOT NULL DEFAULT 0;
ALTER TABLE filings ADD COLUMN to_uid INTEGER NOT NULL DEFAULT 0;

-- Mails whose content is promised to be deleted: trials, and what repeats them.
CREATE TABLE erasures (
  mail_id    INTEGER PRIMARY KEY REFERENCES mails (id),
  due_at     INTEGER NOT NULL,
  erased_at  INTEGER, -- the content is gone from this file
  removed_at INTEGER  -- the mail is gone from its folder, or was not there any more
) STRICT;
CREATE INDEX erasures_due ON erasures (due_at) WHERE erased_at IS NULL OR removed_at IS NULL;

-- The same file by the same author, found by its hash and the case's address: many may
-- send one file, and one person many files.
ALTER TABLE versions ADD COLUMN address TEXT NOT NULL DEFAULT '';
UPDATE versions SET address = (SELECT address FROM cases WHERE cases.id = case_id);
CREATE INDEX versions_text ON versions (sha256, address) WHERE sha256 <> '';

-- A version's sketch: the smallest hashes of its word shingles, eight bytes each,
-- big end first. It tells how much two texts share, and holds none of their words.
CREATE TABLE sketches (
  case_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  size    INTEGER NOT NULL, -- how many shingles the text has
  hashes  BLOB NOT NULL,
  PRIMARY KEY (case_id, version),
  FOREIGN KEY (case_id, version) REFERENCES versions (case_id, number)
) STRICT, WITHOUT ROWID;

-- The first of a sketch's hashes, by which the versions that may be alike are found.
CREATE TABLE sketch_keys (
  hash    INTEGER NOT NULL,
  case_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (hash, case_id, version),
  FOREIGN KEY (case_id, version) REFERENCES sketches (case_id, version)
) STRICT, WITHOUT ROWID;

-- Versions that share much of their text with another author's version.
CREATE TABLE likenesses (
  case_id       INTEGER NOT NULL,
  version       INTEGER NOT NULL,
  other_case    INTEGER NOT NULL,
  other_version INTEGER NOT NULL,
  percent       INTEGER NOT NULL, -- of the shorter text
  PRIMARY KEY (case_id, version, other_case, other_version),
  FOREIGN KEY (case_id, version) REFERENCES versions (case_id, number),
  FOREIGN KEY (other_case, other_version) REFERENCES versions (case_id, number)
) STRICT, WITHOUT ROWID;
