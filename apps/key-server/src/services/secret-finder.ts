import { secretState, type KeyStore, type StoredKey, type StoredSecret } from "@keywarden/storage";
import type { FoundSecret } from "@keywarden/verifier";
import { restrictionsOf } from "./restrictions-of.ts";

/** Finds secrets for verification. */
export interface SecretFinder {
  find(sha256: string): Promise<FoundSecret<StoredKey> | null>;
  /** Finds without the database, where it is known that nobody else writes it. */
  recall(sha256: string): FoundSecret<StoredKey> | null;
  /** Has to be called once a change of a key is durable and before anybody is told of it. */
  forget(keyId: string): void;
}

interface Known {
  readonly key: StoredKey;
  readonly secret: StoredSecret;
  readonly restrictions: FoundSecret<StoredKey>["restrictions"];
}

/**
 * Remembers up to `mostRemembered` secrets that were found, and forgets those of a key that changes. States are
 * derived again at every question, so time ends a remembered secret as it does a stored one. With 0 every question
 * reads the storage, which it must where other processes write it too.
 */
export function makeSecretFinder(
  keys: Pick<KeyStore, "findBySha256">,
  now: () => number,
  mostRemembered: number,
): SecretFinder {
  const known = new Map<string, Known>();
  const digestsOf = new Map<string, Set<string>>();
  let changes = 0;

  const show = ({ key, secret, restrictions }: Known): FoundSecret<StoredKey> => ({
    key,
    state: secretState(key, secret, now()),
    restrictions,
  });

  const remember = (sha256: string, found: Known): void => {
    if (known.size >= mostRemembered) {
      known.clear();
      digestsOf.clear();
    }
    known.set(sha256, found);
    const { id } = found.key;
    digestsOf.set(id, (digestsOf.get(id) ?? new Set()).add(sha256));
  };

  return {
    find: async (sha256) => {
      const asked = changes;
      const found = await keys.findBySha256(sha256);
      if (found === null) return null;
      const restrictions = restrictionsOf(found.key);
      const complete = { ...found, restrictions };
      // What was read before a change may be older than it, so it is used once and not kept.
      if (mostRemembered > 0 && asked === changes) remember(sha256, complete);
      return show(complete);
    },
    recall: (sha256) => {
      const found = known.get(sha256);
      return found === undefined ? null : show(found);
    },
    forget: (keyId) => {
      changes += 1;
      for (const sha256 of digestsOf.get(keyId) ?? []) known.delete(sha256);
      digestsOf.delete(keyId);
    },
  };
}
