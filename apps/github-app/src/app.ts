import { randomBytes } from "node:crypto";
import { describeSystemError } from "@keywarden/command-line";
import { ensureBootstrapToken, makeDataDirectory, openExposureStorage } from "@keywarden/storage";
import type { ExposureStorage, NewJob } from "@keywarden/storage";
import { AppError } from "./app-error.ts";
import { takeApproval } from "./approvals.ts";
import { assemble } from "./assemble.ts";
import type { AppConfig } from "./config.ts";
import type { RevocationMode } from "./policy.ts";
import { mountApi } from "./http/api-routes.ts";
import { mountHealth } from "./http/health-routes.ts";
import { mountMetrics } from "./http/metrics-route.ts";
import { judgeAll } from "./decisions/judge-all.ts";
import { reduceFailure } from "./jobs/failure.ts";
import { wakeOnRecovery } from "./jobs/wake-on-recovery.ts";
import { askDownEveryMs } from "./provider-outages.ts";
import type { Log } from "./log.ts";
import { removeAddress, writeAddress } from "./operate/address-file.ts";
import { makeMetrics } from "./operate/metrics.ts";
import { withChosenMode } from "./operate/mode-control.ts";
import { partsOf } from "./operate/parts.ts";
import { makeReadiness } from "./operate/readiness.ts";
import { requireCreatingTokens } from "./replacements/require-creating-tokens.ts";
import { requireOwnStorage } from "./replacements/replacement-terms.ts";
import { followLimits } from "./sweeps/follow-limits.ts";
import { makeStartUpSweep } from "./sweeps/start-up-sweep.ts";
import { defaultLimits, makeAdmission } from "./receiver/admission.ts";
import { makeServer } from "./receiver/server.ts";
import { sweepDeliveriesJob, sweepRepositoriesJob } from "./sweeps/sweep-jobs.ts";
import type { Scheduler } from "./scheduler.ts";

export interface AppOptions {
  readonly config: AppConfig;
  readonly dataDirectory: string;
  /** A PostgreSQL that several Apps may share; SQLite in the data directory when absent. */
  readonly databaseUrl?: string | null;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
  readonly scheduler: Scheduler;
  /** False for a test that loses and reorders deliveries itself. */
  readonly sweeps?: boolean;
  readonly log: Log;
}

export interface App {
  readonly url: string;
  /** What it does now: people may have overruled the config. */
  mode(): RevocationMode;
  /** Asks GitHub and the providers whether they answer, and says in the log what does not. */
  checkReady(): Promise<void>;
  /** Resolves when no job is running or due. */
  idle(): Promise<void>;
  /** Lets the held revocations go on when the file `approve` is there; the App also looks by itself every 2 s. */
  takeApproval(): Promise<number>;
  /** Continues with another config: ends or gives back the running jobs, and loses no delivery meanwhile. */
  reload(config: AppConfig): Promise<void>;
  /** Takes no more deliveries, finishes or gives back the running jobs, and closes the storage. */
  stop(): Promise<void>;
}

const leaseMs = 120_000;
// In a shared database nobody frees the jobs of a process that died, so the others wait for its leases to end.
const sharedLeaseMs = 12_000;
const drainMs = 10_000;
const approvalEveryMs = 2_000;
// Of the 5,000 requests an hour that GitHub allows an installation, sweeps of deliveries take about a hundred.
const sweepDeliveriesEveryMs = 600_000;
const sweepRepositoriesEveryMs = 3_600_000;
const pruneEveryMs = 3_600_000;
const tendMirrorsEveryMs = 600_000;

/**
 * Puts the App together: receiver → scan → confirm → revoke → report, over one storage.
 *
 * @throws {@link AppError} APP_CONFIG where a policy cannot be kept, APP_PORT_IN_USE, APP_CANNOT_LISTEN; StorageError when the data directory cannot be used.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { dataDirectory, clock, scheduler, log } = options;
  // With everything else in PostgreSQL nobody has made the folder of the mirrors before.
  const databaseUrl = options.databaseUrl ?? null;
  const requireReplaceable = async (config: AppConfig): Promise<void> => {
    requireOwnStorage(config, databaseUrl);
    await requireCreatingTokens(config);
  };
  await requireReplaceable(options.config);
  makeDataDirectory(dataDirectory);
  const storage = await openExposureStorage({ path: dataDirectory, databaseUrl, clock });
  // One that a killed process left names a port that is anybody's now.
  removeAddress(dataDirectory);
  const leaseFor = databaseUrl === null ? leaseMs : sharedLeaseMs;
  const metrics = await makeMetrics(storage, () => current);
  const startUp = makeStartUpSweep(storage);
  const assembleFor = (config: AppConfig) => {
    const onRevoked = (afterMs: number) => metrics.revoked(afterMs);
    const assembly = assemble({ ...options, config, storage, leaseMs: leaseFor, onRevoked });
    const working = makeReadiness(partsOf(storage, assembly), clock, log);
    const swept = makeReadiness([startUp.part], clock, log);
    const failing = async () => (await Promise.all([working.failing(), swept.failing()])).flat();
    return { ...assembly, working, readiness: { failing } };
  };
  // As the file has it; what people have set since overrules its mode.
  let written = options.config;
  let current = assembleFor(await withChosenMode(written, storage));

  const server = makeServer({
    receiver: () => current.receiver,
    admission: makeAdmission(defaultLimits, clock),
    scheduler,
    log,
    onReception: (reception) => metrics.received(reception),
    mounts: [
      (scope) => mountHealth(scope, () => current.readiness),
      (scope) => mountMetrics(scope, storage, metrics, log),
      (scope) => mountApi(scope, () => ({ ...current, storage, dataDirectory, randomBytes, refresh }), log),
    ],
  });
  // One after another: a signal, a request and the mode that another process set may come together.
  let reloading = Promise.resolve();
  const reload = (config: AppConfig): Promise<void> => {
    const next = reloading.then(() => continueWith(config));
    reloading = next.catch(() => {});
    return next;
  };
  const refresh = () => reload(written);
  const continueWith = async (config: AppConfig): Promise<void> => {
    await requireReplaceable(config);
    const next = assembleFor(await withChosenMode(config, storage));
    // Two workers of one process would not know of each other's locks.
    await current.worker.stop(drainMs);
    await noteArmed(storage, written, config);
    written = config;
    current = next;
    await judgeAll(storage, current.judging);
    await followLimits(storage, config, log);
    // A new address or token may be what they wait for, and the next try minutes away.
    await storage.jobs.hasten(["confirm", "revoke", "replace"]);
    current.worker.start();
  };
  const followMode = async (): Promise<void> => {
    const { mode } = await withChosenMode(written, storage);
    if (mode !== current.config.mode) await refresh();
  };
  const approve = () => takeApproval({ ...current, dataDirectory, storage, log });
  const every = (periodMs: number, what: string, work: () => Promise<unknown>): (() => void) => {
    let cancel = (): void => {};
    const arm = (): void => {
      cancel = scheduler.after(periodMs, () => {
        work()
          .catch((error: unknown) => log("error", `cannot ${what}`, { code: reduceFailure(error).code }))
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
  await noteArmed(storage, null, current.config);
  const tokenFile = await ensureBootstrapToken(storage, dataDirectory, randomBytes, "keywarden-github-app");
  if (tokenFile !== null)
    log("info", "the administrator's token of the API was written", { file: tokenFile });
  await judgeAll(storage, current.judging);
  await followLimits(storage, current.config, log);
  current.worker.start();
  const sweep = (job: () => NewJob) => storage.jobs.enqueue(job());
  if (options.sweeps !== false) await startUp.begin();
  const sweeping =
    options.sweeps === false
      ? []
      : [
          every(sweepDeliveriesEveryMs, "sweep deliveries", () => sweep(sweepDeliveriesJob)),
          every(sweepRepositoriesEveryMs, "sweep repositories", () => sweep(sweepRepositoriesJob)),
        ];
  const cancels = [
    ...sweeping,
    every(approvalEveryMs, "take the approval", approve),
    every(approvalEveryMs, "look for a new mode", followMode),
    every(askDownEveryMs, "ask providers that are down", () => wakeOnRecovery({ ...current, storage, log })),
    every(tendMirrorsEveryMs, "keep the mirrors in order", () => current.tendMirrors()),
    every(pruneEveryMs, "remove old records", () => prune(storage)),
  ];
  const address = server.server.address();
  if (address === null || typeof address === "string")
    throw new TypeError("a listening server has an address");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  const url = `http://${host}:${address.port}`;
  writeAddress(dataDirectory, url);
  return {
    url,
    mode: () => current.config.mode,
    checkReady: async () => void (await current.working.failing()),
    idle: () => current.worker.idle(),
    takeApproval: approve,
    reload,
    async stop() {
      for (const cancel of cancels) cancel();
      removeAddress(dataDirectory);
      await reloading;
      await server.close();
      await current.worker.stop(drainMs);
      await storage.close();
    },
  };
}

async function noteArmed(storage: ExposureStorage, before: AppConfig | null, now: AppConfig): Promise<void> {
  if (now.mode === before?.mode || (before === null && now.mode !== "armed")) return;
  const action = now.mode === "armed" ? "app.armed" : "app.disarmed";
  await storage.audit.append({ action, actor: "keywarden-github-app" });
}

// One day more than GitHub Enterprise Server can redeliver in, so that a late repetition is still known as one.
const keptMs = 9 * 24 * 3_600_000;

/** Forgets deliveries and done jobs that can no longer be asked about; audit, exposures and dead letters stay. */
async function prune(storage: ExposureStorage): Promise<void> {
  await storage.deliveries.prune({ olderThanMs: keptMs });
  await storage.jobs.prune({ finishedBeforeMs: storage.now() - keptMs });
}

function listenFailure(cause: unknown, { host, port }: AppOptions): AppError {
  if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE") {
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
