import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aforo, auroraSolar, azotte } from "@keywarden/key-format";
import type { ManagedProvider, Secret } from "@keywarden/key-format";
import { openExposureStorage } from "@keywarden/storage";
import type { ExposureStorage } from "@keywarden/storage";
import { assertNoKey, makeRepository, makeTemporaryDirectory, startGitHubEmulator } from "@keywarden/testing";
import type {
  EmulatedCheckRun,
  EmulatedRepository,
  GitHubEmulator,
  TestRepository,
} from "@keywarden/testing";
import { startApp } from "../../src/app.ts";
import type { App } from "../../src/app.ts";
import { loadAppConfig } from "../../src/config.ts";
import { makeLog } from "../../src/log.ts";
import { startProviderApi } from "./provider-api.ts";
import type { ProviderApi } from "./provider-api.ts";
import { makeTestTime } from "./scheduler.ts";
import type { TestTime } from "./scheduler.ts";

export interface RigOptions {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly private?: boolean;
  readonly objectFormat?: "sha1" | "sha256";
  readonly providers?: readonly ManagedProvider[];
  /** Leaves the App to the test, which may want it as a process. */
  readonly withoutApp?: boolean;
  /** Whether the App sweeps; a test that loses and reorders deliveries itself wants none of it. */
  readonly sweeps?: boolean;
  /** How long the App waits for what may be missing at first sight; not at all by default, where no time passes. */
  readonly listsDeliveriesAfterSeconds?: number;
}

/** What a test may want otherwise in the config. */
interface RigConfig {
  readonly providers: readonly { readonly baseUrl: string }[];
}

/** GitHub, the providers' APIs, a developer's clone and the App, all real and all on loopback. */
export interface Rig {
  readonly emulator: GitHubEmulator;
  readonly provider: ProviderApi;
  readonly providers: readonly ProviderApi[];
  readonly remote: EmulatedRepository;
  readonly work: TestRepository;
  readonly time: TestTime;
  /** Lets time pass at GitHub: what is pushed from now on is certain to come after what was listed before. */
  passAtGitHub(ms: number): void;
  readonly dataDirectory: string;
  readonly configFile: string;
  /** Writes the config anew, for the next start. */
  reconfigure(change: (config: RigConfig) => object): void;
  /** Log lines so far. */
  readonly lines: readonly string[];
  startApp(): Promise<App>;
  stopApp(): Promise<void>;
  /** Commits these files. */
  commit(files: Readonly<Record<string, string | Uint8Array>>, message?: string): Promise<string>;
  push(...args: readonly string[]): Promise<void>;
  /** Waits until the deliveries are answered and nothing is due. */
  settle(): Promise<void>;
  checkRun(sha: string): EmulatedCheckRun | undefined;
  /** Reads the storage of the stopped App. */
  inspect<T>(read: (storage: ExposureStorage) => Promise<T>): Promise<T>;
  /** Searches everything the App keeps, says or sends for these keys; the git mirrors hold what was pushed. */
  assertNoLeak(keys: readonly Secret[]): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const temporary = makeTemporaryDirectory();
  const time = makeTestTime();
  const webhookSecret = "a-webhook-secret-for-tests";
  let aheadMs = 0;
  const emulator = await startGitHubEmulator({
    directory: temporary.path,
    webhookSecret,
    appId: 4321,
    // GitHub waits ten seconds. That a busy machine takes longer is no test's business.
    deliveryTimeoutMs: 90_000,
    clock: () => Date.now() + aheadMs,
  });
  const providers = await Promise.all(
    (options.providers ?? [aforo, azotte, auroraSolar]).map(startProviderApi),
  );
  const [provider] = providers;
  if (provider === undefined) throw new Error("a rig needs an provider");
  const remote = await emulator.createRepository({
    owner: "acme",
    name: "shop",
    private: options.private ?? true,
    objectFormat: options.objectFormat ?? "sha1",
  });
  const work = await makeRepository({ objectFormat: options.objectFormat ?? "sha1" });
  await work.git("remote", "add", "origin", remote.pushUrlFor("dev"));
  const dataDirectory = join(temporary.path, "data");
  const configFile = writeConfig(temporary.path, emulator, providers, options);
  const lines: string[] = [];
  let app: App | null = null;

  const stopApp = async (): Promise<void> => {
    await app?.stop();
    app = null;
  };
  const launch = async (): Promise<App> => {
    const loaded = loadAppConfig(configFile);
    app = await startApp({
      config: loaded,
      dataDirectory,
      host: "127.0.0.1",
      port: 0,
      env: work.env,
      clock: time.clock,
      scheduler: time,
      sweeps: options.sweeps ?? false,
      log: makeLog({
        form: "text",
        write: (line) => lines.push(line),
        clock: time.clock,
        providers: loaded.providers,
      }),
    });
    emulator.setWebhookUrl(`${app.url}/webhooks/github`);
    return app;
  };
  if (options.withoutApp !== true) await launch();

  return {
    emulator,
    provider,
    providers,
    remote,
    work,
    time,
    passAtGitHub: (ms) => {
      aheadMs += ms;
    },
    dataDirectory,
    configFile,
    reconfigure: (change) =>
      writeFileSync(configFile, JSON.stringify(change(JSON.parse(readFileSync(configFile, "utf8"))))),
    lines,
    stopApp,
    startApp: launch,
    async commit(files, message = "change") {
      for (const [path, content] of Object.entries(files)) work.write(path, content);
      return work.commit(message);
    },
    push: async (...args) => {
      await work.git("push", "--quiet", "origin", ...(args.length === 0 ? ["HEAD"] : args));
    },
    async settle() {
      await emulator.settled();
      await app?.idle();
    },
    checkRun: (sha) => emulator.checkRuns(remote.fullName).findLast(({ head_sha: head }) => head === sha),
    async inspect(read) {
      await stopApp();
      const storage = await openExposureStorage({
        path: dataDirectory,
        clock: time.clock,
      });
      try {
        return await read(storage);
      } finally {
        await storage.close();
      }
    },
    assertNoLeak(keys) {
      assertNoKey(lines.join(""), keys);
      assertNoKey(JSON.stringify(emulator.checkRuns(remote.fullName)), keys);
      assertNoKey(
        JSON.stringify(
          emulator.deliveries().map(({ responseBody, responseHeaders }) => [responseBody, responseHeaders]),
        ),
        keys,
      );
      for (const { received } of providers) assertNoKey(received.join("\n"), keys);
      for (const file of filesBelow(dataDirectory)) assertNoKey(readFileSync(file), keys);
    },
    async [Symbol.asyncDispose]() {
      await stopApp();
      await Promise.all(providers.map((one) => one.close()));
      await emulator.close();
      work.remove();
      temporary.remove();
    },
  };
}

function writeConfig(
  directory: string,
  emulator: GitHubEmulator,
  providers: readonly ProviderApi[],
  { config: more = {}, listsDeliveriesAfterSeconds = 0 }: RigOptions,
): string {
  const write = (name: string, content: string): string => {
    writeFileSync(join(directory, name), content, { mode: 0o600 });
    return name;
  };
  const config = {
    mode: "armed",
    github: {
      apiUrl: emulator.url,
      gitUrl: emulator.gitUrl,
      appId: emulator.appId,
      privateKeyFile: write("app.pem", emulator.privateKeyPem),
      webhookSecretFile: write("webhook-secret", `${emulator.webhookSecret}\n`),
      listsDeliveriesAfterSeconds,
    },
    providers: providers.map(({ profile, baseUrl, token }) => ({
      provider: profile.id,
      baseUrl,
      tokenFile: write(`${profile.id}-token`, token),
    })),
    ...more,
  };
  return join(directory, write("keywarden.json", JSON.stringify(config)));
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("mirrors"))
    .map((entry) => join(entry.parentPath, entry.name));
}
