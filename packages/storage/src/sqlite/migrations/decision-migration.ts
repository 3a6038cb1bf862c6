/** What is decided of an exposure, what is told of a commit, what a repository is; of released migrations nothing changes. */
export const decisionTables = `
CREATE TABLE decisions (
  exposure_id INTEGER PRIMARY KEY REFERENCES exposures (id),
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  decided_at_ms INTEGER NOT NULL,
  ownership TEXT,
  provider TEXT,
  key_id TEXT,
  key_kind TEXT,
  key_environment TEXT,
  provenance TEXT NOT NULL,
  hold TEXT,
  approval TEXT,
  approval_by TEXT,
  approval_at_ms INTEGER,
  observed TEXT NOT NULL,
  received_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX decisions_by_state ON decisions (state, exposure_id);
CREATE INDEX decisions_by_key ON decisions (provider, key_id);

INSERT INTO decisions (exposure_id, state, reason, decided_at_ms, ownership, provider, key_id, provenance, hold, observed, received_at_ms)
SELECT id,
  CASE state WHEN 'confirmed' THEN 'revoke' WHEN 'revoked' THEN 'revoked' WHEN 'inactive' THEN 'reported'
    WHEN 'not-ours' THEN 'reported' WHEN 'withheld' THEN 'held' ELSE 'waiting' END,
  CASE state WHEN 'confirmed' THEN 'live' WHEN 'revoked' THEN 'revoked' WHEN 'inactive' THEN 'inactive'
    WHEN 'not-ours' THEN 'not-ours' WHEN 'withheld' THEN 'breaker' ELSE 'not-asked' END,
  last_seen_at_ms,
  CASE state WHEN 'confirmed' THEN 'mine-active' WHEN 'withheld' THEN 'mine-active' WHEN 'revoked' THEN 'mine-inactive'
    WHEN 'inactive' THEN 'mine-inactive' WHEN 'not-ours' THEN 'not-ours' END,
  provider, key_id,
  CASE WHEN state IN ('confirmed', 'withheld', 'revoked') THEN 'came-after' ELSE 'unknown' END,
  CASE WHEN state = 'withheld' THEN (
    SELECT CASE jobs.error_code WHEN 'HELD_BY_KILL_SWITCH' THEN 'kill-switch' WHEN 'HELD_AS_OWN_TOKEN' THEN 'own-token'
      WHEN 'HELD_AS_REFUSED' THEN 'refused' ELSE 'breaker' END
    FROM jobs WHERE jobs.kind = 'revoke' AND jobs.state = 'buried' AND jobs.id LIKE 'revoke:%:' || exposures.fingerprint
    ORDER BY jobs.sequence DESC LIMIT 1) END,
  '{}', first_seen_at_ms
FROM exposures;
ALTER TABLE exposures DROP COLUMN state;
ALTER TABLE exposures DROP COLUMN key_id;
ALTER TABLE exposures ADD COLUMN candidates TEXT NOT NULL DEFAULT '[]';
ALTER TABLE exposures ADD COLUMN confidence TEXT NOT NULL DEFAULT 'medium';

CREATE TABLE commit_reports (
  host TEXT NOT NULL,
  repository_id INTEGER NOT NULL,
  commit_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  published_version INTEGER NOT NULL,
  received_at_ms INTEGER NOT NULL,
  account TEXT,
  given_up TEXT,
  run INTEGER NOT NULL,
  annotations TEXT,
  PRIMARY KEY (host, repository_id, commit_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE earlier_commits (
  host TEXT NOT NULL,
  repository_id INTEGER NOT NULL,
  earlier_id TEXT NOT NULL,
  commit_id TEXT NOT NULL,
  PRIMARY KEY (host, repository_id, earlier_id, commit_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX earlier_commits_by_commit ON earlier_commits (host, repository_id, commit_id);

CREATE TABLE known_repositories (
  host TEXT NOT NULL,
  repository_id INTEGER NOT NULL,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  installation_id INTEGER NOT NULL,
  is_private INTEGER NOT NULL,
  state TEXT NOT NULL,
  learnt_at_ms INTEGER NOT NULL,
  swept_at_ms INTEGER,
  swept_refs TEXT,
  backfilled_at_ms INTEGER,
  PRIMARY KEY (host, repository_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE controls (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  set_by TEXT NOT NULL,
  set_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
