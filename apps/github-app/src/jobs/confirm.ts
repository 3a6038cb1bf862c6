import type { ExposureState, ExposureStorage, NewAuditEntry, NewJob } from "@keywarden/storage";
import type { Log } from "../log.ts";
import type { Owners, OwnedKey } from "../owners.ts";
import { decide } from "../policy.ts";
import type { Action } from "../policy.ts";
import { confirmJobSchema, jobIds } from "./job-payloads.ts";
import type { ConfirmJob, SeenKey } from "./job-payloads.ts";
import { reportJob } from "./report-job.ts";
import { makeStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

export interface ConfirmStageOptions {
  readonly storage: ExposureStorage;
  readonly owners: Owners;
  readonly history: "report" | "revoke";
  readonly log: Log;
}

/** Asks the owners whose a key is, by its fingerprint alone, and decides by policy what follows. */
export function makeConfirmStage({ storage, owners, history, log }: ConfirmStageOptions): Stage {
  return makeStage({
    kind: "confirm",
    // About a day in all: an owner that is down does not make an exposed key harmless.
    retry: { attempts: 300, firstDelayMs: 500, longestDelayMs: 300_000 },
    schema: confirmJobSchema,
    run: async (payload) => {
      const { work, exposure, key } = payload;
      const owned = await owners.findOwner(key.fingerprint, askingOrder(key, owners.names));
      const { action, because } = decide({
        ownership: owned?.ownership ?? "not-ours",
        kind: owned?.kind ?? key.kind,
        environment: owned?.environment ?? key.environment,
        origin: history === "revoke" ? "push" : payload.origin,
      });
      const state = (await wasRevokedSince(storage, owned, work.push.receivedAtMs))
        ? "revoked"
        : stateAfter(action, owned);
      const facts = { delivery: work.push.delivery, because };
      log(
        "info",
        `${action === "revoke" ? "live key" : state} ${owned?.provider ?? "unknown"} ${key.redacted}`,
        facts,
      );
      const change = { state, ...(owned === null ? {} : { provider: owned.provider, keyId: owned.keyId }) };
      await storage.exposures.setState(exposure, change, auditFor(payload, owned, state, because));
      const next = action === "revoke" && owned !== null ? revokeJob(payload, owned) : reportJob(work);
      return { outcome: "done", followUps: [next] };
    },
    giveUp: ({ work }) => [reportJob(work)],
  });
}

/** Every owner that issues such keys, likeliest first; all others too when the text does not tell whose it is. */
export function askingOrder(key: SeenKey, configured: readonly string[]): readonly string[] {
  const ranked = [...new Set([...(key.provider === null ? [] : [key.provider]), ...key.candidates])];
  return key.provider === null ? [...new Set([...ranked, ...configured])] : ranked;
}

// Pushed to two places at once, a key is live when both pushes arrive and ended when the second one asks.
async function wasRevokedSince(
  storage: ExposureStorage,
  owned: OwnedKey | null,
  receivedAtMs: number,
): Promise<boolean> {
  if (owned?.ownership !== "mine-inactive") return false;
  const intent = await storage.intents.get(owned);
  return (
    intent?.finishedAtMs !== undefined &&
    intent.state !== "failed" &&
    (intent.finishedAtMs ?? 0) >= receivedAtMs
  );
}

function stateAfter(action: Action, owned: OwnedKey | null): ExposureState {
  if (owned === null) return "not-ours";
  if (owned.ownership === "mine-inactive") return "inactive";
  return action === "revoke" ? "confirmed" : "reported";
}

function auditFor(
  job: ConfirmJob,
  owned: OwnedKey | null,
  state: ExposureState,
  because: string,
): NewAuditEntry {
  const { work, key } = job;
  return {
    action: "exposure.judged",
    actor: "keywarden-github-app",
    subject: owned?.keyId ?? null,
    provider: owned?.provider ?? null,
    details: {
      state,
      because,
      fingerprint: key.fingerprint,
      key: key.redacted,
      repositoryId: work.push.repository.id,
      head: work.head,
      pusher: work.push.pusher,
      delivery: work.push.delivery,
    },
  };
}

function revokeJob({ work, exposure, key }: ConfirmJob, { provider, keyId }: OwnedKey): NewJob {
  const id = jobIds.revoke(work.scanJob, key.fingerprint);
  return { id, kind: "revoke", payload: { work, exposure, key, provider, keyId } };
}
