import type { KeyStore } from "@keywarden/storage";

/** Remembers when keys were last used or denied and writes it in batches: a read of a key costs no write. */
export interface UsageRecorder {
  used(keyId: string, atMs: number): void;
  denied(keyId: string, atMs: number): void;
  flush(): Promise<void>;
}

const FLUSH_AT_KEYS = 10_000;

export function makeUsageRecorder(keys: KeyStore): UsageRecorder {
  let pending = new Map<string, { keyId: string; lastUsedAtMs?: number; lastDeniedAtMs?: number }>();
  let writing: Promise<void> = Promise.resolve();

  const flush = (): Promise<void> => {
    const batch = [...pending.values()];
    pending = new Map();
    // Kept in order, so that a flush that is asked for while another runs ends after both are on disk.
    if (batch.length > 0) writing = writing.catch(() => undefined).then(() => keys.touchLastUsed(batch));
    return writing;
  };

  const remember = (keyId: string, field: "lastUsedAtMs" | "lastDeniedAtMs", atMs: number): void => {
    const entry = pending.get(keyId) ?? { keyId };
    entry[field] = Math.max(entry[field] ?? 0, atMs);
    pending.set(keyId, entry);
    // A failed flush is reported by the next one that somebody awaits.
    if (pending.size >= FLUSH_AT_KEYS) void flush().catch(() => undefined);
  };

  return {
    used: (keyId, atMs) => remember(keyId, "lastUsedAtMs", atMs),
    denied: (keyId, atMs) => remember(keyId, "lastDeniedAtMs", atMs),
    flush,
  };
}
