import { secretState, type ChangeFeed, type KeyStore, type StoredKey } from "@keywarden/storage";
import type { FoundSecret } from "@keywarden/verifier";
import { makeSecretPacker, type KeyWithSecret } from "./pack-secret.ts";
import { makePackedRecords } from "./packed-records.ts";
import { restrictionsOf } from "../restrictions/restrictions-of.ts";

/** Finds secrets for verification. */
export interface SecretFinder {
  find(sha256: string): Promise<FoundSecret<StoredKey> | null>;
  /** Finds without the database, while it is known what others change there. */
  recall(sha256: string): FoundSecret<StoredKey> | null;
  /**
   * Has to be called once a change of a key is durable and before anybody is told of it; waits until no other process
   * lets the key in as it was.
   */
  forget(keyId: string): Promise<void>;
  /** Reads every key again at its next use. */
  forgetAll(): void;
}

/** Of so many keys the changes are remembered; then it is simpler to forget all secrets. */
const MOST_CHANGED = 10_000;
/** So many of the busiest are kept as they are used, about 2 KiB each; of the others only those packed. */
const MOST_BUSY = 2000;

interface Known {
  readonly found: KeyWithSecret;
  readonly restrictions: FoundSecret<StoredKey>["restrictions"];
  readonly number: number;
}

/**
 * Remembers secrets that were found, in `rememberedBytes` at most, and forgets those of a key that changes. States are
 * derived again at every question, so time ends a remembered secret as it does a stored one. While it is not known
 * what other processes change, every question reads the storage.
 */
export function makeSecretFinder(
  keys: Pick<KeyStore, "findBySha256">,
  now: () => number,
  rememberedBytes: number,
  feed: ChangeFeed,
): SecretFinder {
  const records = makePackedRecords(rememberedBytes);
  const packer = makeSecretPacker();
  const busy = new Map<string, Known>();
  /** By key: records with a lower number are of before its last change. */
  const changedAt = new Map<string, number>();
  let changes = 0;

  const show = ({ found: { key, secret }, restrictions }: Known): FoundSecret<StoredKey> => ({
    key,
    state: secretState(key, secret, now()),
    restrictions,
  });

  const showIfCurrent = (sha256: string, known: Known): FoundSecret<StoredKey> | null => {
    if (known.number >= (changedAt.get(known.found.key.id) ?? 0)) return show(known);
    busy.delete(sha256);
    return null;
  };

  const forgetAll = (): void => {
    changes += 1;
    records.clear();
    busy.clear();
    changedAt.clear();
  };

  const forget = (keyId: string): void => {
    changes += 1;
    if (changedAt.size >= MOST_CHANGED) forgetAll();
    changedAt.set(keyId, records.nextNumber);
  };

  feed.watch((keyId) => (keyId === null ? forgetAll() : forget(keyId)));

  return {
    find: async (sha256) => {
      const asked = changes;
      const isCurrent = feed.isCurrent();
      const found = await keys.findBySha256(sha256);
      if (found === null) return null;
      // What was read before a change may be older than it, so it is used once and not kept.
      if (isCurrent && asked === changes) records.put(sha256, packer.pack(sha256, found));
      return show({ found, restrictions: restrictionsOf(found.key), number: records.nextNumber });
    },
    recall: (sha256) => {
      if (!feed.isCurrent()) return null;
      const known = busy.get(sha256);
      if (known !== undefined) return showIfCurrent(sha256, known);
      const record = records.get(sha256);
      if (record === null) return null;
      const found = packer.unpack(sha256, record.text);
      const unpacked = { found, restrictions: restrictionsOf(found.key), number: record.number };
      if (record.othersSince < MOST_BUSY) {
        if (busy.size >= MOST_BUSY) busy.clear();
        busy.set(sha256, unpacked);
      }
      return showIfCurrent(sha256, unpacked);
    },
    forget: (keyId) => {
      forget(keyId);
      return feed.settled();
    },
    forgetAll,
  };
}
