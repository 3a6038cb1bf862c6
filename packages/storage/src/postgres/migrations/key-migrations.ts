import type { Migration } from "../../schema/migration.ts";
import { anchorAdvances, auditAndClock } from "./audit-migration.ts";
import { consoleSessions } from "./console-migration.ts";
import { limitedTokens } from "./token-limits-migration.ts";
import { usageAndMonitoring } from "./usage-migration.ts";

// COLLATE "C" orders by bytes, as SQLite does, and no update of the machine's locales can break its indexes.
const keysAndTokens = `
CREATE TABLE keys (
  id TEXT COLLATE "C" PRIMARY KEY,
  provider TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  environment TEXT COLLATE "C" NOT NULL,
  label TEXT NOT NULL,
  prefix TEXT NOT NULL,
  generation INTEGER NOT NULL CHECK (generation >= 1),
  owner TEXT,
  tags TEXT NOT NULL,
  permissions TEXT,
  metadata TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  expires_at_ms BIGINT,
  revoked_at_ms BIGINT,
  revoked_by TEXT,
  last_used_at_ms BIGINT,
  last_denied_at_ms BIGINT,
  tracking_since_ms BIGINT NOT NULL
);
CREATE INDEX keys_by_creation ON keys (created_at_ms, id);
CREATE INDEX keys_by_provider ON keys (provider, created_at_ms, id);

CREATE TABLE secrets (
  key_id TEXT COLLATE "C" NOT NULL REFERENCES keys (id),
  generation INTEGER NOT NULL CHECK (generation >= 1),
  sha256 TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(sha256) = 64),
  prefix TEXT NOT NULL,
  last_four TEXT NOT NULL CHECK (length(last_four) <= 4),
  created_at_ms BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  not_before_ms BIGINT NOT NULL,
  valid_until_ms BIGINT,
  revoked_at_ms BIGINT,
  PRIMARY KEY (key_id, generation)
);
CREATE TRIGGER secrets_stay BEFORE DELETE ON secrets
  FOR EACH ROW EXECUTE FUNCTION refuse_change('hashes of secrets are kept for ever');
CREATE TRIGGER secrets_all_stay BEFORE TRUNCATE ON secrets
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('hashes of secrets are kept for ever');
CREATE TRIGGER secrets_keep BEFORE UPDATE OF key_id, generation, sha256 ON secrets
  FOR EACH ROW EXECUTE FUNCTION refuse_change('hashes of secrets cannot be changed');

CREATE TABLE tokens (
  id TEXT COLLATE "C" PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  sha256 TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(sha256) = 64),
  created_at_ms BIGINT NOT NULL
);
`;

// Pages of keys in one state, kind or environment, without reading the others. `ends_at_ms` is when the key or its
// current secret ends by itself, whichever comes first.
const filteredPages = `
ALTER TABLE keys ADD COLUMN ends_at_ms BIGINT;
UPDATE keys SET ends_at_ms = (
  SELECT CASE
    WHEN keys.expires_at_ms IS NULL THEN secrets.valid_until_ms
    WHEN secrets.valid_until_ms IS NULL OR keys.expires_at_ms < secrets.valid_until_ms THEN keys.expires_at_ms
    ELSE secrets.valid_until_ms END
  FROM secrets WHERE secrets.key_id = keys.id AND secrets.generation = keys.generation);
CREATE INDEX keys_revoked ON keys (created_at_ms, id) WHERE revoked_at_ms IS NOT NULL;
CREATE INDEX keys_revoked_by_provider ON keys (provider, created_at_ms, id) WHERE revoked_at_ms IS NOT NULL;
CREATE INDEX keys_ending ON keys (created_at_ms, id, ends_at_ms)
  WHERE revoked_at_ms IS NULL AND ends_at_ms IS NOT NULL;
CREATE INDEX keys_ending_by_provider ON keys (provider, created_at_ms, id, ends_at_ms)
  WHERE revoked_at_ms IS NULL AND ends_at_ms IS NOT NULL;
CREATE INDEX keys_by_kind ON keys (kind, created_at_ms, id);
CREATE INDEX keys_by_environment ON keys (environment, created_at_ms, id);
`;

// What requests that may come again have done, and whose keys are whose: a tenant's are found without reading the others.
const requestsAndTenants = `
CREATE TABLE requests (
  id TEXT COLLATE "C" PRIMARY KEY,
  request TEXT NOT NULL,
  key_id TEXT COLLATE "C" NOT NULL REFERENCES keys (id),
  generation INTEGER NOT NULL CHECK (generation >= 1),
  sealed TEXT,
  expires_at_ms BIGINT NOT NULL
);
CREATE INDEX requests_by_expiry ON requests (expires_at_ms);
ALTER TABLE keys ADD COLUMN tenant TEXT COLLATE "C";
UPDATE keys SET tenant = metadata::jsonb #>> '{restrictions,tenant}';
CREATE INDEX keys_by_tenant ON keys (provider, tenant, created_at_ms, id) WHERE tenant IS NOT NULL;
`;

// Filters by owner and by the age of the current secret, without reading other owners' keys or any secret.
const ownersAndAges = `
ALTER TABLE keys ADD COLUMN secret_created_at_ms BIGINT NOT NULL DEFAULT 0;
UPDATE keys SET secret_created_at_ms = (
  SELECT secrets.created_at_ms FROM secrets WHERE secrets.key_id = keys.id AND secrets.generation = keys.generation);
CREATE INDEX keys_by_owner ON keys (owner, created_at_ms, id) WHERE owner IS NOT NULL;
`;

// Tokens that can be ended, and which keys are bound to which product: found without reading the others.
const revokedTokensAndProducts = `
ALTER TABLE tokens ADD COLUMN revoked_at_ms BIGINT;
ALTER TABLE tokens ADD COLUMN revoked_by TEXT;
ALTER TABLE keys ADD COLUMN product TEXT COLLATE "C";
UPDATE keys SET product = metadata::jsonb #>> '{restrictions,product}';
CREATE INDEX keys_by_product ON keys (provider, product, created_at_ms, id) WHERE product IS NOT NULL;
`;

// Keys that are changed, disabled and enabled, and which key each one replaces: a key has one living successor at most.
const changedKeys = `
ALTER TABLE keys ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE keys ADD COLUMN disabled_at_ms BIGINT;
ALTER TABLE keys ADD COLUMN disabled_by TEXT;
ALTER TABLE keys ADD COLUMN replaces TEXT COLLATE "C";
CREATE UNIQUE INDEX keys_by_replaced ON keys (replaces) WHERE replaces IS NOT NULL AND revoked_at_ms IS NULL;
CREATE INDEX keys_disabled ON keys (created_at_ms, id) WHERE disabled_at_ms IS NOT NULL AND revoked_at_ms IS NULL;
`;

// Rotations in progress: a key has one open rotation at most, whoever carries it out.
const rotationsInProgress = `
CREATE TABLE rotations (
  id TEXT COLLATE "C" PRIMARY KEY,
  key_id TEXT COLLATE "C" NOT NULL REFERENCES keys (id),
  successor_id TEXT COLLATE "C",
  step TEXT NOT NULL,
  sinks TEXT NOT NULL,
  failure TEXT,
  deadline_ms BIGINT,
  lease_until_ms BIGINT NOT NULL,
  started_at_ms BIGINT NOT NULL,
  started_by TEXT NOT NULL,
  changed_at_ms BIGINT NOT NULL,
  ended_at_ms BIGINT,
  outcome TEXT
);
CREATE UNIQUE INDEX rotations_open ON rotations (key_id) WHERE ended_at_ms IS NULL;
CREATE INDEX rotations_by_start ON rotations (started_at_ms, id);
`;

// Counts of rate limits, where several processes share the database; nothing is lost with them but counts.
const sharedRates = `
CREATE UNLOGGED TABLE rate_windows (
  id TEXT COLLATE "C" NOT NULL,
  window_ms INTEGER NOT NULL,
  at_slot BIGINT NOT NULL,
  slots INTEGER[] NOT NULL,
  granted INTEGER NOT NULL,
  PRIMARY KEY (id, window_ms)
);
`;

// What somebody did, found without reading what others did.
const auditByActor = `
CREATE INDEX audit_entries_by_actor ON audit_entries (actor, sequence);
`;

// Keys that were purged: their hashes outlive them, so that none is ever issued or imported again.
const purgedKeys = `
CREATE TABLE purged_secrets (
  sha256 TEXT COLLATE "C" PRIMARY KEY CHECK (length(sha256) = 64),
  key_id TEXT COLLATE "C" NOT NULL,
  provider TEXT COLLATE "C" NOT NULL,
  revoked_at_ms BIGINT NOT NULL,
  purged_at_ms BIGINT NOT NULL
);
CREATE TRIGGER purged_secrets_stay BEFORE DELETE ON purged_secrets
  FOR EACH ROW EXECUTE FUNCTION refuse_change('hashes of secrets are kept for ever');
CREATE TRIGGER purged_secrets_all_stay BEFORE TRUNCATE ON purged_secrets
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('hashes of secrets are kept for ever');
CREATE TRIGGER purged_secrets_keep BEFORE UPDATE ON purged_secrets
  FOR EACH ROW EXECUTE FUNCTION refuse_change('hashes of secrets cannot be changed');
CREATE FUNCTION keep_unless_purged() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM purged_secrets WHERE purged_secrets.sha256 = OLD.sha256) THEN RETURN OLD; END IF;
  RAISE EXCEPTION USING ERRCODE = 'KW001', MESSAGE = 'hashes of secrets are kept for ever';
END $$;
CREATE FUNCTION refuse_purged() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM purged_secrets WHERE purged_secrets.sha256 = NEW.sha256) THEN
    RAISE EXCEPTION USING ERRCODE = '23505', MESSAGE = 'hash of a purged key';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER secrets_stay ON secrets;
CREATE TRIGGER secrets_stay BEFORE DELETE ON secrets FOR EACH ROW EXECUTE FUNCTION keep_unless_purged();
CREATE TRIGGER secrets_once BEFORE INSERT ON secrets FOR EACH ROW EXECUTE FUNCTION refuse_purged();
CREATE INDEX keys_by_revocation ON keys (revoked_at_ms, id) WHERE revoked_at_ms IS NOT NULL;
`;

// What was done to a provider's keys, found without reading what was done to others'.
const auditByProvider = `
CREATE INDEX audit_entries_by_provider ON audit_entries (provider, sequence) WHERE provider IS NOT NULL;
`;

/** The schema of the key server: the same versions as on SQLite. */
export const keyMigrations: readonly Migration[] = [
  { name: "keys, tokens and audit", sql: auditAndClock + keysAndTokens },
  { name: "imports and filtered pages", sql: anchorAdvances + filteredPages },
  { name: "repeatable requests and tenants", sql: requestsAndTenants },
  { name: "owners and ages", sql: ownersAndAges },
  { name: "usage and monitoring", sql: usageAndMonitoring },
  { name: "revoked tokens and products", sql: revokedTokensAndProducts },
  { name: "changed and disabled keys", sql: changedKeys },
  { name: "rotations in progress", sql: rotationsInProgress },
  { name: "shared rates", sql: sharedRates },
  { name: "limited tokens and audit by actor", sql: limitedTokens + auditByActor },
  { name: "purged keys", sql: purgedKeys },
  { name: "sessions of the console", sql: consoleSessions },
  { name: "audit by provider", sql: auditByProvider },
];
