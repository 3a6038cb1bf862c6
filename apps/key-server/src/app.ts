import type { FoundExposure } from "@keywarden/inventory";
import type { Writable } from "node:stream";
import type { Channel } from "@keywarden/channels";
import { type ManagedProvider, type RandomBytes } from "@keywarden/key-format";
import type { KeyStorage } from "@keywarden/storage";
import { createVerifier, makeElapsedClock, makeRateLimiter } from "@keywarden/verifier";
import type { FastifyInstance } from "fastify";
import type { LogLevel } from "./options.ts";
import { makeMetrics } from "./operate/metrics.ts";
import { makeReadinessCheck } from "./operate/readiness.ts";
import { makeAlertWatch } from "./monitoring/alert-watch.ts";
import { makeChannelTeller } from "./monitoring/tell-channels.ts";
import type { TellUndelivered } from "./monitoring/deliver-due.ts";
import { makeMonitor } from "./monitoring/monitor.ts";
import { makeWebhooks, type WebhookSettings } from "./monitoring/webhook.ts";
import { makePolicyRunner } from "./policy/policy-runner.ts";
import type { Policy } from "./policy/policy.ts";
import { makeListener } from "./http/answer-first.ts";
import { makeHttp } from "./http/make-http.ts";
import { makeDenialAudit } from "./audit/denial-audit.ts";
import { mountedProviders } from "./mounted-providers.ts";
import { makeSharedLimits } from "./restrictions/shared-limits.ts";
import type { ServerContext } from "./server-context.ts";
import { secretFormats } from "./auth/secret-formats.ts";
import { makeTotalCounts } from "./keys/total-counts.ts";
import { makeSecretFinder } from "./key-cache/secret-finder.ts";
import { makeTokenUses } from "./usage/token-uses.ts";
import type { Embedding } from "./console/embed/mount-embed.ts";
import type { RotationSettings } from "./rotation-service/rotation-settings.ts";
import type { RotationService } from "./rotation-service/rotation-service.ts";
import type { ServerSinks } from "./rotation-service/server-sinks.ts";
import { makeIdentityProvider, type IdentityProvider } from "./sign-in/identity-provider.ts";
import { factsOfFailure } from "./sign-in/failure-sentence.ts";
import type { SignInSettings } from "./sign-in/read-sign-in.ts";
import { makeSharedKeyNumbers } from "./usage/key-numbers.ts";
import { makeUsageRecorder } from "./usage/usage-recorder.ts";
import { makeVerificationAudit } from "./audit/verification-audit.ts";
import type { CountryLookup } from "./usage/country-ranges.ts";
import { makeMeasuring } from "./usage/measuring.ts";
import { makeTraffic } from "./usage/traffic.ts";

export interface AppOptions {
  readonly storage: KeyStorage;
  readonly randomBytes: RandomBytes;
  /** Milliseconds that pass, by which limits are counted: the storage's time stands still once a clock was set back. */
  readonly elapsedMs?: () => number;
  readonly providers: readonly ManagedProvider[];
  /** Addresses and ranges of the proxies whose X-Forwarded-For is believed; none when absent. */
  readonly trustedProxies?: readonly string[];
  /** Finds the country of an address for usage and monitoring; every country is unknown without it. */
  readonly countryOf?: CountryLookup | undefined;
  /** How people sign in to the console beside tokens; by tokens alone when absent. */
  readonly signIn?: SignInSettings | null;
  /** Where a tenant's own page may be framed; nowhere when absent. */
  readonly embedding?: Embedding | null;
  /** Where rotations that people begin on pages keep their journals, and where they may deliver to; on a page none can be begun without it. */
  readonly rotations?: RotationSettings | null;
  /** Whether the console is served; it is unless this says no. */
  readonly hasConsole?: boolean;
  /** Asks the GitHub App for what it found, for the console; exposures are unknown without it. */
  readonly readExposures?: (() => Promise<readonly FoundExposure[]>) | undefined;
  /** Where alerts may be sent; nowhere when absent. */
  readonly webhooks?: WebhookSettings | undefined;
  /** To whom every alert and security event is told; nobody when absent. */
  readonly channels?: readonly Channel[];
  /** What the server does by itself; nothing when absent. */
  readonly policy?: Policy | null;
  /** The folder of the database, whose disk has to have room; null where it is elsewhere. */
  readonly directory?: string | null;
  readonly log: { readonly level: LogLevel; readonly stream: Writable };
}

// Some 100,000 keys of 250 bytes; the storage finds the others in a few times the time.
const REMEMBERED_BYTES = 24 * 2 ** 20;

/** What is read again while the server serves. */
export interface ReloadedFiles {
  readonly channels: readonly Channel[];
  readonly countryOf: CountryLookup | undefined;
  readonly policy: Policy | null;
  readonly signIn: SignInSettings | null;
  readonly webhooks: WebhookSettings | null;
  readonly embedding: Embedding | null;
  readonly sinks: ServerSinks;
}

export interface App {
  /** What answers now. */
  readonly http: FastifyInstance;
  /** Writes all that is remembered of uses and refusals to the storage, as closing the server does. */
  flush(): Promise<void>;
  /** Writes what it is time to write; to be called about once a second. */
  tick(): Promise<void>;
  /** Sends the alerts that are due to their webhooks and channels; waits for the receivers, each for seconds at most. */
  deliverAlerts(): Promise<void>;
  /** Goes on with the rotations that were begun on pages, where it is time to. */
  carryOutRotations(): Promise<void>;
  /** Carries out the policy where it is time to. */
  carryOutPolicy(): Promise<void>;
  /** Goes on with other files, where they are given; nothing that was counted or is to be sent is lost. */
  reload(files: Partial<ReloadedFiles> & { readonly providers?: readonly ManagedProvider[] }): Promise<void>;
  /** Stops listening, answers what is under way and writes what is remembered. */
  close(): Promise<void>;
}

/** Builds the whole server over a storage that the caller opened and closes. It listens nowhere yet. */
export async function makeApp(options: AppOptions): Promise<App> {
  const { storage, randomBytes } = options;
  const profiles = options.providers;
  let secrecy = secretFormats(profiles);
  const now = () => storage.now();
  const elapsedMs = options.elapsedMs ?? makeElapsedClock();
  const keyNumbers = makeSharedKeyNumbers();
  const usage = makeUsageRecorder(storage.keys, now, keyNumbers);
  const tokenUses = makeTokenUses(storage.tokens, now);
  const secrets = makeSecretFinder(storage.keys, now, REMEMBERED_BYTES, storage.feed);
  const verifications = makeVerificationAudit(storage.audit);
  const newId = () => Buffer.from(randomBytes(12)).toString("hex");
  let files: ReloadedFiles = {
    channels: options.channels ?? [],
    countryOf: options.countryOf,
    policy: options.policy ?? null,
    signIn: options.signIn ?? null,
    webhooks: options.webhooks ?? null,
    embedding: options.embedding ?? null,
    sinks: options.rotations?.sinks ?? { sinks: [], directory: "" },
  };
  const channelNames = () => files.channels.map(({ name }) => name);
  const tellUndelivered: TellUndelivered = (about, message) => current.http.log.warn(about, message);
  const tellChannels = makeChannelTeller(storage, () => files.channels, `server_${newId()}`, tellUndelivered);
  const alerts = makeAlertWatch(storage, () => `dlv_${newId()}`, channelNames);
  const traffic = makeTraffic({
    keyNumbers,
    countryOf: (ip) => files.countryOf?.(ip) ?? null,
    isUnexpected: (keyId, address) => alerts.isUnexpected(keyId, address),
  });
  const webhooks = makeWebhooks(storage, () => files.webhooks, `server_${newId()}`, tellUndelivered);
  const measuring = makeMeasuring({
    storage,
    traffic,
    monitor: makeMonitor(storage, () => `evt_${newId()}`, channelNames),
    alerts,
    onDropped: (requests) =>
      current.http.log.warn({ requests }, "verifications were not counted: too many keys at once"),
  });
  const flush = async (): Promise<void> => {
    await usage.flush();
    await tokenUses.flush();
    await verifications.flush();
    await measuring.flush();
  };
  const tick = async (): Promise<void> => {
    await usage.tick();
    await tokenUses.tick();
    await verifications.flush();
    await measuring.tick();
  };
  const closing = new AbortController();
  const makeSignIn = (settings: SignInSettings | null): IdentityProvider | null =>
    settings === null
      ? null
      : makeIdentityProvider(settings, {
          secretFormats: secrecy,
          onFailure: (error, reason) =>
            current.http.log.warn({ ...factsOfFailure(error), reason }, "sign-in failed"),
        });
  let signIn = makeSignIn(options.hasConsole === false ? null : files.signIn);
  const readiness = makeReadinessCheck({
    storage,
    directory: options.directory ?? null,
    signIn: () => signIn?.check() ?? null,
  });
  const metrics = makeMetrics(storage, readiness);
  const providers = new Map(mountedProviders(profiles));
  const policy = makePolicyRunner(
    { storage, randomBytes, providers, secrets },
    {
      policy: () => files.policy,
      channels: channelNames,
      flushUses: () => usage.flush(),
      onFailure: (error, keyId) =>
        current.http.log.error({ err: error, keyId }, "policy could not be carried out"),
    },
  );
  const context: { -readonly [Name in keyof ServerContext]: ServerContext[Name] } = {
    storage,
    randomBytes,
    providers,
    policy,
    secretFormats: secrecy,
    usage,
    tokenUses,
    readiness,
    metrics,
    traffic: {
      ...traffic,
      record: (verdict, request, nowMs) => {
        metrics.verified(verdict.ok ? "valid" : verdict.code);
        traffic.record(verdict, request, nowMs);
      },
    },
    measuring,
    alerts,
    webhooks,
    denials: makeDenialAudit(storage),
    secrets,
    verifications,
    verifier: createVerifier({
      providers: profiles,
      ...secrets,
      now: elapsedMs,
      keyLimits: storage.rates === null ? undefined : makeSharedLimits(storage.rates, now),
    }),
    signIn: () => signIn,
    badTokens: makeRateLimiter(elapsedMs),
    inFlight: new Set(),
    totals: makeTotalCounts(storage),
    closing: closing.signal,
  };

  const rotationService: RotationService | null =
    options.hasConsole === false
      ? null
      : (await import("./console/mount-console.ts")).makeConsoleRotations(
          context,
          () => current.http,
          options.rotations ?? null,
          () => files.sinks,
        );
  const shared = {
    readExposures: options.readExposures,
    embedding: () => files.embedding,
    rotationService,
    listener: makeListener(),
    closing,
    flush,
  };
  const make = (of: ServerContext): ReturnType<typeof makeHttp> => makeHttp(of, { ...options, ...shared });
  const first = await make(context);
  let current = first;

  return {
    get http() {
      return current.http;
    },
    flush,
    tick,
    deliverAlerts: async () => {
      await webhooks.deliver();
      await tellChannels();
    },
    carryOutRotations: async () => rotationService?.tick(),
    carryOutPolicy: () => policy.tick(),
    reload: async ({ providers: others, ...read }) => {
      if (others !== undefined) {
        const mounted = mountedProviders(others);
        const formats = secretFormats(others);
        const next = await make({ ...context, providers: mounted, secretFormats: formats });
        await next.http.ready();
        // From here on nothing fails: before anything can be stored or let in by them, their keys are known.
        storage.learnFormats(formats);
        secrecy = formats;
        context.secretFormats = formats;
        providers.clear();
        for (const [id, provider] of mounted) providers.set(id, provider);
        context.verifier.useProviders(others);
        context.secrets.forgetAll();
        current = next;
        current.begin();
      }
      files = { ...files, ...read };
      if (options.hasConsole !== false) signIn = makeSignIn(files.signIn);
    },
    close: async () => {
      // The first one listens; what came in until then is answered by the one that answers now.
      await first.http.close();
      if (current !== first) await current.http.close();
    },
  };
}
