import type { ProviderProfile } from "@keywarden/key-format";
import type { Exposure, ExposureStorage } from "@keywarden/storage";
import { heldCodes } from "../approvals.ts";
import type { Mode } from "../config.ts";
import type { GitHub } from "../github/github.ts";
import { publishCheckRun } from "../github/publish-check-run.ts";
import { makeKeyedLock } from "../keyed-lock.ts";
import type { Log } from "../log.ts";
import { renderReport } from "../report/report.ts";
import type { KeyOutcome, ReportedKey } from "../report/report-input.ts";
import { confirmJobSchema, jobIds, reportJobSchema } from "./job-payloads.ts";
import type { ReportJob, Work } from "./job-payloads.ts";
import { makeStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

export interface ReportStageOptions {
  readonly storage: ExposureStorage;
  readonly github: GitHub;
  readonly providers: readonly ProviderProfile[];
  readonly mode: Mode;
  readonly log: Log;
}

/** Publishes what was found and done as a check run, once nothing of it is under way any more. */
export function makeReportStage(options: ReportStageOptions): Stage {
  const { storage, github, mode, log } = options;
  const lock = makeKeyedLock();
  const publish = async ({ work, scanGivenUp }: ReportJob, head: string): Promise<void> => {
    const { push, scanned } = work;
    const repository = { host: github.host, repositoryId: push.repository.id };
    const exposures = await storage.exposures.listByCommits(repository, [head]);
    const keys: ReportedKey[] = [];
    for (const exposure of exposures) {
      const outcome = await outcomeOf(storage, work, exposure);
      // Whoever finishes the last key asks for a report of its own.
      if (outcome === "pending") return;
      if (outcome === "unsaid") continue;
      keys.push(reportedKey(options.providers, exposure, outcome, head));
    }
    const report = renderReport({ mode, isPublic: !push.repository.private, keys, scanned, scanGivenUp });
    await publishCheckRun({
      octokit: github.checksClient(push),
      checkpoints: storage.checkpoints,
      repository: push.repository,
      head,
      externalId: github.externalId(push.repository, head),
      report,
      nowMs: storage.now(),
    });
    log("info", `reported ${report.conclusion} ${storage.now() - push.receivedAtMs} ms after receipt`, {
      delivery: push.delivery,
      title: report.title,
    });
  };
  return makeStage({
    kind: "report",
    retry: { attempts: 20, firstDelayMs: 1_000, longestDelayMs: 600_000 },
    schema: reportJobSchema,
    run: async (payload) => {
      const { head, push } = payload.work;
      if (head !== null)
        await lock.run(github.externalId(push.repository, head), () => publish(payload, head));
      return { outcome: "done", followUps: [] };
    },
    giveUp: () => [],
  });
}

async function outcomeOf(
  storage: ExposureStorage,
  work: Work,
  exposure: Exposure,
): Promise<KeyOutcome | "pending" | "unsaid"> {
  const confirm = await storage.jobs.get(jobIds.confirm(work.scanJob, exposure.fingerprint));
  const revoke = await storage.jobs.get(jobIds.revoke(work.scanJob, exposure.fingerprint));
  if ([confirm, revoke].some((job) => job?.state === "queued" || job?.state === "running")) return "pending";
  const judged = confirmJobSchema.safeParse(confirm?.payload);
  switch (exposure.state) {
    case "revoked":
      return { is: "revoked", afterMs: await revokedAfterMs(storage, work, exposure) };
    case "withheld":
      if (revoke?.errorCode === heldCodes.breaker) return { is: "held", by: "breaker" };
      if (revoke?.errorCode === heldCodes["own-token"]) return { is: "own-token" };
      if (revoke?.errorCode === heldCodes.refused) return { is: "refused" };
      if (revoke?.errorCode === heldCodes["kill-switch"]) return { is: "held", by: "kill-switch" };
      return { is: "would-revoke" };
    case "inactive":
      return { is: "inactive" };
    case "not-ours":
      // Little speaks for its being a key, and nobody says that it is one. In a public repository silence would tell just
      // that to whoever tries keys.
      if (work.push.repository.private && judged.success && judged.data.key.confidence === "low")
        return "unsaid";
      return { is: "not-ours" };
    case "reported": {
      if (exposure.environment !== "production") return { is: "not-production" };
      if (judged.success && judged.data.provenance === "history") return { is: "in-history" };
      return { is: judged.success && judged.data.provenance === "unknown" ? "of-unknown-age" : "in-grace" };
    }
    case "detected":
    case "confirmed":
    default:
      return { is: "unknown" };
  }
}

async function revokedAfterMs(
  storage: ExposureStorage,
  work: Work,
  { provider, keyId }: Exposure,
): Promise<number> {
  const intent = provider === null || keyId === null ? null : await storage.intents.get({ provider, keyId });
  return Math.max(0, (intent?.finishedAtMs ?? storage.now()) - work.push.receivedAtMs);
}

function reportedKey(
  providers: readonly ProviderProfile[],
  exposure: Exposure,
  outcome: KeyOutcome,
  head: string,
): ReportedKey {
  const { provider, redacted, kind, environment, occurrences } = exposure;
  const name = providers.find(({ id }) => id === provider)?.name ?? null;
  return {
    // Whose key it looks like is a guess until its provider has said so.
    providerName: outcome.is === "not-ours" || outcome.is === "unknown" ? null : name,
    redacted,
    kind,
    environment,
    outcome,
    occurrences: occurrences.filter(({ commit }) => commit === head),
  };
}
