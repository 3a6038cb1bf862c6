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
    return take(transaction, due.sequence, claim);
  }, durabilityOfLease(session));
}

/** Takes all due jobs of a group, as many as are asked for. */
export async function claimGroup(
  session: Session,
  claim: Parameters<JobQueue["claimGroup"]>[0],
): Promise<readonly Job[]> {
  const { group, kind, limit } = claim;
  const findAll = (on: Session, nowMs: number, locks = false) =>
    dueOf(on, kind, nowMs, locks).where("group_name", "=", group).limit(limitOf(limit)).execute();
  if ((await findAll(session, await session.readNow())).length === 0) return [];
  return session.mutate(async (transaction) => {
    const due = await findAll(transaction, transaction.now(), true);
    const jobs: Job[] = [];
    for (const { sequence } of due) jobs.push(await take(transaction, sequence, claim));
    return jobs;
  }, durabilityOfLease(session));
}

// Where one process has the database for itself, a claim that a power cut takes back leaves a job that waits, as it would
// after the restart anyway. Others would claim it meanwhile.
export const durabilityOfLease = ({ sharing }: Session): Durability =>
  sharing.commitsTogether ? "soon" : "at-once";

async function take(
  transaction: Session,
  sequence: number,
  { worker, leaseMs }: Pick<JobClaim, "leaseMs" | "worker">,
): Promise<Job> {
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
  return jobFromRow(row);
}

async function findDue(session: Session, claim: JobClaim, nowMs: number, locks = false) {
  const { kinds, exceptGroups = [] } = claim;
  for (const kind of kinds) {
    const due = dueOf(session, kind, nowMs, locks);
    const free =
      exceptGroups.length === 0
        ? due
        : due.where((job) =>
            job.or([job("group_name", "is", null), job("group_name", "not in", exceptGroups)]),
          );
    const found = await free.limit(1).executeTakeFirst();
    if (found !== undefined) return found;
  }
  return undefined;
}

// A running job is due when its lease ends, so an abandoned one is found by the same question.
function dueOf({ db, sharing }: Session, kind: string, nowMs: number, locks: boolean) {
  const due = db
    .selectFrom("jobs")
    .select("sequence")
    .where("kind", "=", kind)
    .where("due_at_ms", "<=", nowMs)
    .orderBy("due_at_ms")
    .orderBy("sequence");
  // What another worker is taking at this moment is passed over, not waited for.
  return locks && sharing.locksRows ? due.forUpdate().skipLocked() : due;
}
