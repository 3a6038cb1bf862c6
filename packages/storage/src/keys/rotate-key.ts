import type { CurrentGeneration, RotateKey, RotateResult, StoredKey, StoredSecret } from "./key-store.ts";
import { secretState } from "./key-state.ts";
import { StorageError } from "../storage-error.ts";
import { appendAudit } from "../audit/append-audit.ts";
import { endOf, secretRow } from "./insert-key.ts";
import { keyFromRow, selectKeys } from "./key-rows.ts";
import type { Session } from "../sql/session.ts";

export function rotateKeyRow(session: Session, rotation: RotateKey): Promise<RotateResult> {
  if (!Number.isSafeInteger(rotation.graceMs) || rotation.graceMs < 0)
    throw new StorageError("STORAGE_BAD_VALUE", `cannot grant ${rotation.graceMs} ms of grace: 0 or more`);
  return session.mutate(async (transaction) => {
    const nowMs = transaction.now();
    const before = await readKey(transaction, rotation.id, nowMs);
    if (before === null) return { ok: false, reason: "not-found" };
    if (before.state !== "active") return { ok: false, reason: before.state };
    const isCurrent = (rotation.expectedGeneration ?? before.generation) === before.generation;
    if (!isCurrent || !(await advance(transaction, before, rotation)))
      return { ok: false, reason: "generation", current: currentGeneration(before) };
    const previous = await limitOldSecrets(transaction, before, nowMs + rotation.graceMs);
    const generation = before.generation + 1;
    await transaction.db
      .insertInto("secrets")
      .values(secretRow(transaction, before.id, generation, rotation.secret, rotation.audit.actor))
      .execute();
    await appendAudit(
      transaction,
      { subject: before.id, provider: before.provider, ...rotation.audit },
      { generation, previousValidUntilMs: previous.validUntilMs },
    );
    const key = await readKey(transaction, rotation.id, nowMs);
    if (key === null)
      throw new StorageError("STORAGE_FAILED", `key ${before.id} vanished while it was rotated`);
    return { ok: true, key, previous };
  });
}

/** Reads a key as it is at a moment. */
export async function readKey(session: Session, id: string, nowMs: number): Promise<StoredKey | null> {
  const row = await selectKeys(session.db).where("k.id", "=", id).executeTakeFirst();
  return row === undefined ? null : keyFromRow(row, nowMs);
}

/** Says who made the current generation and when. */
export function currentGeneration(key: StoredKey): CurrentGeneration {
  return {
    generation: key.generation,
    rotatedBy: key.secret.createdBy,
    rotatedAtMs: key.secret.createdAtMs,
  };
}

// The condition on the generation is what decides a race where transactions do run side by side.
async function advance(session: Session, key: StoredKey, rotation: RotateKey): Promise<boolean> {
  const { numUpdatedRows } = await session.db
    .updateTable("keys")
    .set({
      generation: key.generation + 1,
      prefix: rotation.secret.prefix,
      ends_at_ms: endOf(key.expiresAtMs, rotation.secret.validUntilMs),
      secret_created_at_ms: session.now(),
    })
    .where("id", "=", key.id)
    .where("generation", "=", key.generation)
    .where("revoked_at_ms", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function limitOldSecrets(
  session: Session,
  key: StoredKey,
  graceUntilMs: number,
): Promise<StoredSecret> {
  const nowMs = key.asOfMs;
  if (key.graceSecret !== null)
    await session.db
      .updateTable("secrets")
      .set({ valid_until_ms: nowMs })
      .where("key_id", "=", key.id)
      .where("generation", "=", key.graceSecret.generation)
      .execute();
  const validUntilMs = Math.min(
    graceUntilMs,
    key.secret.validUntilMs ?? Infinity,
    key.expiresAtMs ?? Infinity,
  );
  await session.db
    .updateTable("secrets")
    .set({ valid_until_ms: validUntilMs })
    .where("key_id", "=", key.id)
    .where("generation", "=", key.generation)
    .execute();
  const previous = { ...key.secret, validUntilMs };
  return {
    ...previous,
    state: secretState({ ...key, generation: key.generation + 1 }, previous, nowMs),
  };
}
