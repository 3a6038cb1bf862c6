import { Writable } from "node:stream";
import type { Channel } from "@keywarden/channels";
import { builtInProviders, type ManagedProvider } from "@keywarden/key-format";
import type { ManagedKey, Role } from "@keywarden/management";
import { issueToken, makeTokenText, neverCurrent, openKeyStorage, type KeyStorage } from "@keywarden/storage";
import { makeClock, makeRandom, makeTemporaryDirectory, type TestClock } from "@keywarden/testing";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { makeApp, type App, type AppOptions } from "../src/app.ts";
import type { WebhookSettings } from "../src/monitoring/webhook.ts";
import { secretFormats } from "../src/auth/secret-formats.ts";
import type { CountryLookup } from "../src/usage/country-ranges.ts";

export interface TestServer extends AsyncDisposable {
  readonly app: App;
  readonly storage: KeyStorage;
  readonly clock: TestClock;
  readonly log: { text: string };
  /** Sends one request in process; the token defaults to the administrator's. */
  call(
    method: "GET" | "POST" | "PATCH" | "DELETE" | "PUT",
    url: string,
    options?: {
      readonly token?: string | null;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    },
  ): Promise<LightMyRequestResponse>;
  tokenFor(role: Role): Promise<string>;
  issue(
    provider: string,
    kind: "secret" | "publishable" | "restricted",
    environment: "production" | "sandbox" | "development",
    extra?: Record<string, unknown>,
  ): Promise<{ readonly key: ManagedKey; readonly text: string }>;
}

export async function makeServer(
  options: {
    readonly path?: string;
    readonly databaseUrl?: string;
    readonly providers?: readonly ManagedProvider[];
    readonly seed?: number;
    readonly startMs?: number;
    /** What windows of limits are counted by; the clock when absent. */
    readonly elapsedMs?: () => number;
    /** As where it is not known what other processes change. */
    readonly sharesStorage?: boolean;
    readonly countryOf?: CountryLookup;
    readonly webhooks?: WebhookSettings;
    readonly readExposures?: AppOptions["readExposures"];
    readonly channels?: readonly Channel[];
    readonly policy?: AppOptions["policy"];
    readonly logLevel?: AppOptions["log"]["level"];
    readonly signIn?: AppOptions["signIn"];
    readonly embedding?: AppOptions["embedding"];
    /** Where journals of rotations are; a temporary folder when absent. */
    readonly rotations?: AppOptions["rotations"];
  } = {},
): Promise<TestServer> {
  const clock = makeClock(options.startMs);
  const randomBytes = makeRandom(options.seed ?? 7);
  const providers = options.providers ?? builtInProviders;
  const opened = await openKeyStorage({
    path: options.path ?? ":memory:",
    ...(options.databaseUrl !== undefined && { databaseUrl: options.databaseUrl }),
    clock,
    providers: secretFormats(providers),
  });
  const storage = options.sharesStorage === true ? { ...opened, feed: neverCurrent } : opened;
  const folder = makeTemporaryDirectory();
  const log = { text: "" };
  const stream = new Writable({
    write: (chunk, _encoding, written) => {
      log.text += String(chunk);
      written();
    },
  });
  const app = await makeApp({
    storage,
    elapsedMs: options.elapsedMs ?? clock,
    randomBytes,
    providers,
    countryOf: options.countryOf,
    webhooks: options.webhooks,
    readExposures: options.readExposures,
    channels: options.channels ?? [],
    policy: options.policy ?? null,
    signIn: options.signIn ?? null,
    embedding: options.embedding ?? null,
    rotations: options.rotations ?? {
      directory: folder.path,
      sinks: { sinks: [], directory: folder.path },
      env: {},
    },
    log: { level: options.logLevel ?? "debug", stream },
  });
  const tokenFor = async (role: Role): Promise<string> => {
    const text = makeTokenText(randomBytes);
    await issueToken(storage, { name: `test ${role}`, role, text }, { actor: "test" });
    return text.reveal();
  };
  const admin = await tokenFor("admin");

  const call: TestServer["call"] = (method, url, { token = admin, body, headers = {} } = {}) => {
    const request: InjectOptions = {
      method,
      url,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    };
    return app.http.inject(request);
  };

  return {
    app,
    storage,
    clock,
    log,
    call,
    tokenFor,
    issue: async (provider, kind, environment, extra = {}) => {
      const body = { provider, name: `${provider} ${kind}`, kind, environment, ...extra };
      const response = await call("POST", "/v1/keys", { body });
      if (response.statusCode !== 201) throw new Error(`could not issue: ${response.body}`);
      const { key, secret } = response.json<{ key: ManagedKey; secret: string }>();
      return { key, text: secret };
    },
    [Symbol.asyncDispose]: async () => {
      await app.http.close();
      await storage.close();
      folder.remove();
    },
  };
}

/** Every sort of key that the five documents name. */
export const everySort = builtInProviders.flatMap((provider) =>
  provider.formats.map(({ kind, environment, prefix }) => ({
    provider: provider.id,
    kind,
    environment,
    prefix,
  })),
);

/** A sample call that any key of the provider with its default rights may make. */
export function sampleOf(provider: string): { method: "GET"; url: string } {
  const paths: Record<string, string> = {
    aforo: "/aforo/v1/entitlements/cust_abc123",
    aero2: "/aero2/v1/application",
    example: "/example/v1/users/usr_123",
    azotte: "/azotte/v1/subscriptions",
    "aurora-solar": "/aurora-solar/v1/projects",
  };
  // In the dialect "standard" a key can always ask who it is.
  return { method: "GET", url: paths[provider] ?? `/${provider}/v1/whoami` };
}
