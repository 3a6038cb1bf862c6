import type { ExposureStorage } from "@keywarden/storage";
import type { ListedDelivery } from "../github/app-questions.ts";
import type { GitHub } from "../github/github.ts";
import { acceptEvent } from "../inputs/accept-event.ts";
import type { InputContext } from "../inputs/input.ts";
import { inputs } from "../inputs/inputs.ts";
import { makeStage } from "../jobs/stage.ts";
import type { Stage } from "../jobs/stage.ts";
import type { Log } from "../log.ts";
import { refDigestOf } from "../repositories/digest-of.ts";
import { deliveriesSwept } from "../repositories/settle-listing.ts";
import { sweepSchema } from "./sweep-jobs.ts";

export interface SweepDeliveriesOptions {
  readonly storage: ExposureStorage;
  readonly github: Pick<GitHub, "listDeliveries" | "readDelivery">;
  readonly input: Omit<InputContext, "delivery" | "receivedAtMs" | "source">;
  readonly log: Log;
}

// GitHub keeps deliveries for three days, GitHub Enterprise Server for seven; an hour is left for a slow sweep.
const keptMs = (7 * 24 - 1) * 3_600_000;
// Deliveries of the last sweep's end may have been under way while it listed them.
const overlapMs = 10 * 60_000;

/**
 * Accepts the deliveries that GitHub made and this storage does not know: nobody listened, or the answer came too late. GitHub
 * never repeats one by itself.
 */
export async function sweepDeliveries({
  storage,
  github,
  input,
  log,
}: SweepDeliveriesOptions): Promise<void> {
  const startedAtMs = storage.now();
  const swept = Number((await storage.controls.get(deliveriesSwept))?.value ?? 0);
  // The host's times are not the storage's, which was ahead where the machine's clock was: then all that is kept is listed.
  const behindMs = storage.behindMs();
  const lastMs = behindMs < overlapMs / 2 ? swept - overlapMs : -Infinity;
  const sinceMs = Math.max(lastMs, startedAtMs - behindMs - keptMs);
  const missed = new Map<string, Omit<ListedDelivery, "guid">>();
  let failure: { readonly cause: unknown } | null = null;
  try {
    for await (const { id, guid, event } of github.listDeliveries(sinceMs))
      if (inputs.has(event) && (await storage.deliveries.get(guid)) === null) missed.set(guid, { id, event });
  } catch (cause) {
    // What was listed until then is known; that nothing else was missed is not.
    failure = { cause };
  }
  // The oldest first, as GitHub would have sent them; nothing depends on it.
  for (const [guid, { id, event }] of [...missed].toReversed()) {
    const payload = await github.readDelivery(id);
    const accepted = await acceptEvent(
      storage,
      { ...input, delivery: guid, receivedAtMs: storage.now(), source: "delivery-sweep" },
      { name: event, payload, payloadSha256: refDigestOf(JSON.stringify(payload)) },
    );
    log("info", `found a missed ${event}: ${accepted.outcome}`, { delivery: guid });
  }
  if (failure !== null) throw failure.cause;
  await storage.controls.set(deliveriesSwept, String(startedAtMs), "keywarden-github-app");
}

/** Sweeps deliveries on schedule. */
export function makeSweepDeliveriesStage(sweep: () => Promise<void>): Stage {
  return makeStage({
    kind: "sweep-deliveries",
    retry: { attempts: 10, firstDelayMs: 1_000, longestDelayMs: 60_000 },
    schema: sweepSchema,
    run: async () => {
      await sweep();
      return {};
    },
  });
}
