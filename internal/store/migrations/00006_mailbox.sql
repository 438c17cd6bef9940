-- +goose Up

-- 1: where the server cannot move, a copy was begun, and may stand in the queue's folder.
ALTER TABLE filings ADD COLUMN copying INTEGER NOT NULL DEFAULT 0;
