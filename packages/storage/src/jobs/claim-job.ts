import type { Job, JobClaim } from "./job-queue.ts";
import { jobFromRow } from "./job-rows.ts";
import type { Session } from "../sql/session.ts";

export async function claimJob(session: Session, claim: JobClaim): Promise<Job | null> {
  // An idle worker only reads: a transaction that writes would cost a disk flush.
  if ((await findDue(session, claim.kinds, await session.readNow())) === undefined) return null;
  return session.mutate(async (transaction) => {
    const due = await findDue(transaction, claim.kinds, transaction.now(), true);
    if (due === undefined) return null;
    const row = await transaction.db
      .updateTable("jobs")
      .set((job) => ({
        state: "running",
        worker: claim.worker,
        due_at_ms: transaction.now() + claim.leaseMs,
        attempt: job("attempt", "+", 1),
      }))
      .where("sequence", "=", due.sequence)
      .returningAll()
      .executeTakeFirstOrThrow();
    return jobFromRow(row);
  });
}

// A running job is due when its lease ends, so an abandoned one is found by the same question.
async function findDue(session: Session, kinds: readonly string[], nowMs: number, locks = false) {
  for (const kind of kinds) {
    const query = session.db
      .selectFrom("jobs")
      .select("sequence")
      .where("kind", "=", kind)
      .where("due_at_ms", "<=", nowMs)
      .orderBy("due_at_ms")
      .orderBy("sequence")
      .limit(1);
    // What another worker is taking at this moment is passed over, not waited for.
    const unclaimed = locks && session.sharing.locksRows ? query.forUpdate().skipLocked() : query;
    const due = await unclaimed.executeTakeFirst();
    if (due !== undefined) return due;
  }
  return undefined;
}
