import { createHmac } from "node:crypto";
import * as z from "zod";
import type { Job, KeyStorage } from "@keywarden/storage";
import { deliverDue, giveUpDelivery, isWorthTelling, type TellUndelivered } from "./deliver-due.ts";

export const WEBHOOK_JOB = "alert-webhook";

/** Where alerts may be sent, and what they are signed with. */
export interface WebhookSettings {
  /** Origins that the operator allows; nothing is sent anywhere else. */
  readonly origins: readonly string[];
  /** At least 32 bytes. Each alert has a secret of its own that is derived from it, so none is stored. */
  readonly secret: Uint8Array;
}

/** Sends the alerts that fired to their webhooks. */
export interface Webhooks {
  /** Why an address cannot be used; null where it can. */
  refusalOf(url: string): string | null;
  secretOf(alertId: string): string;
  /** Sends what is due; what fails is tried again, eight times over about three quarters of an hour. */
  deliver(): Promise<void>;
}

const TIMEOUT_MS = 5000;
const MOST_ATTEMPTS = 8;
const FIRST_DELAY_MS = 10_000;

const payloadSchema = z.object({
  alertId: z.string(),
  url: z.string(),
  body: z.record(z.string(), z.unknown()),
});

export function makeWebhooks(
  storage: Pick<KeyStorage, "jobs" | "audit" | "now">,
  settings: () => WebhookSettings | null,
  worker: string,
  tellUndelivered: TellUndelivered,
): Webhooks {
  const secretOf = (alertId: string): string =>
    `whsec_${createHmac("sha256", settings()?.secret ?? "")
      .update(`keywarden alert ${alertId}`)
      .digest("hex")}`;

  const refusalOf = (url: string): string | null => {
    const origins = settings()?.origins ?? [];
    if (origins.length === 0)
      return "this server sends no webhooks: its operator allows no origins (--alert-origins)";
    if (!URL.canParse(url)) return "the webhook address is not a URL";
    const { origin, username, password } = new URL(url);
    if (username !== "" || password !== "") return "a webhook address must not contain a user and password";
    return origins.includes(origin)
      ? null
      : `webhooks may go to ${origins.join(", ")} only; ask the operator to allow ${origin} with --alert-origins`;
  };

  const send = async (job: Job): Promise<string | null> => {
    const payload = payloadSchema.safeParse(job.payload);
    if (!payload.success) return "UNREADABLE";
    const { alertId, url, body } = payload.data;
    // An origin may have been taken off the list since the alert was made.
    if (refusalOf(url) !== null) return "ORIGIN_NOT_ALLOWED";
    const text = JSON.stringify(body);
    const seconds = Math.floor(storage.now() / 1000);
    const signature = createHmac("sha256", secretOf(alertId)).update(`${seconds}.${text}`).digest("hex");
    try {
      const response = await fetch(url, {
        method: "POST",
        body: text,
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          "content-type": "application/json",
          "user-agent": "keywarden-server",
          "keywarden-delivery": job.id,
          "keywarden-signature": `t=${seconds},v1=${signature}`,
        },
      });
      await response.body?.cancel();
      return response.status >= 200 && response.status < 300 ? null : `HTTP_${response.status}`;
    } catch (error) {
      return error instanceof Error && error.name === "TimeoutError" ? "TIMEOUT" : "UNREACHABLE";
    }
  };

  const work = async (job: Job): Promise<void> => {
    const errorCode = await send(job);
    const alertId = payloadSchema.safeParse(job.payload).data?.alertId ?? null;
    if (errorCode === null) {
      await storage.jobs.complete(job);
    } else if (job.attempt < MOST_ATTEMPTS) {
      if (isWorthTelling(job))
        tellUndelivered(
          { alertId, reason: errorCode },
          "an alert could not be delivered; it is tried seven times more",
        );
      await storage.jobs.retry(job, { delayMs: FIRST_DELAY_MS * 2 ** (job.attempt - 1), errorCode });
    } else {
      tellUndelivered({ alertId, reason: errorCode }, "an alert could not be delivered, and is given up");
      await giveUpDelivery(storage, job, errorCode, { alertId });
    }
  };

  return {
    refusalOf,
    secretOf,
    deliver: () => deliverDue(storage, { kind: WEBHOOK_JOB, leaseMs: 4 * TIMEOUT_MS, worker }, work),
  };
}
