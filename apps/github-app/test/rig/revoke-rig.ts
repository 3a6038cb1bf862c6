import { join } from "node:path";
import type { RevokeOutcome } from "@keywarden/management";
import { openExposureStorage } from "@keywarden/storage";
import type { Job } from "@keywarden/storage";
import { makeClock, makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import { approveDecision } from "../../src/decisions/approve.ts";
import { judgeExposure } from "../../src/decisions/judge.ts";
import { makeRevokeStage } from "../../src/jobs/revoke.ts";
import type { RevocationMode, Ownership, Provenance } from "../../src/policy.ts";
import type { ProviderApis } from "../../src/provider-apis.ts";
import { killSwitchControl, makeRevokeGate } from "../../src/revoke-gate.ts";

const commit = "c".repeat(40);
export const fingerprint = sha256("a key of aforo");
export const subject = { provider: "aforo", keyId: "key_1" };
const key = {
  fingerprint,
  redacted: "sk_live_…",
  provider: "aforo",
  candidates: ["aforo"],
  kind: "secret",
  environment: "production",
  label: "live",
  confidence: "high",
} as const;

/** A revoke stage over a real storage and gate, and a provider whose every answer the test gives. */
export async function makeRevokeRig(
  options: {
    readonly ownTokens?: readonly string[];
    readonly revocations?: number;
    readonly gateMode?: RevocationMode;
    readonly provenance?: Provenance;
  } = {},
) {
  const directory = makeTemporaryDirectory();
  const clock = makeClock();
  const storage = await openExposureStorage({ path: join(directory.path, "data"), clock });
  const provider: {
    ownership: Exclude<Ownership, "not-ours"> | null;
    keyId: string;
    answer: () => RevokeOutcome;
  } = {
    ownership: "mine-active",
    keyId: subject.keyId,
    answer: () => "revoked",
  };
  let calls = 0;
  const lines: unknown[] = [];
  const revokedAfterMs: number[] = [];
  const { kind, environment } = key;
  const apis: ProviderApis = {
    names: ["aforo"],
    greet: () => Promise.resolve(),
    countLive: async () => null,
    down: () => [],
    findIssued: async () => null,
    lookUp: async () =>
      provider.ownership === null
        ? null
        : { provider: "aforo", keyId: provider.keyId, ownership: provider.ownership, kind, environment },
    revoke: async () => {
      calls += 1;
      return provider.answer();
    },
  };
  const breaker = { revocations: options.revocations ?? 10, windowMs: 600_000, share: null };
  const judging = { mode: "armed", history: "report", ownTokens: new Set(options.ownTokens ?? []) } as const;
  const stage = makeRevokeStage({
    storage,
    apis,
    judging,
    gate: makeRevokeGate({
      config: { mode: options.gateMode ?? "armed", killSwitch: false, breaker },
      dataDirectory: directory.path,
      storage,
      countLive: apis.countLive,
    }),
    onRevoked: (afterMs) => revokedAfterMs.push(afterMs),
    log: (...line) => lines.push(line),
  });
  const { decisions } = storage;
  /** Shows the key in a repository, and decides. */
  const expose = async (repositoryId: number, provenance: Provenance): Promise<number> => {
    const { exposure } = await storage.exposures.record({
      repository: { host: "github.com", repositoryId },
      ...key,
      occurrences: [{ commit, path: "a.ts", line: 1, column: 1 }],
    });
    await decisions.observe(exposure.id, {
      provenance,
      observed: { source: "push", delivery: `delivery-${repositoryId}`, pusher: "dev", head: commit },
      receivedAtMs: storage.now(),
    });
    await decisions.setFacts(exposure.id, { ownership: "mine-active", ...subject });
    await storage.transaction((stores) => judgeExposure(stores, judging, exposure.id));
    return exposure.id;
  };
  const exposureId = await expose(7, options.provenance ?? "came-after");
  let job: Job | null = null;
  const start = async () => {
    job ??= await storage.jobs.claim({ kinds: ["revoke"], leaseMs: 60_000, worker: "test" });
    return job === null ? null : stage.run(job);
  };
  return {
    provider,
    calls: () => calls,
    clock,
    lines,
    revokedAfterMs,
    exposureId,
    expose,
    stage,
    /** Fills the breaker with revocations of other keys. */
    revokeOthers: async (count: number) => {
      for (let index = 0; index < count; index += 1) {
        const other = { provider: "aforo", keyId: `other_${index}` };
        await storage.intents.open(other, { action: "test", actor: "test" });
        await storage.intents.finish(other, { state: "revoked" }, { action: "test", actor: "test" });
      }
    },
    stop: () => storage.controls.set(killSwitchControl, "on", "ada"),
    /** Runs the stage up to the transaction that records its outcome. */
    start,
    /** Runs the stage as one attempt of its job does; gives its outcome, or the code of its error. */
    run: async (): Promise<string> =>
      start().then(
        async (result) => {
          if (result === null) return "no job";
          await storage.transaction(async (stores) => result.record?.(stores));
          return "done";
        },
        (error: Error & { code?: string }) => error.code ?? error.message,
      ),
    /** Says that the key is to be revoked after all, as an approval does. */
    approve: (id = exposureId) =>
      approveDecision(storage, judging, { exposureId: id, verdict: "approved", by: "ada" }),
    intent: async () => (await storage.intents.get(subject))?.state,
    state: async () => {
      const { state, reason } = (await decisions.get(exposureId)) ?? {};
      return state === reason ? state : `${state}: ${reason}`;
    },
    audited: async () =>
      (await storage.audit.list()).map(({ action }) => action).filter((one) => one.startsWith("key.")),
    /** The details of the last audit line of that action. */
    details: async (action: string) =>
      (await storage.audit.list()).findLast((entry) => entry.action === action)?.details,
    storage,
    [Symbol.asyncDispose]: async () => {
      await storage.close();
      directory.remove();
    },
  };
}
