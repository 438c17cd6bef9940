-- +goose Up

-- Mails that the desk failed on, or holds alone because one of them may have ended
-- it. A row goes with the commit that records its mail.
CREATE TABLE troubles (
  mailbox     TEXT NOT NULL,
  uidvalidity INTEGER NOT NULL,
  uid         INTEGER NOT NULL,
  failures    INTEGER NOT NULL,
  reason      TEXT NOT NULL,
  held        INTEGER NOT NULL, -- 1: in hand, so that the desk's end counts as a failure
  at          INTEGER NOT NULL,
  PRIMARY KEY (mailbox, uidvalidity, uid)
) STRICT, WITHOUT ROWID;

-- The mailboxes that are being watched. A row goes when the watch ends well: one that
-- stands at the next start tells that the desk was killed, or died.
CREATE TABLE watches (
  mailbox TEXT PRIMARY KEY,
  at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Parked mails that the operator is done with.
CREATE TABLE parkings (
  mail_id    INTEGER PRIMARY KEY REFERENCES mails (id),
  settled_at INTEGER NOT NULL,
  how        TEXT NOT NULL -- released, retried
) STRICT;
CREATE INDEX mails_parked ON mails (id) WHERE ending = 'parked';

-- The queue in whose folder a mail stands that is to be moved to another's; '' where it
-- is to be moved from the watched folder.
ALTER TABLE filings ADD COLUMN stands TEXT NOT NULL DEFAULT '';
