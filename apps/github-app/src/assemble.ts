import { join, resolve } from "node:path";
import { quoteForShell } from "@keywarden/key-format";
import { scannerFor, sha256 } from "@keywarden/repository-scan";
import type { ExposureStorage } from "@keywarden/storage";
import type { AppConfig } from "./config.ts";
import { makeGitHub } from "./github/github.ts";
import type { GitHub } from "./github/github.ts";
import type { JudgeContext } from "./decisions/judge.ts";
import { sweptScanKind } from "./jobs/job-payloads.ts";
import { makeConfirmStage } from "./jobs/confirm.ts";
import { makeDeadlineStage } from "./jobs/deadline.ts";
import { makeNotifyStage } from "./jobs/notify.ts";
import { makeIssueStage } from "./channels/issue-stage.ts";
import { makeOverdueStage } from "./jobs/overdue.ts";
import { makeReplaceStage } from "./jobs/replace.ts";
import { makeReplacer } from "./replacements/replacer.ts";
import { makeReportStage } from "./jobs/report.ts";
import { makeRevokeStage } from "./jobs/revoke.ts";
import { makeScanStage } from "./jobs/scan.ts";
import { makeBackfillStage } from "./sweeps/backfill.ts";
import { makeAskRepositoryStage } from "./sweeps/ask-repository.ts";
import { makeSweepDeliveriesStage, sweepDeliveries } from "./sweeps/sweep-deliveries.ts";
import { makeSweepRefsStage } from "./sweeps/sweep-refs.ts";
import { makeSweepRepositoriesStage } from "./sweeps/sweep-repositories.ts";
import { judgeAgainKind } from "./sweeps/sweep-jobs.ts";
import { isSettled } from "./report/is-settled.ts";
import { joinCalls } from "./join-calls.ts";
import { makeWorker } from "./jobs/worker.ts";
import type { Worker } from "./jobs/worker.ts";
import type { Log } from "./log.ts";
import { makeRemotes } from "./repositories/remotes.ts";
import { tendMirrors } from "./repositories/tend-mirrors.ts";
import { makeProviderApis } from "./provider-apis.ts";
import type { ProviderApis } from "./provider-apis.ts";
import type { Receiver } from "./receiver/receive.ts";
import { makeRevokeGate } from "./revoke-gate.ts";
import type { RevokeGate } from "./revoke-gate.ts";
import type { Scheduler } from "./scheduler.ts";

export interface AssemblyOptions {
  readonly config: AppConfig;
  readonly storage: ExposureStorage;
  readonly dataDirectory: string;
  readonly leaseMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
  readonly scheduler: Scheduler;
  readonly log: Log;
  readonly onRevoked: (afterMs: number) => void;
}

/** All that follows from one config; another config makes another assembly over the same storage. */
export interface Assembly {
  readonly config: AppConfig;
  readonly github: GitHub;
  readonly apis: ProviderApis;
  readonly gate: RevokeGate;
  /** What every decision follows from besides the stored facts. */
  readonly judging: JudgeContext;
  readonly receiver: Receiver;
  readonly worker: Worker;
  /** Keeps the mirrors in order. */
  readonly tendMirrors: () => Promise<void>;
  /** The kinds of jobs by the name of their lane. */
  readonly kindsByLane: Readonly<Record<string, readonly string[]>>;
}

const providerTimeoutMs = 10_000;

/** Puts the pipeline together: receiver → scan → confirm → revoke → report, over one storage. */
export function assemble(options: AssemblyOptions): Assembly {
  const { config, storage, dataDirectory, leaseMs, env, clock, scheduler, onRevoked, log } = options;
  const { mode, providers, channels } = config;
  const scanner = scannerFor(providers, true);
  const github = makeGitHub(config.github, clock);
  const apis = makeProviderApis(config.apis, { timeoutMs: providerTimeoutMs, clock, scheduler });
  const judging = judgeContextFor(config);
  const gate = makeRevokeGate({ config, dataDirectory, storage, countLive: apis.countLive });
  const mirrorsDirectory = join(dataDirectory, "mirrors");
  const { host } = github;

  const { webhookSecrets: secrets, appId } = config.github;
  const packed = new Map<number, number>();
  const tend = {
    storage,
    host,
    mirrorsDirectory,
    mostBytes: config.mostMirrorBytes,
    env,
    clock,
    log,
  };
  const remotes = makeRemotes({ github, mirrorsDirectory, env });
  const input = { host, appId, scanner, providers };
  const sweepOfDeliveries = joinCalls(() => sweepDeliveries({ storage, github, input, log }));
  const scanning = {
    storage,
    remotes,
    github,
    scanner,
    providers,
    judging,
    host,
    limits: config.limits,
    budget: config.budget,
    turnMs: config.turnMs,
    log,
    sweepDeliveries: sweepOfDeliveries,
    // Where history is revoked too, nothing rests on what was there before.
    listedAfterMs: config.history === "revoke" ? 0 : config.github.listsDeliveriesAfterMs,
  };
  const scan = makeScanStage(scanning);
  const sweptScan = { ...scan, kind: sweptScanKind };
  const sweepRefs = makeSweepRefsStage(scanning);
  const sweeps = [
    makeSweepDeliveriesStage(sweepOfDeliveries),
    makeSweepRepositoriesStage({ storage, github }),
    { ...sweepRefs, kind: judgeAgainKind },
    sweepRefs,
  ];
  const askRepository = makeAskRepositoryStage({ storage, github, judging });
  const confirm = makeConfirmStage({ storage, apis, judging, log });
  const reachedBy = `--data ${quoteForShell(resolve(dataDirectory))}`;
  const revoke = makeRevokeStage({ storage, apis, judging, gate, reachedBy, onRevoked, log });
  const replacer = makeReplacer({ config, dataDirectory, env, clock });
  const replace = makeReplaceStage({ storage, apis, judging, gate, replacer, log });
  const overdue = makeOverdueStage({ judging, log });
  const report = makeReportStage({ storage, github, providers, asked: apis.names, mode, log });
  const knows = { providers, asked: apis.names };
  const deadline = makeDeadlineStage((id, commit) => isSettled(storage, knows, id, commit));
  const notify = makeNotifyStage({ storage, channels, log });
  const issue = makeIssueStage({ storage, github, appId, issues: config.issues, log });
  const lanes = {
    // Most of a revocation is waiting for its provider and the disk, and what waits at once shares a commit.
    revoke: { stages: [revoke, confirm, overdue], concurrency: 8 },
    // A sink that hangs keeps no key alive beyond its deadline, which is in the lane above.
    replace: { stages: [replace], concurrency: 2 },
    // A repository that takes minutes keeps only its own pushes waiting; what sweeps find never keeps a push waiting.
    // Nor do three that take minutes, of whoever can push what is small and long to read, keep all others waiting.
    scan: { stages: [scan], concurrency: 3, slow: { afterMs: 60_000, concurrency: 3 } },
    swept: { stages: [sweptScan], concurrency: 1 },
    backfill: { stages: [makeBackfillStage(scanning)], concurrency: 1 },
    sweep: { stages: sweeps, concurrency: 1 },
    report: { stages: [report, deadline, askRepository], concurrency: 2 },
    notify: { stages: [notify, issue], concurrency: 2 },
  };
  const worker = makeWorker({ storage, scheduler, log, leaseMs, lanes: Object.values(lanes) });
  const receiver = { storage, secrets, appId, host, scanner, providers, log };
  const kindsByLane = Object.fromEntries(
    Object.entries(lanes).map(([lane, { stages }]) => [lane, stages.map(({ kind }) => kind)]),
  );
  return {
    config,
    github,
    apis,
    gate,
    judging,
    receiver,
    worker,
    kindsByLane,
    tendMirrors: () => tendMirrors(tend, packed),
  };
}

/** Gives what every decision follows from besides the stored facts. */
export function judgeContextFor({ apis, channels, ...config }: AppConfig): JudgeContext {
  const { mode, history, policy, protectedKeys, issues, replacement } = config;
  const ownTokens = new Set(apis.map(({ token }) => sha256(token.reveal())));
  const names = channels.map(({ name }) => name);
  const writesIssues = issues !== null;
  return { mode, history, ownTokens, policy, protectedKeys, replacement, channels: names, writesIssues };
}
