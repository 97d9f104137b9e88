-- Version 2: what records had and version 1 did not keep; nodes of version 1 go on writing beside those of version 2. Rate limits as RateLimitsText writes them.
ALTER TABLE aitelemetry.records ADD COLUMN deployment text, ADD COLUMN retry_after bigint, ADD COLUMN rate_limits text;

-- Rows that began in one tick are few: their order needs no column in the index, which every append writes.
DROP INDEX aitelemetry.records_by_start;
CREATE INDEX records_by_start ON aitelemetry.records (started_at);

UPDATE aitelemetry.facts SET value = 2 WHERE name = 'version';
