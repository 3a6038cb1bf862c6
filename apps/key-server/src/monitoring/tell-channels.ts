import { type Channel, ChannelError, noticeSchema } from "@keywarden/channels";
import type { Job, KeyStorage } from "@keywarden/storage";
import * as z from "zod";
import { deliverDue, giveUpDelivery, isWorthTelling, type TellUndelivered } from "./deliver-due.ts";
import { NOTICE_JOB } from "./notices.ts";

/** Two days: a mail server that is down over a weekend's maintenance loses nothing. */
const MOST_ATTEMPTS = 60;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 3_600_000;
const LEASE_MS = 60_000;

const payloadSchema = z.object({ channel: z.string(), notice: noticeSchema });

/** Makes what sends the notices that are due to their channels; what fails is tried again for two days. */
export function makeChannelTeller(
  storage: Pick<KeyStorage, "jobs" | "audit" | "now">,
  channels: () => readonly Channel[],
  worker: string,
  tellUndelivered: TellUndelivered,
): () => Promise<void> {
  const giveUp = (job: Job, errorCode: string, channel: string | null): Promise<void> => {
    tellUndelivered({ channel, reason: errorCode }, "a notice could not be delivered, and is given up");
    return giveUpDelivery(storage, job, errorCode, { channel });
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
      const reason = error instanceof ChannelError ? error.message : errorCode;
      if (isWorthTelling(job))
        tellUndelivered(
          { channel: name, reason },
          "a notice could not be delivered; it is tried again for two days",
        );
      const backOffMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (job.attempt - 1));
      const delayMs = Math.max(backOffMs, Math.min(askedMs, LONGEST_DELAY_MS));
      await storage.jobs.retry(job, { delayMs, errorCode });
      return undefined;
    }
    await storage.jobs.complete(job);
    return undefined;
  };

  return () => deliverDue(storage, { kind: NOTICE_JOB, leaseMs: LEASE_MS, worker }, work);
}
