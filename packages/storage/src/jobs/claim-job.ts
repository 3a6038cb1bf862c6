import type { Job, JobClaim, JobQueue } from "./job-queue.ts";
import { jobFromRow } from "./job-rows.ts";
import { limitOf } from "../sql/limit.ts";
import type { Durability, Session } from "../sql/session.ts";

export async function claimJob(session: Session, claim: JobClaim): Promise<Job | null> {
  // An idle worker only reads: a transaction that writes would cost a disk flush.
  if ((await findDue(session, claim, await session.readNow())) === undefined) return null;
  return session.mutate(async (transaction) => {
    const due = await findDue(transaction, claim, transaction.now(), true);
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
  }, durabilityOfLease(session));
}

/** Takes all due jobs of a group, as many as are asked for. */
export async function claimGroup(
  session: Session,
  claim: Parameters<JobQueue["claimGroup"]>[0],
): Promise<readonly Job[]> {
  const { group, kind, limit, leaseMs, worker } = claim;
  const findAll = ({ db, sharing }: Session, nowMs: number, locks: boolean) => {
    const query = db
      .selectFrom("jobs")
      .select("sequence")
      .where("kind", "=", kind)
      .where("due_at_ms", "<=", nowMs)
      .where("group_name", "=", group)
      .orderBy("due_at_ms")
      .orderBy("sequence")
      .limit(limitOf(limit));
    return (locks && sharing.locksRows ? query.forUpdate().skipLocked() : query).execute();
  };
  if ((await findAll(session, await session.readNow(), false)).length === 0) return [];
  return session.mutate(async (transaction) => {
    const due = await findAll(transaction, transaction.now(), true);
    const jobs: Job[] = [];
    for (const { sequence } of due) {
      const row = await transaction.db
        .updateTable("jobs")
        .set((job) => ({
          state: "running",
          worker,
          due_at_ms: transaction.now() + leaseMs,
          attempt: job("attempt", "+", 1),
        }))
        .where("sequence", "=", sequence)
        .returningAll()
        .executeTakeFirstOrThrow();
      jobs.push(jobFromRow(row));
    }
    return jobs;
  }, durabilityOfLease(session));
}

// Where one process has the database for itself, a claim that a power cut takes back leaves a job that waits, as it would
// after the restart anyway. Others would claim it meanwhile.
export const durabilityOfLease = ({ sharing }: Session): Durability =>
  sharing.commitsTogether ? "soon" : "at-once";

// A running job is due when its lease ends, so an abandoned one is found by the same question.
async function findDue(session: Session, claim: JobClaim, nowMs: number, locks = false) {
  const { kinds, exceptGroups = [] } = claim;
  for (const kind of kinds) {
    const due = session.db
      .selectFrom("jobs")
      .select("sequence")
      .where("kind", "=", kind)
      .where("due_at_ms", "<=", nowMs);
    const free =
      exceptGroups.length === 0
        ? due
        : due.where((job) =>
            job.or([job("group_name", "is", null), job("group_name", "not in", exceptGroups)]),
          );
    const query = free.orderBy("due_at_ms").orderBy("sequence").limit(1);
    // What another worker is taking at this moment is passed over, not waited for.
    const unclaimed = locks && session.sharing.locksRows ? query.forUpdate().skipLocked() : query;
    const found = await unclaimed.executeTakeFirst();
    if (found !== undefined) return found;
  }
  return undefined;
}
