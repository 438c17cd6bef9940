-- +goose Up

-- Before whom a notice goes, and which caps hold it: desk.Standing. What was written
-- before is told by its kind.
ALTER TABLE notices ADD COLUMN standing INTEGER NOT NULL DEFAULT 3;
UPDATE notices SET standing = 0 WHERE kind IN ('digest', 'decision', 'identity', 'coauthor', 'released');

-- 1: nobody knows what became of the last try; the next claim may be a repeat.
ALTER TABLE notices ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0;
-- How often it was claimed again in doubt, each time with an event.
ALTER TABLE notices ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0;
-- 1: put off to next_at only because its recipient got as many as an hour allows.
ALTER TABLE notices ADD COLUMN paced INTEGER NOT NULL DEFAULT 0;
-- When it was given up, or came back.
ALTER TABLE notices ADD COLUMN failed_at INTEGER;
-- What a report that came back says: a status code, and the server's words.
ALTER TABLE notices ADD COLUMN bounce TEXT NOT NULL DEFAULT '';

-- What is due, in the order in which it leaves.
DROP INDEX notices_due;
CREATE INDEX notices_due ON notices (mailbox, standing, next_at) WHERE state = 'queued';
-- What the caps count: the answers to mails, whatever became of them since.
DROP INDEX notices_sent;
CREATE INDEX notices_sent ON notices (recipient, sent_at) WHERE sent_at IS NOT NULL AND standing > 0;
CREATE INDEX notices_sent_in_all ON notices (mailbox, sent_at) WHERE sent_at IS NOT NULL AND standing > 0;
CREATE INDEX notices_in_hand ON notices (lease_until) WHERE lease_until <> 0;
CREATE INDEX notices_failed ON notices (failed_at) WHERE failed_at IS NOT NULL;
