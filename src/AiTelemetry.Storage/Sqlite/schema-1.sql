-- The usage ledger, version 1. Moments are in units of 100 ns since 1970-01-01 UTC, durations in units of 100 ns, buckets in seconds since 1970.

-- What the ledger knows of itself: from when on rows and sums are whole (floor_*), and whether another door than the handler was seen (other_doors).
CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

-- Names that many records share, each once.
CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE);

-- What sums are kept apart by, in words; 0 stands for none.
CREATE TABLE series (
  id INTEGER PRIMARY KEY, provider INTEGER NOT NULL, model INTEGER NOT NULL, operation INTEGER NOT NULL, outcome INTEGER NOT NULL,
  error_type INTEGER NOT NULL, source INTEGER NOT NULL, team INTEGER NOT NULL, feature INTEGER NOT NULL,
  UNIQUE (provider, model, operation, outcome, error_type, source, team, feature));

-- The records that were counted, in the order of their calls.
CREATE TABLE records (
  started_at INTEGER NOT NULL, id BLOB NOT NULL, series INTEGER NOT NULL, version INTEGER NOT NULL,
  duration INTEGER NOT NULL, first_token INTEGER, is_stream INTEGER NOT NULL, status_code INTEGER, attempt INTEGER NOT NULL,
  request_model INTEGER NOT NULL, response_model INTEGER NOT NULL,
  usage_status INTEGER NOT NULL, input INTEGER, output INTEGER, cache_read INTEGER, cache_write INTEGER, cache_write_1h INTEGER, reasoning INTEGER,
  audio_input INTEGER, audio_output INTEGER, image_input INTEGER, image_output INTEGER, cache_read_audio INTEGER, cache_read_image INTEGER,
  cost_usd TEXT, cost_status INTEGER NOT NULL, cost_notes INTEGER NOT NULL, computed_usd TEXT, cache_savings_usd TEXT, price_version INTEGER NOT NULL,
  service_tier INTEGER NOT NULL, finish_reasons INTEGER NOT NULL, provider_error_type INTEGER NOT NULL, provider_error_code INTEGER NOT NULL,
  response_id TEXT, request_id TEXT, user TEXT, session TEXT, trace_id BLOB, corrects BLOB, units TEXT, usage_anomalies INTEGER NOT NULL,
  PRIMARY KEY (started_at, id)) WITHOUT ROWID;

-- Every record ever taken, for as long as it could come again. Apart from the rows, which go earlier. Ids are UUIDs of version 7, so they lie in the
-- order of time. door: bit 0 handler, bit 1 counted. An index on call_key is made once a record of another door than the handler comes: until then no
-- two records can be of one call.
CREATE TABLE record_keys (id BLOB NOT NULL PRIMARY KEY, call_key BLOB, door INTEGER NOT NULL) WITHOUT ROWID;

-- The sums by minute (1), hour (2) and day (3), packed as UsageTotals writes them.
CREATE TABLE rollups (
  step INTEGER NOT NULL, bucket INTEGER NOT NULL, series INTEGER NOT NULL, totals BLOB NOT NULL,
  PRIMARY KEY (step, bucket, series)) WITHOUT ROWID;

-- For readers with a SQL prompt.
CREATE VIEW calls AS
SELECT strftime('%Y-%m-%dT%H:%M:%f', r.started_at / 10000000.0, 'unixepoch') AS started_at, hex(r.id) AS id, provider.word AS provider, model.word AS model,
  operation.word AS operation, outcome.word AS outcome, error_type.word AS error_type, source.word AS source, r.input, r.output, r.cache_read, r.cost_usd,
  r.duration / 10000000.0 AS seconds, r.first_token / 10000000.0 AS first_token_seconds, r.user, team.word AS team, feature.word AS feature, r.session, r.response_id
FROM records r JOIN series s ON s.id = r.series
LEFT JOIN words provider ON provider.id = s.provider LEFT JOIN words model ON model.id = s.model LEFT JOIN words operation ON operation.id = s.operation
LEFT JOIN words outcome ON outcome.id = s.outcome LEFT JOIN words error_type ON error_type.id = s.error_type LEFT JOIN words source ON source.id = s.source
LEFT JOIN words team ON team.id = s.team LEFT JOIN words feature ON feature.id = s.feature;
