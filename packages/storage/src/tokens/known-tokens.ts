import type { TokenRecord } from "./token-store.ts";

/** Tokens that were found, for as long as it is known what other processes change: a token changes only when it is revoked. */
export interface KnownTokens {
  recall(sha256: string): TokenRecord | undefined;
  /** How many were forgotten; what was read at another number may be older than a revocation. */
  readonly forgotten: number;
  /** Keeps a token that was read when so many had been forgotten, unless it may be out of date. */
  remember(token: TokenRecord, forgottenBefore: number): void;
  /** Has to be called once a revocation is durable and before anybody is told of it. */
  forget(sha256: string): void;
  /** The same for all of them. */
  forgetAll(): void;
}

const mostKnown = 1000;

export function makeKnownTokens(): KnownTokens {
  const known = new Map<string, TokenRecord>();
  let forgotten = 0;
  return {
    recall: (sha256) => known.get(sha256),
    get forgotten() {
      return forgotten;
    },
    remember: (token, forgottenBefore) => {
      if (forgottenBefore === forgotten && known.size < mostKnown) known.set(token.sha256, token);
    },
    forget: (sha256) => {
      forgotten += 1;
      known.delete(sha256);
    },
    forgetAll: () => {
      forgotten += 1;
      known.clear();
    },
  };
}

/** The same for a transaction, which sees its own changes and may be undone: it only forgets. */
export function withoutRecall(known: KnownTokens): KnownTokens {
  return {
    recall: () => undefined,
    forgotten: 0,
    remember: () => {},
    forget: (sha256) => known.forget(sha256),
    forgetAll: () => known.forgetAll(),
  };
}
