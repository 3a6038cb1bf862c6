/** What is decided of an exposure, what is told of a commit, what a repository is; of released migrations nothing changes. */
export const decisionTables = `
CREATE TABLE decisions (
  exposure_id BIGINT PRIMARY KEY REFERENCES exposures (id),
  state TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  decided_at_ms BIGINT NOT NULL,
  ownership TEXT COLLATE "C",
  provider TEXT COLLATE "C",
  key_id TEXT COLLATE "C",
  key_kind TEXT COLLATE "C",
  key_environment TEXT COLLATE "C",
  provenance TEXT COLLATE "C" NOT NULL,
  hold TEXT COLLATE "C",
  approval TEXT COLLATE "C",
  approval_by TEXT COLLATE "C",
  approval_at_ms BIGINT,
  observed TEXT COLLATE "C" NOT NULL,
  received_at_ms BIGINT NOT NULL
);
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
ALTER TABLE exposures ADD COLUMN candidates TEXT COLLATE "C" NOT NULL DEFAULT '[]';
ALTER TABLE exposures ADD COLUMN confidence TEXT COLLATE "C" NOT NULL DEFAULT 'medium';

CREATE TABLE commit_reports (
  host TEXT COLLATE "C" NOT NULL,
  repository_id BIGINT NOT NULL,
  commit_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  published_version BIGINT NOT NULL,
  received_at_ms BIGINT NOT NULL,
  account TEXT COLLATE "C",
  given_up TEXT COLLATE "C",
  run BIGINT NOT NULL,
  annotations TEXT COLLATE "C",
  PRIMARY KEY (host, repository_id, commit_id)
);

CREATE TABLE earlier_commits (
  host TEXT COLLATE "C" NOT NULL,
  repository_id BIGINT NOT NULL,
  earlier_id TEXT COLLATE "C" NOT NULL,
  commit_id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (host, repository_id, earlier_id, commit_id)
);
CREATE INDEX earlier_commits_by_commit ON earlier_commits (host, repository_id, commit_id);

CREATE TABLE known_repositories (
  host TEXT COLLATE "C" NOT NULL,
  repository_id BIGINT NOT NULL,
  owner TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  installation_id BIGINT NOT NULL,
  is_private BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  learnt_at_ms BIGINT NOT NULL,
  swept_at_ms BIGINT,
  swept_refs TEXT COLLATE "C",
  backfilled_at_ms BIGINT,
  PRIMARY KEY (host, repository_id)
);

CREATE TABLE controls (
  name TEXT COLLATE "C" PRIMARY KEY,
  value TEXT COLLATE "C" NOT NULL,
  set_by TEXT COLLATE "C" NOT NULL,
  set_at_ms BIGINT NOT NULL
);
`;
