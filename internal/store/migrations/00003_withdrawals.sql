-- +goose Up

-- Who registered, what they agreed to, and when; the newsletter is agreed to apart.
ALTER TABLE authors ADD COLUMN consent TEXT NOT NULL DEFAULT '';        -- the text agreed to
ALTER TABLE authors ADD COLUMN consent_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE authors ADD COLUMN newsletter INTEGER NOT NULL DEFAULT 0;   -- 1: agreed
ALTER TABLE authors ADD COLUMN newsletter_at INTEGER NOT NULL DEFAULT 0;
-- The first address of an author is where the desk writes: the lowest rank.
ALTER TABLE author_addresses ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
ALTER TABLE author_addresses ADD COLUMN added_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE author_addresses ADD COLUMN added_by TEXT NOT NULL DEFAULT 'import'; -- import, operator, merge, editors
CREATE INDEX author_addresses_author ON author_addresses (author_id);

-- What was published: here, or before the desk. None is ever deleted.
CREATE TABLE publications (
  id           INTEGER PRIMARY KEY,
  reference    TEXT NOT NULL UNIQUE,
  case_id      INTEGER UNIQUE REFERENCES cases (id), -- NULL: before the desk
  format       TEXT NOT NULL,
  title        TEXT NOT NULL,
  folded_title TEXT NOT NULL,                        -- for the search by title
  title_head   TEXT NOT NULL,                        -- its first two words: the search begins there
  published_at INTEGER NOT NULL,
  url          TEXT NOT NULL,
  page         TEXT NOT NULL,                        -- url as pages are compared; "" for none
  state        TEXT NOT NULL,
  changed_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX publications_title ON publications (title_head) WHERE title_head <> '';
CREATE INDEX publications_page ON publications (page) WHERE page <> '';

CREATE TABLE publication_authors (
  publication_id INTEGER NOT NULL REFERENCES publications (id),
  rank           INTEGER NOT NULL,
  name           TEXT NOT NULL,
  author_id      INTEGER REFERENCES authors (id),
  address        TEXT NOT NULL, -- in lower case; "" for one of whom no address is known
  PRIMARY KEY (publication_id, rank)
) STRICT, WITHOUT ROWID;
CREATE INDEX publication_authors_address ON publication_authors (address) WHERE address <> '';
CREATE INDEX publication_authors_author ON publication_authors (author_id) WHERE author_id IS NOT NULL;
CREATE INDEX cases_address ON cases (address) WHERE address <> '';

-- A withdrawal request is a case of its own.
CREATE TABLE requests (
  case_id        INTEGER PRIMARY KEY REFERENCES cases (id),
  mail_id        INTEGER NOT NULL REFERENCES mails (id),
  publication_id INTEGER REFERENCES publications (id),
  submission_id  INTEGER REFERENCES cases (id),
  typed          TEXT NOT NULL,
  state          TEXT NOT NULL,
  is_open        INTEGER NOT NULL,
  asker          TEXT NOT NULL,
  authentication TEXT NOT NULL,
  evidence       TEXT NOT NULL,
  token_hash     TEXT NOT NULL,
  token_to       TEXT NOT NULL,
  token_until    INTEGER NOT NULL,
  confirmed_at   INTEGER NOT NULL,
  confirmed_by   TEXT NOT NULL,
  until_at       INTEGER NOT NULL,
  vouched        TEXT NOT NULL, -- an address that two editors vouch for
  changed_at     INTEGER NOT NULL
) STRICT;
-- One open request for a work.
CREATE UNIQUE INDEX requests_publication ON requests (publication_id) WHERE is_open = 1 AND publication_id IS NOT NULL;
CREATE UNIQUE INDEX requests_submission ON requests (submission_id) WHERE is_open = 1 AND submission_id IS NOT NULL;
CREATE UNIQUE INDEX requests_token ON requests (token_hash) WHERE token_hash <> '';
CREATE INDEX requests_until ON requests (until_at) WHERE is_open = 1 AND until_at <> 0;

CREATE TABLE objections (
  id         INTEGER PRIMARY KEY,
  request_id INTEGER NOT NULL REFERENCES requests (case_id),
  mail_id    INTEGER NOT NULL REFERENCES mails (id),
  address    TEXT NOT NULL,
  at         INTEGER NOT NULL,
  text       TEXT NOT NULL
) STRICT;
CREATE INDEX objections_request ON objections (request_id);

-- Who decided what, and why. Rows are only added.
CREATE TABLE decisions (
  id             INTEGER PRIMARY KEY,
  at             INTEGER NOT NULL,
  case_id        INTEGER REFERENCES cases (id),
  publication_id INTEGER REFERENCES publications (id),
  act            TEXT NOT NULL,
  editor         TEXT NOT NULL,
  second         TEXT NOT NULL,
  category       TEXT NOT NULL,
  motive         TEXT NOT NULL,
  public         TEXT NOT NULL,
  undoes         INTEGER REFERENCES decisions (id)
) STRICT;
CREATE INDEX decisions_case ON decisions (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX decisions_publication ON decisions (publication_id) WHERE publication_id IS NOT NULL;

-- A first editor's word for an act that needs two.
CREATE TABLE approvals (
  id             INTEGER PRIMARY KEY,
  at             INTEGER NOT NULL,
  case_id        INTEGER REFERENCES cases (id),
  publication_id INTEGER REFERENCES publications (id),
  act            TEXT NOT NULL,
  editor         TEXT NOT NULL,
  value          TEXT NOT NULL
) STRICT;

-- What the site is told: one row for each change of a publication, by the number
-- of its event.
CREATE TABLE signals (
  event_id       INTEGER PRIMARY KEY REFERENCES events (id),
  publication_id INTEGER NOT NULL REFERENCES publications (id),
  decision_id    INTEGER REFERENCES decisions (id), -- NULL where nobody decided it
  type           TEXT NOT NULL, -- how the publication stands after it
  at             INTEGER NOT NULL,
  state          TEXT NOT NULL, -- queued, sent or failed, as of notices
  attempts       INTEGER NOT NULL DEFAULT 0,
  next_at        INTEGER NOT NULL,
  reply          TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX signals_due ON signals (next_at) WHERE state = 'queued';
CREATE INDEX signals_publication ON signals (publication_id);

-- 1: the Message-ID is a token, and is kept as "sha256:" and its hash; the bytes
-- are emptied once they are sent.
ALTER TABLE notices ADD COLUMN secret INTEGER NOT NULL DEFAULT 0;
