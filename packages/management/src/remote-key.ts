import type { Environment, KeyKind } from "@keywarden/key-format";
import type { SecretState } from "./vocabulary.ts";

/** The facts about a key that every provider's own dialect can tell. */
export interface RemoteKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly environment: Environment;
  readonly kind: KeyKind;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

export interface MatchedKey extends RemoteKey {
  /** State of the secret whose fingerprint was asked for, not of the key's newest secret. */
  readonly state: SecretState;
}

export type LookupAnswer = { readonly found: false } | { readonly found: true; readonly key: MatchedKey };
