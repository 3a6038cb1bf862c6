import type { KeyStore, KeyTouch } from "@keywarden/storage";

/** Remembers when keys were last used or denied and writes it in batches: a read of a key costs no write. */
export interface UsageRecorder {
  used(keyId: string, atMs: number): void;
  denied(keyId: string, atMs: number): void;
  /** Writes what is remembered, or of that the keys that have waited longest; what cannot be written stays remembered. */
  flush(most?: number): Promise<void>;
}

export function makeUsageRecorder(keys: Pick<KeyStore, "touchLastUsed">): UsageRecorder {
  const used = new Map<string, number>();
  const denied = new Map<string, number>();
  let writing: Promise<void> = Promise.resolve();

  const writeOldest = async (most: number): Promise<void> => {
    const batch: KeyTouch[] = [];
    for (const keyId of firstOf(used, denied, most)) {
      const lastUsedAtMs = used.get(keyId);
      const lastDeniedAtMs = denied.get(keyId);
      used.delete(keyId);
      denied.delete(keyId);
      batch.push({
        keyId,
        ...(lastUsedAtMs !== undefined && { lastUsedAtMs }),
        ...(lastDeniedAtMs !== undefined && { lastDeniedAtMs }),
      });
    }
    if (batch.length === 0) return;
    try {
      await keys.touchLastUsed(batch);
    } catch (error) {
      for (const { keyId, lastUsedAtMs, lastDeniedAtMs } of batch) {
        if (lastUsedAtMs !== undefined) note(used, keyId, lastUsedAtMs);
        if (lastDeniedAtMs !== undefined) note(denied, keyId, lastDeniedAtMs);
      }
      throw error;
    }
  };

  return {
    used: (keyId, atMs) => note(used, keyId, atMs),
    denied: (keyId, atMs) => note(denied, keyId, atMs),
    flush: (most = Infinity) => {
      const write = () => writeOldest(most);
      // One at a time, so that whoever asks while another write runs is answered after both.
      writing = writing.then(write, write);
      return writing;
    },
  };
}

function note(moments: Map<string, number>, keyId: string, atMs: number): void {
  const known = moments.get(keyId);
  if (known === undefined || known < atMs) moments.set(keyId, atMs);
}

// A map gives its keys in the order in which they came, also when their moments were moved since.
function firstOf(
  used: ReadonlyMap<string, number>,
  denied: ReadonlyMap<string, number>,
  most: number,
): ReadonlySet<string> {
  const first = new Set<string>();
  for (const moments of [used, denied])
    for (const keyId of moments.keys()) {
      if (first.size >= most) return first;
      first.add(keyId);
    }
  return first;
}
