import type { AcceptResult, Delivery, DeliveryStore } from "./delivery-store.ts";
import type { NewJob } from "./job-queue.ts";
import { StorageError } from "../storage-error.ts";
import { insertJob, redriveJob } from "./job-rows.ts";
import type { Session } from "../sql/session.ts";
import { wakeWorkers, type WorkSignal } from "./work-signal.ts";

const shortestRetentionMs = 8 * 24 * 60 * 60 * 1000;

export function makeDeliveryStore(session: Session, signal: WorkSignal): DeliveryStore {
  return {
    accept: (delivery, job) =>
      session.mutate(async (transaction) => {
        const result = await accept(transaction, delivery, job);
        if (result.outcome === "accepted" || result.outcome === "redriven")
          await wakeWorkers(transaction, signal);
        return result;
      }),
    async get(guid) {
      const row = await session.db
        .selectFrom("deliveries")
        .selectAll()
        .where("guid", "=", session.guard.maskText(guid))
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        guid: row.guid,
        event: row.event,
        action: row.action,
        payloadSha256: row.payload_sha256,
        receivedAtMs: row.received_at_ms,
        jobId: row.job_id,
      };
    },
    prune: async ({ olderThanMs }) => prune(session, olderThanMs),
  };
}

async function accept(session: Session, delivery: Delivery, job: NewJob | null): Promise<AcceptResult> {
  const { db, guard } = session;
  const guid = guard.maskText(delivery.guid);
  // The row comes first and decides: whoever brings the same delivery at this moment waits for it.
  const { numInsertedOrUpdatedRows: inserted = 0n } = await db
    .insertInto("deliveries")
    .values({
      guid,
      event: guard.maskText(delivery.event),
      action: typeof delivery.action === "string" ? guard.maskText(delivery.action) : null,
      payload_sha256: guard.maskText(delivery.payloadSha256),
      received_at_ms: delivery.receivedAtMs ?? session.now(),
      job_id: null,
    })
    .onConflict((conflict) => conflict.column("guid").doNothing())
    .executeTakeFirstOrThrow();
  if (inserted === 0n) return meetAgain(session, guid);
  if (job === null) return { outcome: "accepted", jobId: null };
  const queued = await insertJob(session, job);
  await db.updateTable("deliveries").set({ job_id: queued.id }).where("guid", "=", guid).execute();
  return { outcome: queued.outcome === "enqueued" ? "accepted" : "coalesced", jobId: queued.id };
}

async function meetAgain(session: Session, guid: string): Promise<AcceptResult> {
  const seen = await session.db
    .selectFrom("deliveries")
    .leftJoin("jobs", "jobs.id", "deliveries.job_id")
    .select(["deliveries.guid", "jobs.id as jobId", "jobs.state as jobState"])
    .where("deliveries.guid", "=", guid)
    .executeTakeFirstOrThrow();
  if (seen.jobId !== null && (await redriveJob(session, seen.jobId)))
    return { outcome: "redriven", jobId: seen.jobId };
  const rest = seen.jobId === null ? null : await findBuriedRest(session, seen.jobId);
  if (rest !== null && (await redriveJob(session, rest))) return { outcome: "redriven", jobId: rest };
  return { outcome: "duplicate", jobState: seen.jobState };
}

/** Gives the job that went on with another one, and was given up: its id is that one's, with more behind a colon. */
async function findBuriedRest(session: Session, jobId: string): Promise<string | null> {
  const row = await session.db
    .selectFrom("jobs")
    .select("id")
    .where("id", ">", `${jobId}:`)
    // The character after the colon.
    .where("id", "<", `${jobId};`)
    .where("state", "=", "buried")
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}

function prune(session: Session, olderThanMs: number): Promise<number> {
  if (!(olderThanMs >= shortestRetentionMs))
    throw new StorageError(
      "STORAGE_BAD_VALUE",
      `cannot forget deliveries after ${olderThanMs} ms: they can be delivered again for 7 days, so keep them 8`,
    );
  return session.mutate(async (transaction) => {
    const { numDeletedRows } = await transaction.db
      .deleteFrom("deliveries")
      .where("received_at_ms", "<", transaction.now() - olderThanMs)
      .where((delivery) =>
        delivery.not(
          delivery.exists(
            delivery
              .selectFrom("jobs")
              .select("jobs.id")
              .whereRef("jobs.id", "=", "deliveries.job_id")
              .where("jobs.state", "!=", "done"),
          ),
        ),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  });
}
