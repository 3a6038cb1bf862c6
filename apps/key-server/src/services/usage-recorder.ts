import type { KeyStore, KeyTouch } from "@keywarden/storage";

/** Remembers when keys were last used or denied and writes it in batches: a read of a key costs no write. */
export interface UsageRecorder {
  used(keyId: string, atMs: number): void;
  denied(keyId: string, atMs: number): void;
  /** Writes what is remembered; when that fails it stays remembered for the next time. */
  flush(): Promise<void>;
}

const FLUSH_AT_KEYS = 10_000;

export function makeUsageRecorder(keys: Pick<KeyStore, "touchLastUsed">): UsageRecorder {
  let pending = new Map<string, KeyTouch>();
  let writing: Promise<void> = Promise.resolve();

  const remember = (touch: KeyTouch): void => {
    const known = pending.get(touch.keyId);
    const lastUsedAtMs = latest(known?.lastUsedAtMs, touch.lastUsedAtMs);
    const lastDeniedAtMs = latest(known?.lastDeniedAtMs, touch.lastDeniedAtMs);
    pending.set(touch.keyId, {
      keyId: touch.keyId,
      ...(lastUsedAtMs !== undefined && { lastUsedAtMs }),
      ...(lastDeniedAtMs !== undefined && { lastDeniedAtMs }),
    });
  };

  const writePending = async (): Promise<void> => {
    if (pending.size === 0) return;
    const batch = [...pending.values()];
    pending = new Map();
    try {
      await keys.touchLastUsed(batch);
    } catch (error) {
      for (const touch of batch) remember(touch);
      throw error;
    }
  };

  const flush = (): Promise<void> => {
    // One at a time, so that whoever asks while another write runs is answered after both.
    writing = writing.then(writePending, writePending);
    return writing;
  };

  const note = (touch: KeyTouch): void => {
    remember(touch);
    // Whoever flushes next learns of a failure, since everything is still remembered then.
    if (pending.size === FLUSH_AT_KEYS) flush().catch(() => undefined);
  };

  return {
    used: (keyId, atMs) => note({ keyId, lastUsedAtMs: atMs }),
    denied: (keyId, atMs) => note({ keyId, lastDeniedAtMs: atMs }),
    flush,
  };
}

function latest(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.max(left, right);
}
