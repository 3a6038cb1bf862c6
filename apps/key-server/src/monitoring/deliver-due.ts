import type { Job, JsonObject, KeyStorage } from "@keywarden/storage";

const MOST_AT_ONCE = 10;

/** Works on the jobs of one kind that are due, up to ten. */
export async function deliverDue(
  storage: Pick<KeyStorage, "jobs" | "now">,
  { kind, leaseMs, worker }: { readonly kind: string; readonly leaseMs: number; readonly worker: string },
  work: (job: Job) => Promise<void>,
): Promise<void> {
  for (let sent = 0; sent < MOST_AT_ONCE; sent += 1) {
    // A look that writes nothing: a claim is a transaction, and mostly there is nothing to send.
    const dueMs = await storage.jobs.nextDueAtMs([kind]);
    if (dueMs === null || dueMs > storage.now()) return;
    const job = await storage.jobs.claim({ kinds: [kind], leaseMs, worker });
    if (job === null) return;
    await work(job);
  }
}

/** Tells whoever runs the server that something was not delivered; the reason holds no address. */
export type TellUndelivered = (about: JsonObject & { readonly reason: string }, message: string) => void;

/** What is tried again for long is told of when it first fails: whoever waits for alerts would take silence for peace. */
export function isWorthTelling({ attempt }: Pick<Job, "attempt">): boolean {
  return attempt === 1;
}

/** Tries a job no more, and says so in the audit. */
export async function giveUpDelivery(
  storage: Pick<KeyStorage, "jobs" | "audit">,
  job: Job,
  errorCode: string,
  about: JsonObject,
): Promise<void> {
  await storage.jobs.bury(job, errorCode);
  await storage.audit.append({
    action: "alert.undelivered",
    actor: "keywarden-server",
    subject: null,
    provider: null,
    details: { ...about, deliveryId: job.id, attempts: job.attempt, reason: errorCode },
  });
}
