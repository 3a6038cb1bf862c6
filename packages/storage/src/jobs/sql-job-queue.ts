import type { JobHandle, JobQueue, JobResult } from "./job-queue.ts";
import { claimGroup, claimJob, durabilityOfLease } from "./claim-job.ts";
import { errorCodeOf } from "../sql/error-code.ts";
import { insertJob, jobFromRow, redriveJob } from "./job-rows.ts";
import { limitOf } from "../sql/limit.ts";
import type { Session } from "../sql/session.ts";
import type { JobTable } from "../sql/tables.ts";
import { wakeWorkers, type WorkSignal } from "./work-signal.ts";

export function makeJobQueue(session: Session, signal: WorkSignal): JobQueue {
  const wake = (transaction: Session) => wakeWorkers(transaction, signal);
  return {
    enqueue: (job) =>
      session.mutate(async (transaction) => {
        const result = await insertJob(transaction, job);
        if (result.outcome === "enqueued") await wake(transaction);
        return result;
      }),
    claim: (claim) => claimJob(session, claim),
    claimGroup: (claim) => claimGroup(session, claim),
    heartbeat: (job, leaseMs) =>
      session.mutate(
        (transaction) => changeRunning(transaction, job, { due_at_ms: transaction.now() + leaseMs }),
        durabilityOfLease(session),
      ),
    complete: (job, { followUps = [] } = {}) =>
      session.mutate(async (transaction) => {
        const result = await changeRunning(transaction, job, finished(transaction, "done"));
        if (!result.ok) return result;
        for (const followUp of followUps) await insertJob(transaction, followUp);
        await wake(transaction);
        return result;
      }),
    retry: (job, { delayMs, errorCode }) =>
      session.mutate(async (transaction) => {
        await wake(transaction);
        return changeRunning(transaction, job, {
          state: "queued",
          worker: null,
          due_at_ms: transaction.now() + delayMs,
          error_code: errorCodeOf(transaction, errorCode),
        });
      }),
    bury: (job, errorCode) =>
      session.mutate((transaction) =>
        changeRunning(transaction, job, {
          ...finished(transaction, "buried"),
          error_code: errorCodeOf(transaction, errorCode),
        }),
      ),
    redrive: (id) =>
      session.mutate(async (transaction) => {
        if (!(await redriveJob(transaction, id))) return { ok: false, reason: "not-buried" };
        await wake(transaction);
        return { ok: true };
      }),
    hasten: (kinds) =>
      session.mutate(async (transaction) => {
        if (kinds.length === 0) return 0;
        const { numUpdatedRows } = await transaction.db
          .updateTable("jobs")
          .set({ due_at_ms: transaction.now() })
          .where("kind", "in", kinds)
          .where("state", "=", "queued")
          .where("due_at_ms", ">", transaction.now())
          .executeTakeFirst();
        await wake(transaction);
        return Number(numUpdatedRows);
      }),
    ...makeJobQuestions(session),
    onWork(listener) {
      signal.listeners.add(listener);
      return () => void signal.listeners.delete(listener);
    },
    prune: ({ finishedBeforeMs }) =>
      session.mutate(async ({ db }) => {
        const { numDeletedRows } = await db
          .deleteFrom("jobs")
          .where("state", "=", "done")
          .where("finished_at_ms", "<", finishedBeforeMs)
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}

function makeJobQuestions(
  session: Session,
): Pick<JobQueue, "get" | "listDue" | "listBuried" | "counts" | "nextDueAtMs"> {
  const { db } = session;
  return {
    async listDue({ group, kind, limit }) {
      const rows = await db
        .selectFrom("jobs")
        .selectAll()
        .where("kind", "=", kind)
        .where("due_at_ms", "<=", session.now())
        .where("state", "=", "queued")
        .where("group_name", "=", group)
        .orderBy("due_at_ms")
        .orderBy("sequence")
        .limit(limitOf(limit))
        .execute();
      return rows.map(jobFromRow);
    },
    async get(id) {
      const row = await db.selectFrom("jobs").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : jobFromRow(row);
    },
    async listBuried({ limit } = {}) {
      const rows = await db
        .selectFrom("jobs")
        .selectAll()
        .where("state", "=", "buried")
        .orderBy("finished_at_ms")
        .orderBy("sequence")
        .limit(limitOf(limit))
        .execute();
      return rows.map(jobFromRow);
    },
    async counts() {
      const rows = await db
        .selectFrom("jobs")
        .select((job) => ["state", job.fn.countAll().as("count")])
        .groupBy("state")
        .execute();
      const counted = Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
      return { queued: 0, running: 0, done: 0, buried: 0, ...counted };
    },
    async nextDueAtMs(kinds) {
      if (kinds.length === 0) return null;
      const row = await db
        .selectFrom("jobs")
        .select((job) => job.fn.min<number | null>("due_at_ms").as("due"))
        .where("kind", "in", kinds)
        .where("due_at_ms", "is not", null)
        .executeTakeFirstOrThrow();
      return row.due;
    },
  };
}

function finished(session: Session, state: "done" | "buried") {
  return { state, worker: null, due_at_ms: null, finished_at_ms: session.now() } as const;
}

async function changeRunning(
  session: Session,
  job: JobHandle,
  change: Partial<Omit<JobTable, "sequence" | "group_name">>,
): Promise<JobResult> {
  const handle = typeof job === "string" ? { id: job } : job;
  let update = session.db
    .updateTable("jobs")
    .set(change)
    .where("id", "=", handle.id)
    .where("state", "=", "running");
  if ("attempt" in handle) update = update.where("attempt", "=", handle.attempt);
  const { numUpdatedRows } = await update.executeTakeFirst();
  return numUpdatedRows === 1n ? { ok: true } : { ok: false, reason: "not-running" };
}
