import type { Environment, Fingerprint, KeyKind } from "@keywarden/key-format";
import { makeInventoryClient } from "./inventory-client.ts";
import { dialectOf } from "../dialects/dialects.ts";
import { makeManagementClient } from "./management-client.ts";
import type { TransportOptions } from "./transport.ts";
import type { RevokeOutcome, SecretState } from "../schemas/vocabulary.ts";

/** A key that was found where it should not be, as its provider knows it. */
export interface ExposedKey {
  readonly id: string;
  readonly state: SecretState;
  readonly kind: KeyKind;
  readonly environment: Environment;
  /** How its text begins, where the provider shows it. */
  readonly prefix?: string;
  /** How the text of its newest secret ends, where the provider shows it. */
  readonly lastFour?: string;
}

/** What an incident asks of a provider, whether its keys are managed or only found. Both throw {@link ManagementError}. */
export interface RevocationClient {
  /** Asks whether a key is the provider's by its fingerprint alone; `null` when it never issued it. */
  lookUp(fingerprint: Fingerprint): Promise<ExposedKey | null>;
  /** Ends a key at once; safe to repeat. The fingerprint shows that the caller has seen the key. */
  revoke(id: string, fingerprint: Fingerprint): Promise<RevokeOutcome>;
  /** Counts the keys that work, until there are `enough`; `null` where the API does not list keys. */
  countLive(enough: number): Promise<number | null>;
}

/** Requests for one count at most: what is counted by then are fewer than there are. */
const requestsPerCount = 1_000;

export interface RevocationClientOptions extends TransportOptions {
  /** The `dialect` of a provider's profile. */
  readonly dialect: string;
}

/**
 * @throws {@link ManagementError} MANAGEMENT_UNKNOWN_DIALECT, MANAGEMENT_BAD_URL
 */
export function makeRevocationClient({ dialect, ...transport }: RevocationClientOptions): RevocationClient {
  const special = specialDialects[dialect];
  if (special !== undefined) return special(transport);
  const client = makeManagementClient({ dialect, ...transport });
  return {
    lookUp: async (fingerprint) => {
      const answer = await client.lookup(fingerprint);
      return answer.found ? answer.key : null;
    },
    revoke: async (id) => (await client.revoke(id)).outcome,
    async countLive(enough) {
      if (!dialectOf(dialect).capabilities.list) return null;
      // Lists hold the keys that have not ended.
      const keys = client.listAll({ requests: requestsPerCount, pageSize: 100 });
      let count = 0;
      while (count < enough && (await keys.next()).done !== true) count += 1;
      return count;
    },
  };
}

/** The tokens of keywarden-server, which are looked up and revoked and nothing else. */
function makeTokenClient(transport: TransportOptions): RevocationClient {
  const client = makeInventoryClient(transport);
  return {
    lookUp: async (fingerprint) => {
      const answer = await client.lookUpToken(fingerprint);
      if (!answer.found) return null;
      const state = answer.token.revokedAt === null ? "active" : "revoked";
      return { id: answer.token.id, state, kind: "secret", environment: "production" };
    },
    revoke: async (id, fingerprint) => (await client.revokeToken(id, fingerprint)).outcome,
    countLive: async () => null,
  };
}

const specialDialects: Readonly<Record<string, (transport: TransportOptions) => RevocationClient>> =
  Object.freeze(
    Object.assign(Object.create(null) as Record<string, (transport: TransportOptions) => RevocationClient>, {
      "keywarden-tokens": makeTokenClient,
    }),
  );
