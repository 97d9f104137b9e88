-- Version 2: what records had and files of version 1 did not keep. Rate limits as RateLimitsText writes them.
ALTER TABLE records ADD COLUMN deployment INTEGER NOT NULL DEFAULT 0;
ALTER TABLE records ADD COLUMN retry_after INTEGER;
ALTER TABLE records ADD COLUMN rate_limits TEXT;

-- Sums under a number of their own. In a table without one, what is longer than a quarter of a page goes to a page of its own (sqlite.org/fileformat2.html,
-- "embedded content fraction"), and the sums of the running hour and day, which are that long, are written with every commit.
CREATE TABLE sums (
  id INTEGER PRIMARY KEY, step INTEGER NOT NULL, bucket INTEGER NOT NULL, series INTEGER NOT NULL, totals BLOB NOT NULL, UNIQUE (step, bucket, series));
INSERT INTO sums (step, bucket, series, totals) SELECT step, bucket, series, totals FROM rollups;
DROP TABLE rollups;
ALTER TABLE sums RENAME TO rollups;
