-- +goose Up

-- What the operator must know of, until it is over and was told so: a desk that is
-- started again does not tell it twice.
CREATE TABLE alarms (
  name       TEXT PRIMARY KEY,
  detail     TEXT NOT NULL,
  since      INTEGER NOT NULL,
  cleared_at INTEGER NOT NULL, -- 0 while it lasts
  told       TEXT NOT NULL     -- by channel, when it was last told
) STRICT;

-- What has not left, for the figures: the rows themselves hold whole mails.
CREATE INDEX notices_waiting ON notices (state, mailbox, at) WHERE state <> 'sent';

-- One row that is written to see whether anything can be.
CREATE TABLE probes (
  name TEXT PRIMARY KEY,
  at   INTEGER NOT NULL
) STRICT;
