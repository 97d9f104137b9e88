-- Version 2: what records had and version 1 did not keep; nodes of version 1 go on writing beside those of version 2. Rate limits as RateLimitsText writes them.
ALTER TABLE aitelemetry.records ADD COLUMN deployment text, ADD COLUMN retry_after bigint, ADD COLUMN rate_limits text;

UPDATE aitelemetry.facts SET value = 2 WHERE name = 'version';
