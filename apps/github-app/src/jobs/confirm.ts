import type { ExposureState, ExposureStorage, NewAuditEntry, NewJob } from "@keywarden/storage";
import type { Log } from "../log.ts";
import type { IssuedKey, ProviderApis } from "../provider-apis.ts";
import { decide } from "../policy.ts";
import type { Action } from "../policy.ts";
import { confirmJobSchema, jobIds } from "./job-payloads.ts";
import type { ConfirmJob, SeenKey } from "./job-payloads.ts";
import { reportJob } from "./report-job.ts";
import { makeStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

export interface ConfirmStageOptions {
  readonly storage: ExposureStorage;
  readonly apis: ProviderApis;
  readonly history: "report" | "revoke";
  readonly log: Log;
}

/** Asks the providers which of them issued a key, by its fingerprint alone, and decides by policy what follows. */
export function makeConfirmStage({ storage, apis, history, log }: ConfirmStageOptions): Stage {
  return makeStage({
    kind: "confirm",
    // About a day in all: a provider that is down does not make an exposed key harmless.
    retry: { attempts: 300, firstDelayMs: 500, longestDelayMs: 300_000 },
    schema: confirmJobSchema,
    run: async (payload) => {
      const { work, exposure, key } = payload;
      const issued = await apis.findIssued(key.fingerprint, askingOrder(key, apis.names));
      const { action, because } = decide({
        ownership: issued?.ownership ?? "not-ours",
        kind: issued?.kind ?? key.kind,
        environment: issued?.environment ?? key.environment,
        provenance: history === "revoke" ? "came-after" : payload.provenance,
      });
      const state = (await wasRevokedSince(storage, issued, work.push.receivedAtMs))
        ? "revoked"
        : stateAfter(action, issued);
      const facts = { delivery: work.push.delivery, because };
      log(
        "info",
        `${action === "revoke" ? "live key" : state} ${issued?.provider ?? "unknown"} ${key.redacted}`,
        facts,
      );
      const change = {
        state,
        ...(issued === null ? {} : { provider: issued.provider, keyId: issued.keyId }),
      };
      await storage.exposures.setState(exposure, change, auditFor(payload, issued, state, because));
      const next = action === "revoke" && issued !== null ? revokeJob(payload, issued) : reportJob(work);
      return { outcome: "done", followUps: [next] };
    },
    giveUp: ({ work }) => [reportJob(work)],
  });
}

/** Every provider that issues such keys, likeliest first; all others too when the text does not tell whose it is. */
export function askingOrder(key: SeenKey, configured: readonly string[]): readonly string[] {
  const ranked = [...new Set([...(key.provider === null ? [] : [key.provider]), ...key.candidates])];
  return key.provider === null ? [...new Set([...ranked, ...configured])] : ranked;
}

// Pushed to two places at once, a key is live when both pushes arrive and ended when the second one asks.
async function wasRevokedSince(
  storage: ExposureStorage,
  issued: IssuedKey | null,
  receivedAtMs: number,
): Promise<boolean> {
  if (issued?.ownership !== "mine-inactive") return false;
  const intent = await storage.intents.get(issued);
  return (
    intent?.finishedAtMs !== undefined &&
    intent.state !== "failed" &&
    (intent.finishedAtMs ?? 0) >= receivedAtMs
  );
}

function stateAfter(action: Action, issued: IssuedKey | null): ExposureState {
  if (issued === null) return "not-ours";
  if (issued.ownership === "mine-inactive") return "inactive";
  return action === "revoke" ? "confirmed" : "reported";
}

function auditFor(
  job: ConfirmJob,
  issued: IssuedKey | null,
  state: ExposureState,
  because: string,
): NewAuditEntry {
  const { work, key } = job;
  return {
    action: "exposure.judged",
    actor: "keywarden-github-app",
    subject: issued?.keyId ?? null,
    provider: issued?.provider ?? null,
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

function revokeJob({ work, exposure, key }: ConfirmJob, { provider, keyId }: IssuedKey): NewJob {
  const id = jobIds.revoke(work.scanJob, key.fingerprint);
  return { id, kind: "revoke", payload: { work, exposure, key, provider, keyId } };
}
