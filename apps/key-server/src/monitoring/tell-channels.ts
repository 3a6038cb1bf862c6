import { type Channel, ChannelError, noticeSchema } from "@keywarden/channels";
import type { Job, KeyStorage } from "@keywarden/storage";
import { z } from "zod";
import { NOTICE_JOB } from "./notices.ts";

/** Two days: a mail server that is down over a weekend's maintenance loses nothing. */
const MOST_ATTEMPTS = 60;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 3_600_000;
const LEASE_MS = 60_000;
const MOST_AT_ONCE = 10;

const payloadSchema = z.object({ channel: z.string(), notice: noticeSchema });

/** Makes what sends the notices that are due to their channels; what fails is tried again for two days. */
export function makeChannelTeller(
  storage: Pick<KeyStorage, "jobs" | "audit" | "now">,
  channels: () => readonly Channel[],
  worker: string,
): () => Promise<void> {
  const giveUp = async (job: Job, errorCode: string, channel: string | null): Promise<void> => {
    await storage.jobs.bury(job, errorCode);
    await storage.audit.append({
      action: "alert.undelivered",
      actor: "keywarden-server",
      subject: null,
      provider: null,
      details: { channel, deliveryId: job.id, attempts: job.attempt, reason: errorCode },
    });
  };

  const work = async (job: Job): Promise<void> => {
    const payload = payloadSchema.safeParse(job.payload);
    if (!payload.success) return giveUp(job, "UNREADABLE", null);
    const { channel: name, notice } = payload.data;
    const channel = channels().find((one) => one.name === name);
    // It may have been taken out of the file since.
    if (channel === undefined) return giveUp(job, "NO_CHANNEL", name);
    try {
      await channel.send(notice);
    } catch (error) {
      const errorCode = error instanceof ChannelError ? error.code : "CHANNEL_UNAVAILABLE";
      const askedMs = error instanceof ChannelError ? (error.retryAfterMs ?? 0) : 0;
      if (job.attempt >= MOST_ATTEMPTS) return giveUp(job, errorCode, name);
      const backOffMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (job.attempt - 1));
      const delayMs = Math.max(backOffMs, Math.min(askedMs, LONGEST_DELAY_MS));
      await storage.jobs.retry(job, { delayMs, errorCode });
      return undefined;
    }
    await storage.jobs.complete(job);
    return undefined;
  };

  return async () => {
    for (let sent = 0; sent < MOST_AT_ONCE; sent += 1) {
      // A look that writes nothing: a claim is a transaction, and mostly there is nothing to send.
      const dueMs = await storage.jobs.nextDueAtMs([NOTICE_JOB]);
      if (dueMs === null || dueMs > storage.now()) return;
      const job = await storage.jobs.claim({ kinds: [NOTICE_JOB], leaseMs: LEASE_MS, worker });
      if (job === null) return;
      await work(job);
    }
  };
}
