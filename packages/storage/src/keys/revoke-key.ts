import type { RevokeKey, RevokeResult } from "./key-store.ts";
import { StorageError } from "../storage-error.ts";
import { appendAudit } from "../audit/append-audit.ts";
import { currentGeneration, readKey } from "./rotate-key.ts";
import type { Session } from "../sql/session.ts";

export function revokeKeyRow(session: Session, revocation: RevokeKey): Promise<RevokeResult> {
  return session.mutate(async (transaction) => {
    const { db } = transaction;
    const nowMs = transaction.now();
    const before = await readKey(transaction, revocation.id, nowMs);
    if (before === null) return { ok: false, reason: "not-found" };
    if (before.revokedAtMs !== null) return { ok: true, outcome: "already-revoked", key: before };
    const { expectedGeneration = before.generation } = revocation;
    if (expectedGeneration !== before.generation)
      return { ok: false, reason: "generation", current: currentGeneration(before) };
    const revokedBy = transaction.guard.checkText(revocation.audit.actor, "the revoking actor");
    await db
      .updateTable("keys")
      .set({ revoked_at_ms: nowMs, revoked_by: revokedBy })
      .where("id", "=", before.id)
      .execute();
    await db
      .updateTable("secrets")
      .set({ revoked_at_ms: nowMs })
      .where("key_id", "=", before.id)
      .where("revoked_at_ms", "is", null)
      .execute();
    await appendAudit(
      transaction,
      { subject: before.id, provider: before.provider, ...revocation.audit },
      { generation: before.generation },
    );
    const key = await readKey(transaction, before.id, nowMs);
    if (key === null)
      throw new StorageError("STORAGE_FAILED", `key ${before.id} vanished while it was revoked`);
    return { ok: true, outcome: "revoked", key };
  });
}
