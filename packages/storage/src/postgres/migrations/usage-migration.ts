import { jobsTable } from "./jobs-migration.ts";

/** The same as on SQLite. */
export const usageAndMonitoring = `
CREATE TABLE usage_counts (
  key_id TEXT COLLATE "C" NOT NULL,
  width_ms BIGINT NOT NULL,
  start_ms BIGINT NOT NULL,
  outcome TEXT COLLATE "C" NOT NULL,
  country TEXT COLLATE "C" NOT NULL,
  feature TEXT COLLATE "C" NOT NULL,
  requests BIGINT NOT NULL CHECK (requests > 0),
  PRIMARY KEY (width_ms, start_ms, key_id, outcome, country, feature)
);

CREATE TABLE security_events (
  id TEXT COLLATE "C" PRIMARY KEY,
  code TEXT COLLATE "C" NOT NULL,
  severity TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  key_id TEXT COLLATE "C",
  provider TEXT COLLATE "C",
  evidence TEXT NOT NULL,
  first_at_ms BIGINT NOT NULL,
  last_at_ms BIGINT NOT NULL,
  count BIGINT NOT NULL
);
CREATE INDEX security_events_by_age ON security_events (first_at_ms, id);
CREATE INDEX security_events_by_subject ON security_events (subject, code, last_at_ms);

CREATE TABLE alert_rules (
  id TEXT COLLATE "C" PRIMARY KEY,
  key_id TEXT COLLATE "C" NOT NULL REFERENCES keys (id),
  rule TEXT NOT NULL,
  webhook_url TEXT,
  created_at_ms BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  last_fired_at_ms BIGINT,
  last_period_ms BIGINT
);
CREATE INDEX alert_rules_by_key ON alert_rules (key_id, created_at_ms, id);

${jobsTable}`;
