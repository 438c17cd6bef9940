-- +goose Up

-- Who runs the desk on this database: one row once anybody has. ended_at is 0 while
-- they do, and stays so where they died.
CREATE TABLE holders (
  name       TEXT PRIMARY KEY, -- "desk"
  token      TEXT NOT NULL,    -- drawn anew at each start: what a daemon that lost the lock no longer finds
  command    TEXT NOT NULL,
  host       TEXT NOT NULL,
  boot       TEXT NOT NULL,    -- which start of which kernel; "" where the system does not say
  pid        INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  beat_at    INTEGER NOT NULL,
  ended_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- When this file was copied from the desk's own: one row in a backup, none in the
-- desk's file.
CREATE TABLE copies (at INTEGER NOT NULL) STRICT;

-- Each time that a backup was put in the place of what was lost.
CREATE TABLE restores (
  id        INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  backup_at INTEGER NOT NULL, -- up to when the backup knew what happened
  floor     INTEGER NOT NULL  -- a year of which the backup knew no reference begins above it
) STRICT;

-- What a mailbox still owes to the last restore. Mails that arrived before the desk
-- looked again may have been answered: their notices are held.
CREATE TABLE recoveries (
  mailbox     TEXT PRIMARY KEY REFERENCES mailboxes (address),
  restore_id  INTEGER NOT NULL REFERENCES restores (id),
  uidvalidity INTEGER NOT NULL, -- of the watched folder at the first look; 0 before it
  below_uid   INTEGER NOT NULL, -- what arrived later has this UID or a higher one
  searched_at INTEGER           -- the queues' folders were searched for mails that are not known
) STRICT;

-- Mails that stood in a queue's folder and were not known any more.
CREATE TABLE recovered (
  sha256     BLOB PRIMARY KEY,
  mailbox    TEXT NOT NULL,
  folder     TEXT NOT NULL,
  restore_id INTEGER NOT NULL REFERENCES restores (id)
) STRICT, WITHOUT ROWID;

-- Why a notice waits for the operator's word; "" for one that does not.
ALTER TABLE notices ADD COLUMN held TEXT NOT NULL DEFAULT '';
CREATE INDEX notices_held ON notices (id) WHERE state = 'held';

-- With what the log's hash of a publication's title, authors and address is salted.
-- Where it is emptied, nothing can be learnt from the hash; NULL before there is one.
ALTER TABLE publications ADD COLUMN salt BLOB;
