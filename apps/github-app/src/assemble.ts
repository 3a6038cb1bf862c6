import { join } from "node:path";
import { scannerFor, sha256 } from "@keywarden/repository-scan";
import type { ExposureStorage } from "@keywarden/storage";
import type { Config } from "./config.ts";
import { makeGitHub } from "./github/github.ts";
import type { GitHub } from "./github/github.ts";
import type { JudgeContext } from "./decisions/judge.ts";
import { makeConfirmStage } from "./jobs/confirm.ts";
import { makeDeadlineStage } from "./jobs/deadline.ts";
import { makeReportStage } from "./jobs/report.ts";
import { makeRevokeStage } from "./jobs/revoke.ts";
import { makeScanStage } from "./jobs/scan.ts";
import { makeWorker } from "./jobs/worker.ts";
import type { Worker } from "./jobs/worker.ts";
import type { Log } from "./log.ts";
import { makeProviderApis } from "./provider-apis.ts";
import type { ProviderApis } from "./provider-apis.ts";
import type { Receiver } from "./receiver/receive.ts";
import { makeRevokeGate } from "./revoke-gate.ts";
import type { RevokeGate } from "./revoke-gate.ts";
import type { Scheduler } from "./scheduler.ts";

export interface AssemblyOptions {
  readonly config: Config;
  readonly storage: ExposureStorage;
  readonly dataDirectory: string;
  readonly leaseMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
  readonly scheduler: Scheduler;
  readonly log: Log;
}

/** All that follows from one config; another config makes another assembly over the same storage. */
export interface Assembly {
  readonly config: Config;
  readonly github: GitHub;
  readonly apis: ProviderApis;
  readonly gate: RevokeGate;
  /** What every decision follows from besides the stored facts. */
  readonly judging: JudgeContext;
  readonly receiver: Receiver;
  readonly worker: Worker;
}

const providerTimeoutMs = 10_000;

/** Puts the pipeline together: receiver → scan → confirm → revoke → report, over one storage. */
export function assemble(options: AssemblyOptions): Assembly {
  const { config, storage, dataDirectory, leaseMs, env, clock, scheduler, log } = options;
  const { mode, history, providers } = config;
  const scanner = scannerFor(providers);
  const github = makeGitHub(config.github, clock);
  const apis = makeProviderApis(config.apis, providerTimeoutMs);
  const ownTokens = new Set(config.apis.map(({ token }) => sha256(token.reveal())));
  const judging = { mode, history, ownTokens };
  const gate = makeRevokeGate({ config, dataDirectory, storage });
  const mirrorsDirectory = join(dataDirectory, "mirrors");
  const { host } = github;

  const scan = makeScanStage({ storage, github, scanner, providers, mirrorsDirectory, host, env, log });
  const confirm = makeConfirmStage({ storage, apis, judging, log });
  const revoke = makeRevokeStage({ storage, apis, judging, gate, log });
  const report = makeReportStage({ storage, github, providers, mode, log });
  const worker = makeWorker({
    storage,
    scheduler,
    log,
    leaseMs,
    lanes: [
      { stages: [revoke, confirm], concurrency: 4 },
      // One at a time: a repository's scans build on each other, and git itself uses every core.
      { stages: [scan], concurrency: 1 },
      { stages: [report, makeDeadlineStage()], concurrency: 2 },
    ],
  });
  const { webhookSecrets: secrets, appId } = config.github;
  const receiver = { storage, secrets, appId, host, scanner, providers, log };
  return { config, github, apis, gate, judging, receiver, worker };
}
