import type { Environment, KeyKind } from "@keywarden/key-format";
import type { Restrictions } from "./restrictions.ts";
import type { SecretState } from "./vocabulary.ts";

/** The facts about a key that every dialect has. */
export interface RemoteKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly environment: Environment;
  readonly kind: KeyKind;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  /** The last four characters, where the dialect shows them. */
  readonly lastFour?: string;
  /** Where the dialect shows them; null for a key that may do everything its kind may. */
  readonly permissions?: readonly string[] | null;
  /** What the key is bound to, where the dialect shows it; absent also for a key that is bound to nothing. */
  readonly restrictions?: Restrictions;
  /** What only Keywarden's own dialect shows. */
  readonly more?: {
    readonly generation: number;
    readonly secretCreatedAt: string;
    readonly trackingSince: string;
    readonly expiresAt: string | null;
    readonly grace: { readonly until: string; readonly remainingSeconds: number } | null;
  };
}

export interface MatchedKey extends RemoteKey {
  /** State of the secret whose fingerprint was asked for, not of the key's newest secret. */
  readonly state: SecretState;
}

export type LookupAnswer = { readonly found: false } | { readonly found: true; readonly key: MatchedKey };
