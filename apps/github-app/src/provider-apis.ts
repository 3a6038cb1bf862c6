import type { Environment, Fingerprint, KeyKind } from "@keywarden/key-format";
import { makeRevocationClient, ManagementError } from "@keywarden/management";
import type { RevokeOutcome } from "@keywarden/management";
import { sha256 } from "@keywarden/repository-scan";
import { AppError } from "./app-error.ts";
import type { ApiConfig } from "./config.ts";
import { listsKeys } from "./lists-keys.ts";
import type { Ownership } from "./policy.ts";
import { makeProviderOutages } from "./provider-outages.ts";
import { realScheduler } from "./scheduler.ts";
import type { Scheduler } from "./scheduler.ts";

/** A key that one of the configured providers issued. */
export interface ProviderKey {
  readonly provider: string;
  readonly keyId: string;
  readonly ownership: Exclude<Ownership, "not-ours">;
  readonly kind: KeyKind;
  readonly environment: Environment;
}

/** The management APIs of the providers that the organisation runs or uses. */
export interface ProviderApis {
  /**
   * Asks, likeliest first, which provider issued a key; null when every one that was asked says it never did.
   *
   * @throws {@link AppError} PROVIDER_COULD_NOT_TELL when one did not answer and no other knows the key
   */
  findIssued(fingerprint: Fingerprint, order: readonly string[]): Promise<ProviderKey | null>;
  /** Asks one provider about a key of its own. @throws ManagementError */
  lookUp(provider: string, fingerprint: Fingerprint): Promise<ProviderKey | null>;
  /** @throws ManagementError */
  revoke(provider: string, keyId: string, fingerprint: Fingerprint): Promise<RevokeOutcome>;
  /**
   * Counts a provider's live keys, until there are `enough`; `null` where its API does not list keys.
   *
   * @throws ManagementError
   */
  readonly countLive: (provider: string, enough: number) => Promise<number | null>;
  readonly names: readonly string[];
  /** Asks whether a provider answers at all, also while it is known to be down. @throws ManagementError */
  greet(provider: string, how?: "briefly"): Promise<void>;
  /** Names of those that did not answer when they were last asked. */
  down(): readonly string[];
}

// The digest of no key: each provider answers that it does not know it, and so shows that it answers at all.
const fingerprintOfNobody = sha256("keywarden asks whether you answer");

const ownershipByState = {
  active: "mine-active",
  // It may be enabled again, and whoever has it would be let in.
  disabled: "mine-active",
  grace: "mine-in-grace",
  revoked: "mine-inactive",
  expired: "mine-inactive",
} as const;

export function makeProviderApis(
  configs: readonly ApiConfig[],
  {
    timeoutMs,
    clock,
    scheduler = realScheduler,
  }: { readonly timeoutMs: number; readonly clock: () => number; readonly scheduler?: Scheduler },
): ProviderApis {
  const outages = makeProviderOutages({ clock, scheduler });
  const clients = new Map(
    configs.map(({ provider, dialect, baseUrl, token }) => [
      provider.id,
      makeRevocationClient({ dialect, baseUrl, token, timeoutMs }),
    ]),
  );
  const clientOf = (provider: string) => {
    const client = clients.get(provider);
    if (client !== undefined) return client;
    throw new AppError(
      "PROVIDER_COULD_NOT_TELL",
      `the management API of ${provider} is no longer configured`,
    );
  };
  const lookUp = async (provider: string, fingerprint: Fingerprint): Promise<ProviderKey | null> => {
    const key = await outages.guard(provider, () => clientOf(provider).lookUp(fingerprint));
    if (key === null) return null;
    const { id, state, kind, environment } = key;
    return { provider, keyId: id, ownership: ownershipByState[state], kind, environment };
  };
  return {
    names: [...clients.keys()],
    lookUp,
    revoke: (provider, keyId, fingerprint) =>
      outages.guard(provider, () => clientOf(provider).revoke(keyId, fingerprint)),
    async countLive(provider, enough) {
      if (!configs.some((one) => one.provider.id === provider && listsKeys(one))) return null;
      return outages.guard(provider, () => clientOf(provider).countLive(enough));
    },
    async greet(provider, how) {
      await outages.notice(provider, () => clientOf(provider).lookUp(fingerprintOfNobody), how);
    },
    down: () => [...clients.keys()].filter((provider) => outages.isDown(provider)),
    async findIssued(fingerprint, order) {
      const silent: { readonly provider: string; readonly error: ManagementError }[] = [];
      for (const provider of order.filter((name) => clients.has(name))) {
        try {
          const issued = await lookUp(provider, fingerprint);
          if (issued !== null) return issued;
        } catch (error) {
          if (!(error instanceof ManagementError)) throw error;
          silent.push({ provider, error });
        }
      }
      if (silent.length === 0) return null;
      const waits = silent.map(({ error }) => error.retryAfterMs ?? 0);
      const reasons = silent.map(({ provider, error }) => `${provider}: ${error.message}`);
      throw new AppError("PROVIDER_COULD_NOT_TELL", reasons.join("; "), {
        retryAfterMs: Math.max(...waits) || undefined,
      });
    },
  };
}
