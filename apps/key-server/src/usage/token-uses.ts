import type { TokenStore } from "@keywarden/storage";

/** Remembers when tokens were last used and writes it once a minute: a request costs no write. */
export interface TokenUses {
  used(id: string, atMs: number): void;
  /** Writes what is remembered; what cannot be written stays remembered. */
  flush(): Promise<void>;
  /** Writes if it is time to; to be called about once a second. */
  tick(): Promise<void>;
}

const EVERY_MS = 60_000;

export function makeTokenUses(tokens: Pick<TokenStore, "touch">, now: () => number): TokenUses {
  let uses = new Map<string, number>();
  let lastMs = now() - EVERY_MS;
  const flush = async (): Promise<void> => {
    lastMs = now();
    if (uses.size === 0) return;
    const written = uses;
    uses = new Map();
    try {
      await tokens.touch([...written].map(([id, atMs]) => ({ id, atMs })));
    } catch (error) {
      // What was used meanwhile was used later.
      uses = new Map([...written, ...uses]);
      throw error;
    }
  };
  return {
    used: (id, atMs) => void uses.set(id, atMs),
    flush,
    tick: async () => {
      if (now() - lastMs >= EVERY_MS) await flush();
    },
  };
}
