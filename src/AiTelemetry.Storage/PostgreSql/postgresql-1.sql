-- The usage ledger in PostgreSQL, version 1. Moments are in units of 100 ns since 1970-01-01 UTC, durations in units of 100 ns, buckets in seconds since 1970.

-- Asked for first, as IF NOT EXISTS needs the right to make schemas also where it is there already.
DO $$ BEGIN IF to_regnamespace('aitelemetry') IS NULL THEN CREATE SCHEMA aitelemetry; END IF; END $$;

-- What the ledger knows of itself: its version, from when on rows and sums are whole (floor_*), whether another door than the handler was seen.
CREATE TABLE aitelemetry.facts (name text PRIMARY KEY, value bigint NOT NULL);

-- What sums are kept apart by; key is a hash of all of it, as some may be null.
CREATE TABLE aitelemetry.series (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key bytea NOT NULL UNIQUE,
  provider text NOT NULL, model text, operation text NOT NULL, outcome text NOT NULL, error_type text, source text NOT NULL, team text, feature text);

-- The records that were counted. No unique key stands on them, so that they can be partitioned by started_at.
CREATE TABLE aitelemetry.records (
  started_at bigint NOT NULL, id uuid NOT NULL, series integer NOT NULL, version smallint NOT NULL,
  duration bigint NOT NULL, first_token bigint, is_stream boolean NOT NULL, status_code smallint, attempt integer NOT NULL,
  request_model text, response_model text, usage_status smallint NOT NULL,
  input bigint, output bigint, cache_read bigint, cache_write bigint, cache_write_1h bigint, reasoning bigint,
  audio_input bigint, audio_output bigint, image_input bigint, image_output bigint, cache_read_audio bigint, cache_read_image bigint,
  units text, usage_anomalies smallint NOT NULL,
  cost_usd numeric, cost_status smallint NOT NULL, cost_notes integer NOT NULL, computed_usd numeric, cache_savings_usd numeric, price_version text,
  service_tier text, finish_reasons text[], provider_error_type text, provider_error_code text, response_id text, request_id text,
  "user" text, session text, trace_id bytea, corrects uuid);
CREATE INDEX records_by_start ON aitelemetry.records (started_at, id);

-- Every record ever taken, for as long as it could come again. door: bit 0 handler, bit 1 counted. An index on call_key is made once a record of another
-- door than the handler comes: until then no two records can be of one call.
CREATE TABLE aitelemetry.record_keys (id uuid PRIMARY KEY, call_key bytea, door smallint NOT NULL);

-- The sums by minute (1), hour (2) and day (3), packed as UsageTotals writes them.
CREATE TABLE aitelemetry.rollups (
  step smallint NOT NULL, bucket bigint NOT NULL, series integer NOT NULL, totals bytea NOT NULL,
  PRIMARY KEY (step, bucket, series)) WITH (fillfactor = 70);

CREATE VIEW aitelemetry.calls AS
SELECT to_timestamp(r.started_at / 10000000.0) AS started_at, r.id, s.provider, s.model, s.operation, s.outcome, s.error_type, s.source,
  r.input, r.output, r.cache_read, r.cost_usd, r.duration / 10000000.0 AS seconds, r.first_token / 10000000.0 AS first_token_seconds,
  r."user", s.team, s.feature, r.session, r.response_id
FROM aitelemetry.records r JOIN aitelemetry.series s ON s.id = r.series;

INSERT INTO aitelemetry.facts (name, value) VALUES ('version', 1);
