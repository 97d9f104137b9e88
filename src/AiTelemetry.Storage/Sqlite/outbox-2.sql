-- Version 2: whether the server was ever asked to take a record, and may have it although its answer did not come; and what it never takes, with the reason.
-- Of what an older version left that is not known, so it may have been.
ALTER TABLE waiting ADD COLUMN asked INTEGER NOT NULL DEFAULT 1;
CREATE TABLE IF NOT EXISTS refused (id BLOB NOT NULL PRIMARY KEY, line BLOB NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
