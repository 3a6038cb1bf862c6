import type { KeyStore, KeyTouch } from "@keywarden/storage";

/** Remembers when keys were last used or denied and writes it in batches: a read of a key costs no write. */
export interface UsageRecorder {
  used(keyId: string, atMs: number): void;
  denied(keyId: string, atMs: number): void;
  /** Writes what is remembered; what cannot be written stays remembered. */
  flush(): Promise<void>;
  /** Writes if it is time to; to be called about once a second. */
  tick(): Promise<void>;
}

/** So many are written at once, and so few do not wait for a minute, as each is on a page of the database of its own. */
const FEW_KEYS = 2000;
/** So few are written at every tick. */
const VERY_FEW_KEYS = 200;
/** More wait for each other: whatever is used again meanwhile is written once, and neighbours together. */
const everyMs = { few: 10_000, many: 60_000 };

export function makeUsageRecorder(keys: Pick<KeyStore, "touchLastUsed">, now: () => number): UsageRecorder {
  // Milliseconds after `baseMs`, which are small integers where a moment would be an object of its own for each key.
  const used = new Map<string, number>();
  const denied = new Map<string, number>();
  let baseMs = now();
  let lastMs = baseMs;
  let writing: Promise<void> = Promise.resolve();

  const note = (moments: Map<string, number>, keyId: string, atMs: number): void => {
    if (used.size === 0 && denied.size === 0) baseMs = atMs;
    const afterMs = atMs - baseMs;
    const known = moments.get(keyId);
    if (known === undefined || known < afterMs) moments.set(keyId, afterMs);
  };

  const take = (keyId: string): KeyTouch => {
    const usedAfterMs = used.get(keyId);
    const deniedAfterMs = denied.get(keyId);
    used.delete(keyId);
    denied.delete(keyId);
    return {
      keyId,
      ...(usedAfterMs !== undefined && { lastUsedAtMs: baseMs + usedAfterMs }),
      ...(deniedAfterMs !== undefined && { lastDeniedAtMs: baseMs + deniedAfterMs }),
    };
  };

  const write = async (): Promise<void> => {
    lastMs = now();
    if (used.size === 0 && denied.size === 0) return;
    // In the order of ids, in which imported keys lie in the database.
    const keyIds = [...used.keys(), ...[...denied.keys()].filter((keyId) => !used.has(keyId))];
    keyIds.sort();
    for (let at = 0; at < keyIds.length; at += FEW_KEYS) {
      const touches = keyIds.slice(at, at + FEW_KEYS).map(take);
      try {
        await keys.touchLastUsed(touches);
      } catch (error) {
        for (const { keyId, lastUsedAtMs, lastDeniedAtMs } of touches) {
          if (lastUsedAtMs !== undefined) note(used, keyId, lastUsedAtMs);
          if (lastDeniedAtMs !== undefined) note(denied, keyId, lastDeniedAtMs);
        }
        throw error;
      }
    }
  };

  const flush = (): Promise<void> => {
    // One at a time, so that whoever asks while another write runs is answered after both.
    writing = writing.then(write, write);
    return writing;
  };

  return {
    used: (keyId, atMs) => note(used, keyId, atMs),
    denied: (keyId, atMs) => note(denied, keyId, atMs),
    flush,
    tick: async () => {
      const keys = used.size + denied.size;
      const waitMs = keys <= VERY_FEW_KEYS ? 0 : keys <= FEW_KEYS ? everyMs.few : everyMs.many;
      if (now() - lastMs >= waitMs) await flush();
    },
  };
}
