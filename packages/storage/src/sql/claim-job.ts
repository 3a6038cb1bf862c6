import type { Job, JobClaim } from "../job-queue.ts";
import { jobFromRow } from "./job-rows.ts";
import type { Session } from "./session.ts";

export async function claimJob(session: Session, claim: JobClaim): Promise<Job | null> {
  // An idle worker only reads: a transaction that writes would cost a disk flush.
  if ((await findDue(session, claim.kinds)) === undefined) return null;
  return session.mutate(async (transaction) => {
    const due = await findDue(transaction, claim.kinds);
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
async function findDue(session: Session, kinds: readonly string[]) {
  const nowMs = session.now();
  for (const kind of kinds) {
    const due = await session.db
      .selectFrom("jobs")
      .select("sequence")
      .where("kind", "=", kind)
      .where("due_at_ms", "<=", nowMs)
      .orderBy("due_at_ms")
      .orderBy("sequence")
      .limit(1)
      .executeTakeFirst();
    if (due !== undefined) return due;
  }
  return undefined;
}
