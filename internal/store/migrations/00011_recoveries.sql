-- +goose Up

-- A mailbox may owe a search to a restore whose backup does not know it: it was made
-- before the mailbox was taken over.
CREATE TABLE recoveries_of_any (
  mailbox     TEXT PRIMARY KEY,
  restore_id  INTEGER NOT NULL REFERENCES restores (id),
  uidvalidity INTEGER NOT NULL, -- of the watched folder at the first look; 0 before it
  below_uid   INTEGER NOT NULL, -- what arrived later has this UID or a higher one
  searched_at INTEGER           -- the queues' folders were searched for mails that are not known
) STRICT;
INSERT INTO recoveries_of_any SELECT mailbox, restore_id, uidvalidity, below_uid, searched_at FROM recoveries;
DROP TABLE recoveries;
ALTER TABLE recoveries_of_any RENAME TO recoveries;
