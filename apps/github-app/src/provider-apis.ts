import type { Environment, Fingerprint, KeyKind } from "@keywarden/key-format";
import { makeRevocationClient, ManagementError } from "@keywarden/management";
import type { ExposedKey, RevokeOutcome } from "@keywarden/management";
import { sha256 } from "@keywarden/repository-scan";
import type { Exposure } from "@keywarden/storage";
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

/** A key that was found: a provider is asked by the fingerprint alone, and its answer has to fit the rest. */
export type AskedKey = Pick<Exposure, "fingerprint" | "redacted">;

/** The management APIs of the providers that the organisation runs or uses. */
export interface ProviderApis {
  /**
   * Asks, likeliest first, which provider issued a key; null when every one that was asked says it never did.
   *
   * @throws {@link AppError} PROVIDER_COULD_NOT_TELL when one did not answer and no other knows the key
   */
  findIssued(key: AskedKey, order: readonly string[]): Promise<ProviderKey | null>;
  /** Asks one provider about a key of its own. @throws ManagementError, also where the answer is about another key */
  lookUp(provider: string, key: AskedKey): Promise<ProviderKey | null>;
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
  const lookUp = async (provider: string, asked: AskedKey): Promise<ProviderKey | null> => {
    const key = await outages.guard(provider, () => clientOf(provider).lookUp(asked.fingerprint));
    if (key === null) return null;
    if (contradictsText(key, asked.redacted))
      throw new ManagementError(
        "MANAGEMENT_BAD_ANSWER",
        `${provider} was asked about ${asked.redacted} and answered about another key`,
      );
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
    async findIssued(key, order) {
      const silent: { readonly provider: string; readonly error: ManagementError }[] = [];
      for (const provider of order.filter((name) => clients.has(name))) {
        try {
          const issued = await lookUp(provider, key);
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

/**
 * Whether what a provider says of a key cannot be about the text that was asked for, by how that begins and ends: a cache or a
 * defect can answer about another key, which would then be revoked.
 *
 * @param redacted the text's prefix, `…` and its last characters, each of which may be missing
 */
function contradictsText(
  { prefix = "", lastFour = "", state }: Pick<ExposedKey, "prefix" | "lastFour" | "state">,
  redacted: string,
): boolean {
  const [start = "", end = ""] = redacted.split("…");
  if (!start.startsWith(prefix) && !prefix.startsWith(start)) return true;
  // Of a key that was rotated the ending is that of its newest secret, which is the one that was asked for where that is active.
  const isNewest = state === "active" || state === "disabled";
  return isNewest && !end.endsWith(lastFour) && !lastFour.endsWith(end);
}
