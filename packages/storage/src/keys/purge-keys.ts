import type { Fingerprint } from "@keywarden/key-format";
import { appendAudit } from "../audit/append-audit.ts";
import type { Session } from "../sql/session.ts";
import type { PurgedSecret, PurgeKeys } from "./key-store.ts";

export function purgeKeys(
  session: Session,
  { revokedBeforeMs, limit, audit }: PurgeKeys,
): Promise<readonly string[]> {
  return session.mutate(async (transaction) => {
    const { db } = transaction;
    const nowMs = transaction.now();
    const keys = await db
      .selectFrom("keys")
      .select(["id", "provider", "kind", "environment", "created_at_ms", "revoked_at_ms"])
      .where("revoked_at_ms", "<", revokedBeforeMs)
      .where("id", "not in", db.selectFrom("rotations").select("key_id").where("ended_at_ms", "is", null))
      .orderBy("revoked_at_ms")
      .orderBy("id")
      .limit(limit)
      .execute();
    if (keys.length === 0) return [];
    const ids = keys.map(({ id }) => id);
    await db
      .insertInto("purged_secrets")
      .columns(["sha256", "key_id", "provider", "revoked_at_ms", "purged_at_ms"])
      .expression(
        db
          .selectFrom("secrets as s")
          .innerJoin("keys as k", "k.id", "s.key_id")
          .where("k.id", "in", ids)
          .select((row) => [
            "s.sha256",
            "s.key_id",
            "k.provider",
            row.ref("k.revoked_at_ms").$notNull().as("revoked_at_ms"),
            row.lit(nowMs).as("purged_at_ms"),
          ]),
      )
      .execute();
    for (const table of ["requests", "rotations", "alert_rules", "usage_counts", "secrets"] as const)
      await db.deleteFrom(table).where("key_id", "in", ids).execute();
    await db.deleteFrom("keys").where("id", "in", ids).execute();
    for (const { id, provider, kind, environment, created_at_ms, revoked_at_ms } of keys) {
      const was = { kind, environment, createdAtMs: created_at_ms, revokedAtMs: revoked_at_ms };
      await appendAudit(transaction, { ...audit, subject: id, provider }, was);
    }
    return ids;
  });
}

export async function countRevoked(session: Session, beforeMs: number): Promise<number> {
  const { count } = await session.db
    .selectFrom("keys")
    .where("revoked_at_ms", "<", beforeMs)
    .select((row) => row.fn.countAll().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function findPurged(session: Session, sha256: Fingerprint): Promise<PurgedSecret | null> {
  const row = await session.db
    .selectFrom("purged_secrets")
    .selectAll()
    .where("sha256", "=", sha256)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { key_id: keyId, provider, revoked_at_ms: revokedAtMs, purged_at_ms: purgedAtMs } = row;
  return { keyId, provider, revokedAtMs, purgedAtMs };
}
