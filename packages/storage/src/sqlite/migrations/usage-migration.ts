import { jobsTable } from "./jobs-migration.ts";

/**
 * How often keys are verified and with what outcome, what is noticed about it, and whom to tell. A count is in one row
 * only: rows of minutes become rows of hours and then of days. The key of a stranger's attempt is the empty text. The
 * time leads, so that what is written at once is written side by side; a key's rows are found a span at a time.
 */
export const usageAndMonitoring = `
CREATE TABLE usage_counts (
  key_id TEXT NOT NULL,
  width_ms INTEGER NOT NULL,
  start_ms INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  country TEXT NOT NULL,
  feature TEXT NOT NULL,
  requests INTEGER NOT NULL CHECK (requests > 0),
  PRIMARY KEY (width_ms, start_ms, key_id, outcome, country, feature)
) STRICT, WITHOUT ROWID;

CREATE TABLE security_events (
  id TEXT PRIMARY KEY,
  code TEXT NOT NULL,
  severity TEXT NOT NULL,
  subject TEXT NOT NULL,
  key_id TEXT,
  provider TEXT,
  evidence TEXT NOT NULL,
  first_at_ms INTEGER NOT NULL,
  last_at_ms INTEGER NOT NULL,
  count INTEGER NOT NULL
) STRICT;
CREATE INDEX security_events_by_age ON security_events (first_at_ms, id);
CREATE INDEX security_events_by_subject ON security_events (subject, code, last_at_ms);

CREATE TABLE alert_rules (
  id TEXT PRIMARY KEY,
  key_id TEXT NOT NULL REFERENCES keys (id),
  rule TEXT NOT NULL,
  webhook_url TEXT,
  created_at_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  last_fired_at_ms INTEGER,
  last_period_ms INTEGER
) STRICT;
CREATE INDEX alert_rules_by_key ON alert_rules (key_id, created_at_ms, id);

${jobsTable}`;
