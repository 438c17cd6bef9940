-- +goose Up

-- 1: where the server cannot move, a copy was begun, and may stand in the queue's folder.
ALTER TABLE filings ADD COLUMN copying INTEGER NOT NULL DEFAULT 0;

-- OAuth 2.0 refresh tokens that replaced configured ones, whose SHA-256 is the seed.
CREATE TABLE refresh_tokens (
  account TEXT PRIMARY KEY,
  seed    BLOB NOT NULL,
  token   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
