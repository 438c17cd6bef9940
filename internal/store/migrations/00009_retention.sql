-- +goose Up

-- When the names, addresses and words of a case that is decided were deleted, as the
-- rules say or as its author asked; 0 for never.
ALTER TABLE cases ADD COLUMN forgotten_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX cases_decided ON cases (changed_at)
  WHERE forgotten_at = 0 AND state IN ('closed', 'declined', 'published', 'withdrawn');
