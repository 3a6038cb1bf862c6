import type { Environment, Fingerprint, KeyKind } from "@keywarden/key-format";
import { makeManagementClient, ManagementError } from "@keywarden/management";
import type { RevokeOutcome } from "@keywarden/management";
import { AppError } from "./app-error.ts";
import type { OwnerConfig } from "./config.ts";
import type { Ownership } from "./policy.ts";

export interface OwnedKey {
  readonly provider: string;
  readonly keyId: string;
  readonly ownership: Exclude<Ownership, "not-ours">;
  readonly kind: KeyKind;
  readonly environment: Environment;
}

/** The management APIs of the providers that the organisation runs or uses. */
export interface Owners {
  /**
   * Asks, likeliest first, whose a key is; null when every owner that was asked says it never issued it.
   *
   * @throws {@link AppError} OWNER_COULD_NOT_TELL when one did not answer and no other knows the key
   */
  findOwner(fingerprint: Fingerprint, order: readonly string[]): Promise<OwnedKey | null>;
  /** Asks one owner about a key of its own. @throws ManagementError */
  lookUp(provider: string, fingerprint: Fingerprint): Promise<OwnedKey | null>;
  /** @throws ManagementError */
  revoke(provider: string, keyId: string): Promise<RevokeOutcome>;
  readonly names: readonly string[];
}

const ownershipByState = {
  active: "mine-active",
  grace: "mine-in-grace",
  revoked: "mine-inactive",
  expired: "mine-inactive",
} as const;

export function makeOwners(configs: readonly OwnerConfig[], timeoutMs: number): Owners {
  const clients = new Map(
    configs.map(({ profile, baseUrl, token }) => [
      profile.id,
      makeManagementClient({ dialect: profile.dialect, baseUrl, token, timeoutMs }),
    ]),
  );
  const clientOf = (provider: string) => {
    const client = clients.get(provider);
    if (client !== undefined) return client;
    throw new AppError("OWNER_COULD_NOT_TELL", `the management API of ${provider} is no longer configured`);
  };
  const lookUp = async (provider: string, fingerprint: Fingerprint): Promise<OwnedKey | null> => {
    const answer = await clientOf(provider).lookup(fingerprint);
    if (!answer.found) return null;
    const { id, state, kind, environment } = answer.key;
    return { provider, keyId: id, ownership: ownershipByState[state], kind, environment };
  };
  return {
    names: [...clients.keys()],
    lookUp,
    revoke: async (provider, keyId) => (await clientOf(provider).revoke(keyId)).outcome,
    async findOwner(fingerprint, order) {
      const silent: { readonly provider: string; readonly error: ManagementError }[] = [];
      for (const provider of order.filter((name) => clients.has(name))) {
        try {
          const owned = await lookUp(provider, fingerprint);
          if (owned !== null) return owned;
        } catch (error) {
          if (!(error instanceof ManagementError)) throw error;
          silent.push({ provider, error });
        }
      }
      if (silent.length === 0) return null;
      const waits = silent.map(({ error }) => error.retryAfterMs ?? 0);
      const reasons = silent.map(({ provider, error }) => `${provider}: ${error.message}`);
      throw new AppError("OWNER_COULD_NOT_TELL", reasons.join("; "), {
        retryAfterMs: Math.max(...waits) || undefined,
      });
    },
  };
}
