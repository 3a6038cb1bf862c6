import type { ManagedProvider, ProviderProfile, RandomBytes } from "@keywarden/key-format";
import type { Dialect } from "@keywarden/management";
import type { KeyStorage, StoredKey } from "@keywarden/storage";
import type { LocalVerifier, RateLimiter } from "@keywarden/verifier";
import type { AlertWatch } from "./monitoring/alert-watch.ts";
import type { Webhooks } from "./monitoring/webhook.ts";
import type { Metrics } from "./operate/metrics.ts";
import type { ReadinessCheck } from "./operate/readiness.ts";
import type { PolicyRunner } from "./policy/policy-run.ts";
import type { Measuring } from "./usage/measuring.ts";
import type { Traffic } from "./usage/traffic.ts";
import type { DenialAudit } from "./audit/denial-audit.ts";
import type { SecretFinder } from "./key-cache/secret-finder.ts";
import type { IdentityProvider } from "./sign-in/identity-provider.ts";
import type { TokenUses } from "./usage/token-uses.ts";
import type { TotalCounts } from "./keys/total-counts.ts";
import type { UsageRecorder } from "./usage/usage-recorder.ts";
import type { VerificationAudit } from "./audit/verification-audit.ts";

export interface MountedProvider {
  readonly profile: ManagedProvider;
  readonly dialect: Dialect;
}

/** What every service works with. */
export interface ServerContext {
  readonly storage: KeyStorage;
  readonly providers: ReadonlyMap<string, MountedProvider>;
  /** What is written in redacted form only, whoever sent it. */
  readonly secretFormats: readonly ProviderProfile[];
  readonly randomBytes: RandomBytes;
  readonly usage: UsageRecorder;
  readonly tokenUses: TokenUses;
  readonly traffic: Traffic;
  readonly measuring: Pick<Measuring, "freshen">;
  readonly readiness: ReadinessCheck;
  readonly metrics: Metrics;
  readonly policy: PolicyRunner;
  readonly alerts: AlertWatch;
  readonly webhooks: Webhooks;
  readonly denials: DenialAudit;
  readonly secrets: SecretFinder;
  readonly verifications: VerificationAudit;
  readonly verifier: LocalVerifier<StoredKey>;
  /** By whom people sign in beside tokens; null where nobody is named. */
  readonly signIn: () => IdentityProvider | null;
  /** Failed attempts with tokens of the server's own, by address. */
  readonly badTokens: RateLimiter;
  readonly totals: TotalCounts;
  /** Aborts when the server closes, so that nobody is kept waiting. */
  readonly closing: AbortSignal;
  /** Ids of the requests with an Idempotency-Key that are being done now. */
  readonly inFlight: Set<string>;
}
