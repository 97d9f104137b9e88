-- Version 2: what records had and files of version 1 did not keep. Rate limits as RateLimitsText writes them.
ALTER TABLE records ADD COLUMN deployment INTEGER NOT NULL DEFAULT 0;
ALTER TABLE records ADD COLUMN retry_after INTEGER;
ALTER TABLE records ADD COLUMN rate_limits TEXT;
