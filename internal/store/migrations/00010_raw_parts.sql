-- +goose Up

-- What of a packed raw mail is beyond its row: SQLite holds a value several times over
-- while it writes it, and one mail may be as large as the memory of the desk.
CREATE TABLE raw_parts (
  id     INTEGER PRIMARY KEY, -- in the order of the bytes
  sha256 BLOB NOT NULL REFERENCES raws (sha256),
  zstd   BLOB NOT NULL
) STRICT;
CREATE INDEX raw_parts_sha256 ON raw_parts (sha256);
