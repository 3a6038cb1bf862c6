import { describeSystemError } from "@keywarden/command-line";
import { join } from "node:path";
import { scannerFor, sha256 } from "@keywarden/repository-scan";
import { makeDataDirectory, openExposureStorage } from "@keywarden/storage";
import type { ExposureStorage } from "@keywarden/storage";
import { AppError } from "./app-error.ts";
import { takeApproval } from "./approvals.ts";
import type { Config } from "./config.ts";
import { makeGitHub } from "./github/github.ts";
import { makeConfirmStage } from "./jobs/confirm.ts";
import { describeFailure } from "./jobs/failure.ts";
import { makeReportStage } from "./jobs/report.ts";
import { makeRevokeStage } from "./jobs/revoke.ts";
import { makeScanStage } from "./jobs/scan.ts";
import { makeWorker } from "./jobs/worker.ts";
import type { Log } from "./log.ts";
import { makeProviderApis } from "./provider-apis.ts";
import { makeServer } from "./receiver/server.ts";
import { makeRevokeGate } from "./revoke-gate.ts";
import type { Scheduler } from "./scheduler.ts";

export interface AppOptions {
  readonly config: Config;
  readonly dataDirectory: string;
  /** A PostgreSQL that several Apps may share; SQLite in the data directory when absent. */
  readonly databaseUrl?: string | null;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
  readonly scheduler: Scheduler;
  readonly log: Log;
}

export interface App {
  readonly url: string;
  /** Resolves when no job is running or due. */
  idle(): Promise<void>;
  /** Lets the held revocations go on when the file `approve` is there; the App also looks by itself every 2 s. */
  takeApproval(): Promise<number>;
  /** Takes no more deliveries, finishes or gives back the running jobs, and closes the storage. */
  stop(): Promise<void>;
}

const providerTimeoutMs = 10_000;
const leaseMs = 120_000;
// In a shared database nobody frees the jobs of a process that died, so the others wait for its leases to end.
const sharedLeaseMs = 30_000;
const drainMs = 10_000;
const approvalEveryMs = 2_000;
const pruneEveryMs = 3_600_000;

/**
 * Puts the App together: receiver → scan → confirm → revoke → report, over one storage.
 *
 * @throws {@link AppError} APP_PORT_IN_USE, APP_CANNOT_LISTEN; StorageError when the data directory cannot be used.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, dataDirectory, env, clock, scheduler, log } = options;
  const { providers } = config;
  // With everything else in PostgreSQL nobody has made the folder of the mirrors before.
  makeDataDirectory(dataDirectory);
  const storage = await openExposureStorage({
    path: dataDirectory,
    databaseUrl: options.databaseUrl ?? null,
    clock,
  });
  const scanner = scannerFor(providers);
  const github = makeGitHub(config.github, clock);
  const apis = makeProviderApis(config.apis, providerTimeoutMs);
  const ownTokens = new Set(config.apis.map(({ token }) => sha256(token.reveal())));
  const gate = makeRevokeGate({ config, dataDirectory, storage });
  const { mode, history } = config;
  const mirrorsDirectory = join(dataDirectory, "mirrors");

  const scan = makeScanStage({
    storage,
    github,
    scanner,
    providers,
    mirrorsDirectory,
    host: github.host,
    env,
    log,
  });
  const confirm = makeConfirmStage({ storage, apis, history, log });
  const revoke = makeRevokeStage({ storage, apis, ownTokens, gate, log });
  const report = makeReportStage({ storage, github, providers, mode, log });
  const worker = makeWorker({
    storage,
    scheduler,
    log,
    leaseMs: (options.databaseUrl ?? null) === null ? leaseMs : sharedLeaseMs,
    lanes: [
      { stages: [revoke, confirm], concurrency: 4 },
      // One at a time: a repository's scans build on each other, and git itself uses every core.
      { stages: [scan], concurrency: 1 },
      { stages: [report], concurrency: 2 },
    ],
  });

  const server = makeServer({
    receiver: {
      storage,
      secrets: config.github.webhookSecrets,
      appId: config.github.appId,
      host: github.host,
      scanner,
      providers,
      log,
    },
    health: async () => ({
      status: "ok",
      mode,
      killSwitch: gate.isKilled(),
      jobs: await storage.jobs.counts(),
      exposures: await storage.exposures.counts(),
    }),
  });
  const approvals = { dataDirectory, storage, gate, log };
  const every = (periodMs: number, what: string, work: () => Promise<unknown>): (() => void) => {
    let cancel = (): void => {};
    const arm = (): void => {
      cancel = scheduler.after(periodMs, () => {
        work()
          .catch((error: unknown) => log("error", `cannot ${what}`, { code: describeFailure(error).code }))
          .finally(arm);
      });
    };
    arm();
    return () => cancel();
  };

  try {
    await server.listen({ host: options.host, port: options.port });
  } catch (cause) {
    await storage.close();
    throw listenFailure(cause, options);
  }
  if (mode === "armed") await storage.audit.append({ action: "app.armed", actor: "keywarden-github-app" });
  worker.start();
  const cancels = [
    every(approvalEveryMs, "take the approval", () => takeApproval(approvals)),
    every(pruneEveryMs, "remove old records", () => prune(storage)),
  ];
  const address = server.server.address();
  if (address === null || typeof address === "string")
    throw new TypeError("a listening server has an address");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${host}:${address.port}`,
    idle: () => worker.idle(),
    takeApproval: () => takeApproval(approvals),
    async stop() {
      for (const cancel of cancels) cancel();
      await server.close();
      await worker.stop(drainMs);
      await storage.close();
    },
  };
}

// One day more than GitHub Enterprise Server can redeliver in, so that a late repetition is still known as one.
const keptMs = 9 * 24 * 3_600_000;

/** Forgets deliveries and done jobs that can no longer be asked about; audit, exposures and dead letters stay. */
async function prune(storage: ExposureStorage): Promise<void> {
  await storage.deliveries.prune({ olderThanMs: keptMs });
  await storage.jobs.prune({ finishedBeforeMs: storage.now() - keptMs });
}

function listenFailure(cause: unknown, { host, port }: AppOptions): AppError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  if (code === "EADDRINUSE") {
    return new AppError(
      "APP_PORT_IN_USE",
      `port ${port} on ${host} is in use; choose another with --port, or 0 for any`,
    );
  }
  return new AppError(
    "APP_CANNOT_LISTEN",
    `cannot listen on ${host} port ${port}: ${describeSystemError(cause)}`,
  );
}
