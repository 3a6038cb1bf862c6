import type { Migration } from "../../schema/migration.ts";
import { appTokens } from "./app-token-migration.ts";
import { doubtfulPushes } from "./doubtful-pushes-migration.ts";
import { jobsTable } from "./jobs-migration.ts";
import { decisionTables } from "./decision-migration.ts";
import { exposureIssues } from "./exposure-issues-migration.ts";
import { jobGroups } from "./job-group-migration.ts";
import { leastActions } from "./least-actions-migration.ts";
import { madeRepositories } from "./made-repositories-migration.ts";
import { replacements } from "./replacements-migration.ts";
import { settledListings } from "./settled-listing-migration.ts";
import { shownCommits } from "./shown-commit-migration.ts";
import { limitedTokens } from "./token-limits-migration.ts";
import { unansweredRequests } from "./unanswered-requests-migration.ts";
import { unknownEnvironments } from "./unknown-environments-migration.ts";
import { provenanceTables } from "./provenance-migration.ts";
import { anchorAdvances, auditAndClock } from "./audit-migration.ts";

const deliveriesToCheckpoints = `
${jobsTable}
CREATE TABLE deliveries (
  guid TEXT PRIMARY KEY,
  event TEXT NOT NULL,
  action TEXT,
  payload_sha256 TEXT NOT NULL,
  received_at_ms INTEGER NOT NULL,
  job_id TEXT REFERENCES jobs (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX deliveries_by_age ON deliveries (received_at_ms);
CREATE INDEX deliveries_by_job ON deliveries (job_id);

CREATE TABLE exposures (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL,
  repository_id INTEGER NOT NULL,
  fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 64),
  provider TEXT,
  kind TEXT NOT NULL,
  environment TEXT NOT NULL,
  label TEXT NOT NULL,
  redacted TEXT NOT NULL,
  state TEXT NOT NULL,
  key_id TEXT,
  first_seen_at_ms INTEGER NOT NULL,
  last_seen_at_ms INTEGER NOT NULL,
  UNIQUE (host, repository_id, fingerprint)
) STRICT;
CREATE INDEX exposures_by_fingerprint ON exposures (fingerprint);

CREATE TABLE occurrences (
  exposure_id INTEGER NOT NULL REFERENCES exposures (id),
  commit_id TEXT NOT NULL,
  path TEXT NOT NULL,
  line_number INTEGER NOT NULL,
  column_number INTEGER NOT NULL,
  seen_at_ms INTEGER NOT NULL,
  PRIMARY KEY (exposure_id, commit_id, path, line_number, column_number)
) STRICT, WITHOUT ROWID;

CREATE TABLE revoke_intents (
  provider TEXT NOT NULL,
  key_id TEXT NOT NULL,
  state TEXT NOT NULL,
  intended_at_ms INTEGER NOT NULL,
  finished_at_ms INTEGER,
  error_code TEXT,
  PRIMARY KEY (provider, key_id)
) STRICT;

CREATE TABLE tips (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL,
  repository_id INTEGER NOT NULL,
  object_id TEXT NOT NULL,
  UNIQUE (host, repository_id, object_id)
) STRICT;

CREATE TABLE checkpoints (
  external_id TEXT PRIMARY KEY,
  check_run_id INTEGER,
  batches_sent INTEGER NOT NULL
) STRICT;
`;

/** The schema of the GitHub App's database, `exposures.db`. */
export const exposureMigrations: readonly Migration[] = [
  { name: "deliveries, jobs, exposures and audit", sql: auditAndClock + deliveriesToCheckpoints },
  { name: "imports", sql: anchorAdvances },
  { name: "provenance", sql: provenanceTables },
  { name: "decisions", sql: decisionTables },
  { name: "tokens", sql: appTokens },
  { name: "groups of jobs", sql: jobGroups },
  { name: "times of shown commits", sql: shownCommits },
  { name: "limited tokens", sql: limitedTokens },
  { name: "settled listings", sql: settledListings },
  { name: "doubtful pushes", sql: doubtfulPushes },
  { name: "least actions", sql: leastActions },
  { name: "issues", sql: exposureIssues },
  { name: "replacements", sql: replacements },
  { name: "unanswered requests", sql: unansweredRequests },
  { name: "unknown environments", sql: unknownEnvironments },
  { name: "made repositories", sql: madeRepositories },
];
