import type { Kysely } from "kysely";
import type { JsonObject } from "../json/json.ts";
import { keyState, secretState } from "./key-state.ts";
import type { SecretRecord, StoredKey, StoredSecret } from "./key-store.ts";
import type { SecretTable, Tables } from "../sql/tables.ts";

/** Keys with their current secret (`c_…`) and the one before it (`p_…`, null for a first generation). */
export function selectKeys(db: Kysely<Tables>) {
  return db
    .selectFrom("keys as k")
    .innerJoin("secrets as c", (join) =>
      join.onRef("c.key_id", "=", "k.id").onRef("c.generation", "=", "k.generation"),
    )
    .leftJoin("secrets as p", (join) =>
      join.onRef("p.key_id", "=", "k.id").on((on) => on("p.generation", "=", on("k.generation", "-", 1))),
    )
    .selectAll("k")
    .select([
      "c.sha256 as c_sha256",
      "c.prefix as c_prefix",
      "c.last_four as c_last_four",
      "c.created_at_ms as c_created_at_ms",
      "c.created_by as c_created_by",
      "c.not_before_ms as c_not_before_ms",
      "c.valid_until_ms as c_valid_until_ms",
      "c.revoked_at_ms as c_revoked_at_ms",
      "p.sha256 as p_sha256",
      "p.prefix as p_prefix",
      "p.last_four as p_last_four",
      "p.created_at_ms as p_created_at_ms",
      "p.created_by as p_created_by",
      "p.not_before_ms as p_not_before_ms",
      "p.valid_until_ms as p_valid_until_ms",
      "p.revoked_at_ms as p_revoked_at_ms",
    ]);
}

/** Secrets with their key: all that there is to know of a key that was never rotated. */
export function selectFirstGeneration(db: Kysely<Tables>) {
  return db
    .selectFrom("secrets as s")
    .innerJoin("keys as k", "k.id", "s.key_id")
    .selectAll("k")
    .select([
      "s.generation as found_generation",
      "s.sha256 as c_sha256",
      "s.prefix as c_prefix",
      "s.last_four as c_last_four",
      "s.created_at_ms as c_created_at_ms",
      "s.created_by as c_created_by",
      "s.not_before_ms as c_not_before_ms",
      "s.valid_until_ms as c_valid_until_ms",
      "s.revoked_at_ms as c_revoked_at_ms",
    ]);
}

type RowWithPrevious = Awaited<ReturnType<ReturnType<typeof selectKeys>["executeTakeFirstOrThrow"]>>;
type PreviousColumn = Extract<keyof RowWithPrevious, `p_${string}`>;
type KeyRow = Omit<RowWithPrevious, PreviousColumn> & Partial<Pick<RowWithPrevious, PreviousColumn>>;

/** Turns a row into a key as it is at a moment. */
export function keyFromRow(row: KeyRow, nowMs: number): StoredKey {
  const times = {
    generation: row.generation,
    expiresAtMs: row.expires_at_ms,
    revokedAtMs: row.revoked_at_ms,
    disabledAtMs: row.disabled_at_ms,
  };
  const current = withState(times, currentSecret(row), nowMs);
  const previous = previousSecret(row);
  const grace = previous === null ? null : withState(times, previous, nowMs);
  return {
    id: row.id,
    provider: row.provider,
    name: row.name,
    kind: row.kind,
    environment: row.environment,
    label: row.label,
    prefix: row.prefix,
    generation: row.generation,
    owner: row.owner,
    tags: JSON.parse(row.tags) as readonly string[],
    permissions: row.permissions === null ? null : (JSON.parse(row.permissions) as readonly string[]),
    metadata: JSON.parse(row.metadata) as JsonObject,
    createdAtMs: row.created_at_ms,
    createdBy: row.created_by,
    expiresAtMs: row.expires_at_ms,
    revokedAtMs: row.revoked_at_ms,
    revokedBy: row.revoked_by,
    disabledAtMs: row.disabled_at_ms,
    disabledBy: row.disabled_by,
    revision: row.revision,
    replaces: row.replaces,
    lastUsedAtMs: row.last_used_at_ms,
    lastDeniedAtMs: row.last_denied_at_ms,
    trackingSinceMs: row.tracking_since_ms,
    state: keyState(times, current, nowMs),
    secret: current,
    graceSecret: grace?.state === "grace" ? grace : null,
    asOfMs: nowMs,
  };
}

/** Turns a secret's own row into what it is at a moment under its key. */
export function secretFromRow(row: SecretTable, key: StoredKey): StoredSecret {
  return withState(key, secretRecordFromRow(row), key.asOfMs);
}

/** Turns a secret's own row into what is recorded of it. */
export function secretRecordFromRow(row: SecretTable): SecretRecord {
  return {
    keyId: row.key_id,
    generation: row.generation,
    sha256: row.sha256,
    prefix: row.prefix,
    lastFour: row.last_four,
    createdAtMs: row.created_at_ms,
    createdBy: row.created_by,
    notBeforeMs: row.not_before_ms,
    validUntilMs: row.valid_until_ms,
    revokedAtMs: row.revoked_at_ms,
  };
}

function withState(
  key: Parameters<typeof secretState>[0],
  record: SecretRecord,
  nowMs: number,
): StoredSecret {
  return { ...record, state: secretState(key, record, nowMs) };
}

function currentSecret(row: KeyRow): SecretRecord {
  return {
    keyId: row.id,
    generation: row.generation,
    sha256: row.c_sha256,
    prefix: row.c_prefix,
    lastFour: row.c_last_four,
    createdAtMs: row.c_created_at_ms,
    createdBy: row.c_created_by,
    notBeforeMs: row.c_not_before_ms,
    validUntilMs: row.c_valid_until_ms,
    revokedAtMs: row.c_revoked_at_ms,
  };
}

function previousSecret(row: KeyRow): SecretRecord | null {
  const { p_sha256 = null, p_prefix = null, p_last_four = null } = row;
  const { p_created_at_ms = null, p_created_by = null, p_not_before_ms = null } = row;
  if (
    p_sha256 === null ||
    p_prefix === null ||
    p_last_four === null ||
    p_created_at_ms === null ||
    p_created_by === null ||
    p_not_before_ms === null
  )
    return null;
  return {
    keyId: row.id,
    generation: row.generation - 1,
    sha256: p_sha256,
    prefix: p_prefix,
    lastFour: p_last_four,
    createdAtMs: p_created_at_ms,
    createdBy: p_created_by,
    notBeforeMs: p_not_before_ms,
    validUntilMs: row.p_valid_until_ms ?? null,
    revokedAtMs: row.p_revoked_at_ms ?? null,
  };
}
