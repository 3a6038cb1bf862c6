import type { Environment, Fingerprint, KeyKind, Secret } from "@keywarden/key-format";
import type { KeyState, Restrictions, SecretState } from "@keywarden/management";

/** What a rotation has to know of a key, and what its successor takes over. */
export interface RotatableKey {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly prefix: string;
  readonly lastFour: string;
  readonly generation: number;
  readonly state: KeyState;
  readonly createdAt: string;
  readonly secretCreatedAt: string;
  readonly lastUsedAt: string | null;
  readonly trackingSince: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** The older secret that still works; null when there is none. */
  readonly grace: { readonly until: string; readonly remainingSeconds: number } | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly permissions: readonly string[] | null;
  /** What it is bound to beside its permissions; absent when to nothing. */
  readonly restrictions?: Restrictions | undefined;
}

/** Whoever issues keys, as far as a rotation needs it. Failures are ManagementError; nothing is retried. */
export interface KeyIssuer {
  show(id: string): Promise<RotatableKey>;
  /** Makes a second key with the first one's rights, restrictions, owner, tags and expiry. */
  createLike(
    key: RotatableKey,
    name: string,
  ): Promise<{ readonly key: RotatableKey; readonly secret: Secret }>;
  /** Replaces the secret in place, only if the generation is still the expected one. */
  roll(
    id: string,
    expectedGeneration: number,
  ): Promise<{ readonly key: RotatableKey; readonly secret: Secret; readonly graceSeconds: number }>;
  revoke(id: string): Promise<{ readonly outcome: "revoked" | "already-revoked" }>;
  lookup(
    fingerprint: Fingerprint,
  ): Promise<
    { readonly found: false } | { readonly found: true; readonly id: string; readonly state: SecretState }
  >;
  /** Lists the active keys of one provider, kind and environment. */
  listActive(like: RotatableKey): AsyncIterable<RotatableKey>;
  /** Gives the name under which the issuer records what this caller does. */
  whoAmI(): Promise<string>;
}
