import type { Job } from "./job-queue.ts";
import type { JsonObject } from "../json/json.ts";
import { canonicalJson } from "../json/canonical-json.ts";
import type { EnqueueResult, NewJob } from "./job-queue.ts";
import { isDuplicate, StorageError } from "../storage-error.ts";
import type { Selectable } from "kysely";
import type { Session } from "../sql/session.ts";
import type { JobTable } from "../sql/tables.ts";

export type JobRow = Omit<Selectable<JobTable>, "group_name"> & { readonly group_name?: string | null };

export function jobFromRow(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    payload: JSON.parse(row.payload) as JsonObject,
    uniqueKey: row.unique_key,
    group: row.group_name ?? null,
    state: row.state,
    dueAtMs: row.due_at_ms,
    attempt: row.attempt,
    worker: row.worker,
    errorCode: row.error_code,
    createdAtMs: row.created_at_ms,
    finishedAtMs: row.finished_at_ms,
  };
}

/** Adds a job inside the transaction of the session, unless its id or unique key is taken. */
export async function insertJob(session: Session, job: NewJob): Promise<EnqueueResult> {
  const { db, guard } = session;
  const nowMs = session.now();
  const uniqueKey = job.uniqueKey === undefined ? null : guard.maskText(job.uniqueKey);
  const insert = db
    .insertInto("jobs")
    .values({
      id: job.id,
      kind: job.kind,
      payload: canonicalJson(guard.maskJson({ ...job.payload })),
      unique_key: uniqueKey,
      ...(job.group === undefined ? {} : { group_name: guard.maskText(job.group) }),
      state: "queued",
      due_at_ms: job.runAtMs ?? nowMs,
      attempt: 0,
      worker: null,
      error_code: null,
      created_at_ms: nowMs,
      finished_at_ms: null,
    })
    .onConflict((conflict) => conflict.doNothing());
  // The job that stood in the way may be finished or pruned before it is looked at: then there is room after all.
  for (let attempts = 0; attempts < 5; attempts += 1) {
    const { numInsertedOrUpdatedRows: inserted = 0n } = await insert.executeTakeFirstOrThrow();
    if (inserted > 0n) return { outcome: "enqueued", id: job.id };
    const taken = await db
      .selectFrom("jobs")
      .select("id")
      .where((row) =>
        row.or([
          row("id", "=", job.id),
          row.and([row("unique_key", "=", uniqueKey), row("due_at_ms", "is not", null)]),
        ]),
      )
      .executeTakeFirst();
    if (taken !== undefined) return { outcome: "duplicate", id: taken.id };
  }
  throw new StorageError("STORAGE_BUSY", `cannot queue job ${job.id}: others queue and finish the same one`);
}

/** Queues a buried job again inside the transaction of the session; `false` when it is not buried or its unique key is taken. */
export async function redriveJob(session: Session, id: string): Promise<boolean> {
  try {
    return await session.mutate(async (transaction) => {
      const { numUpdatedRows } = await transaction.db
        .updateTable("jobs")
        .set({
          state: "queued",
          due_at_ms: transaction.now(),
          attempt: 0,
          error_code: null,
          finished_at_ms: null,
        })
        .where("id", "=", id)
        .where("state", "=", "buried")
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    });
  } catch (error) {
    // An unfinished job has its unique key by now.
    if (isDuplicate(error)) return false;
    throw error;
  }
}
