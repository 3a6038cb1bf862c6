import { describeSystemError } from "@keywarden/command-line";
import cluster from "node:cluster";
import { join, resolve } from "node:path";
import type { ManagedProvider } from "@keywarden/key-format";
import { makeAddressList } from "@keywarden/verifier";
import { ensureBootstrapToken, openKeyStorage } from "@keywarden/storage";
import { makeApp, type App, type ReloadedFiles } from "./app.ts";
import { makeTextLog } from "./http/text-log.ts";
import { makeClockWatch } from "./clock-watch.ts";
import { KeyServerError } from "./key-server-error.ts";
import { announce } from "./listening.ts";
import type { ServeOptions } from "./options.ts";
import type { Process } from "./process.ts";
import { readApp } from "./read-app.ts";
import { readChannels } from "./settings/read-channels.ts";
import { readEmbedding } from "./console/embed/read-embedding.ts";
import { readMonitoring } from "./read-monitoring.ts";
import { readPolicy } from "./policy/read-policy.ts";
import { readProviders } from "./read-providers.ts";
import { readServerSinks } from "./rotation-service/server-sinks.ts";
import { readSignIn } from "./sign-in/read-sign-in.ts";
import { storageOptions } from "./storage-options.ts";
import { secretFormats } from "./auth/secret-formats.ts";

const TICK_EVERY_MS = 1000;

/** Serves until it is told to stop, then writes what it remembers and closes the database. */
export async function serve(options: ServeOptions, process: Process): Promise<void> {
  // Without a listener SIGHUP would end a process that is still starting.
  const started = Promise.withResolvers<() => void>();
  process.onReload(() => void started.promise.then((again) => again()));
  checkProxies(options.trustedProxies);
  const providers = await readProviders(options.providersFile, process.randomBytes);
  process.learnFormats(providers);
  const monitoring = await readMonitoring(options, process.randomBytes);
  const readExposures = options.hasConsole ? readApp(options) : undefined;
  const channels = await readChannels(options.channelsFile);
  const policy = await readPolicy(options.policyFile, { providers, hasChannels: channels.length > 0 });
  const signIn = await readSignIn(options.signInFile);
  const embedding = options.hasConsole ? readEmbedding(options) : null;
  const sinks = await readServerSinks(options.sinksFile, { env: sinkEnvironment(process.env), fetch });
  const storage = await openKeyStorage(storageOptions(options, process, secretFormats(providers)));
  try {
    const app = await makeApp({
      storage,
      randomBytes: process.randomBytes,
      providers,
      trustedProxies: options.trustedProxies,
      directory: options.databaseUrl === null ? options.data : null,
      ...monitoring,
      channels,
      policy,
      signIn,
      embedding,
      rotations: {
        directory: join(resolve(options.data), "rotations"),
        sinks,
        env: sinkEnvironment(process.env),
      },
      hasConsole: options.hasConsole,
      readExposures,
      log: {
        level: options.log,
        stream: options.logFormat === "text" ? makeTextLog(process.stderr) : process.stderr,
      },
    });
    try {
      const port = await listen(app, options);
      // After the port is bound: a token that was made by a start that failed would never be told of.
      const tokenFile = await ensureBootstrapToken(
        storage,
        options.data,
        process.randomBytes,
        "keywarden-server",
      ).catch((error: unknown) => {
        throw new KeyServerError("SERVER_UNWRITABLE", `cannot write the bootstrap token in ${options.data}`, {
          cause: error,
        });
      });
      if (tokenFile !== null) process.warn(`the administrator's token is in ${tokenFile}\n`);
      // Of several processes the one that started them says it once.
      if (!cluster.isWorker) announce(options, port, process);
      started.resolve(makeReload(app, options, providers, process));
      const watchClock = makeClockWatch({
        clock: process.clock,
        now: () => storage.now(),
        monotonicMs: () => performance.now(),
        warn: (message) => app.http.log.warn(message),
      });
      await untilStopped(app, process.stop, watchClock);
    } finally {
      await app.close();
    }
  } finally {
    await storage.close();
    // The channel to the process that started this one would keep it from ending.
    cluster.worker?.disconnect();
  }
}

/** Makes what reads every file again, once at a time; with one that is wrong the server goes on as it was. */
function makeReload(
  app: App,
  options: ServeOptions,
  atStart: readonly ManagedProvider[],
  process: Process,
): () => void {
  let known = atStart;
  const reload = async (): Promise<void> => {
    const providers = await readProviders(options.providersFile, process.randomBytes);
    const channels = await readChannels(options.channelsFile);
    const { countryOf, webhooks = null } = await readMonitoring(options, process.randomBytes);
    const policy = await readPolicy(options.policyFile, { providers, hasChannels: channels.length > 0 });
    const signIn = await readSignIn(options.signInFile);
    const embedding = options.hasConsole ? readEmbedding(options) : null;
    const sinks = await readServerSinks(options.sinksFile, { env: sinkEnvironment(process.env), fetch });
    const isOther = JSON.stringify(providers) !== JSON.stringify(known);
    if (isOther) process.learnFormats(providers);
    const files = { channels, countryOf, policy, signIn, webhooks, embedding, sinks } satisfies ReloadedFiles;
    await app.reload({ ...files, ...(isOther && { providers }) });
    known = providers;
    process.warn("read the providers, channels, countries, policy, sinks, sign-in and secrets again\n");
  };
  let last = Promise.resolve();
  return () => {
    last = last.then(reload).catch((error: unknown) => {
      const why = error instanceof KeyServerError ? error.message : "a file could not be taken over";
      if (!(error instanceof KeyServerError)) app.http.log.error({ err: error }, "reload failed");
      process.warn(`${why}; the server goes on as it was\n`);
    });
  };
}

/** What sinks may see of the environment: their credentials, and nothing of the server's own. */
function sinkEnvironment(env: Process["env"]): Process["env"] {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => name !== "DATABASE_URL" && !name.startsWith("KEYWARDEN_")),
  );
}

/** @throws {@link KeyServerError} SERVER_BAD_OPTION */
function checkProxies(ranges: readonly string[]): void {
  try {
    makeAddressList(ranges);
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    throw new KeyServerError("SERVER_BAD_OPTION", `--trusted-proxies: ${why}`, { cause: error });
  }
}

async function listen(app: App, { host, port }: ServeOptions): Promise<number> {
  try {
    await app.http.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE") {
      throw new KeyServerError(
        "SERVER_PORT_IN_USE",
        `port ${port} on ${host} is in use; stop the program that has it, or choose another port with --port`,
        { cause: error },
      );
    }
    throw new KeyServerError(
      "SERVER_CANNOT_LISTEN",
      `cannot listen on ${host} port ${port}: ${describeSystemError(error)}; check --host and --port`,
      { cause: error },
    );
  }
  const bound = app.http.addresses()[0];
  return typeof bound === "object" ? bound.port : port;
}

async function untilStopped(app: App, stop: AbortSignal, watchClock: () => void): Promise<void> {
  const { log } = app.http;
  const policy = makeAlone(() => app.carryOutPolicy(), log, "policy could not be carried out");
  const rotations = makeAlone(() => app.carryOutRotations(), log, "rotations could not go on");
  // A receiver that is slow holds up other alerts, but neither requests nor what is written.
  const alerts = makeAlone(() => app.deliverAlerts(), log, "alerts could not be sent");
  const timer = setInterval(() => {
    watchClock();
    // A failed write of last-use times is logged and tried again with the next batch; it stops nobody's requests.
    app.tick().catch((error: unknown) => log.error({ err: error }, "last use could not be written"));
    for (const work of [policy, rotations, alerts]) work.start();
  }, TICK_EVERY_MS);
  try {
    if (stop.aborted) return;
    await new Promise((resolve) => stop.addEventListener("abort", resolve, { once: true }));
  } finally {
    clearInterval(timer);
    for (const work of [policy, rotations, alerts]) await work.ended();
  }
}

/** Work that is begun again and again, and passed over while it still goes on; a failure is logged. */
function makeAlone(
  work: () => Promise<unknown>,
  log: App["http"]["log"],
  failed: string,
): { readonly start: () => void; readonly ended: () => Promise<void> } {
  let going: Promise<void> | null = null;
  return {
    start: () => {
      going ??= work()
        .then(
          () => {},
          (error: unknown) => log.error({ err: error }, failed),
        )
        .finally(() => (going = null));
    },
    ended: () => going ?? Promise.resolve(),
  };
}
