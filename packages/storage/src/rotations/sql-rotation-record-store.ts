import { appendAudit } from "../audit/append-audit.ts";
import { canonicalJson } from "../json/canonical-json.ts";
import type { Session } from "../sql/session.ts";
import type { RotationTable } from "./rotation-table.ts";
import type { RotationRecord, RotationRecordStore } from "./rotation-record-store.ts";

export function makeRotationRecordStore(session: Session): RotationRecordStore {
  return {
    begin: (rotation, audit) =>
      session.mutate(async (transaction) => {
        const { guard } = transaction;
        const nowMs = transaction.now();
        const row: RotationTable = {
          id: guard.checkText(rotation.id, "the rotation's id"),
          key_id: rotation.keyId,
          successor_id: null,
          step: "planned",
          sinks: canonicalJson(guard.checkJson(rotation.sinks, "the rotation's sinks")),
          failure: null,
          deadline_ms: null,
          lease_until_ms: rotation.leaseUntilMs,
          started_at_ms: nowMs,
          started_by: audit.actor,
          changed_at_ms: nowMs,
          ended_at_ms: null,
          outcome: null,
        };
        await transaction.db.insertInto("rotations").values(row).execute();
        await appendAudit(transaction, audit, { rotationId: rotation.id });
        return recordFromRow(row);
      }),
    change: (id, { successorId, step, failure, deadlineMs, leaseUntilMs, outcome }, audit) =>
      session.mutate(async (transaction) => {
        const nowMs = transaction.now();
        const row = await transaction.db
          .updateTable("rotations")
          .set({
            changed_at_ms: nowMs,
            ...(successorId !== undefined && { successor_id: successorId }),
            ...(step !== undefined && { step }),
            ...(failure !== undefined && { failure }),
            ...(deadlineMs !== undefined && { deadline_ms: deadlineMs }),
            ...(leaseUntilMs !== undefined && { lease_until_ms: leaseUntilMs }),
            ...(outcome !== undefined && { outcome, ended_at_ms: nowMs }),
          })
          .where("id", "=", id)
          .where("ended_at_ms", "is", null)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return null;
        if (audit !== null) await appendAudit(transaction, audit, { rotationId: id });
        return recordFromRow(row);
      }),
    async get(id) {
      const row = await session.db
        .selectFrom("rotations")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? null : recordFromRow(row);
    },
    async findOpen(keyId) {
      const row = await session.db
        .selectFrom("rotations")
        .selectAll()
        .where("key_id", "=", keyId)
        .where("ended_at_ms", "is", null)
        .executeTakeFirst();
      return row === undefined ? null : recordFromRow(row);
    },
    async list({ limit, ...query }) {
      const rows = await matching(session, query)
        .selectAll()
        .orderBy("started_at_ms", "desc")
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(recordFromRow);
    },
    async count(query) {
      const { count } = await matching(session, query)
        .select(({ fn }) => fn.countAll().as("count"))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}

function matching(
  { db }: Session,
  { isOpen, keyId }: { readonly isOpen?: boolean; readonly keyId?: string },
) {
  let rotations = db.selectFrom("rotations");
  if (isOpen !== undefined) rotations = rotations.where("ended_at_ms", isOpen ? "is" : "is not", null);
  return keyId === undefined ? rotations : rotations.where("key_id", "=", keyId);
}

function recordFromRow(row: RotationTable): RotationRecord {
  return {
    id: row.id,
    keyId: row.key_id,
    successorId: row.successor_id,
    step: row.step,
    sinks: JSON.parse(row.sinks) as readonly string[],
    failure: row.failure,
    deadlineMs: row.deadline_ms,
    leaseUntilMs: row.lease_until_ms,
    startedAtMs: row.started_at_ms,
    startedBy: row.started_by,
    changedAtMs: row.changed_at_ms,
    endedAtMs: row.ended_at_ms,
    outcome: row.outcome,
  };
}
