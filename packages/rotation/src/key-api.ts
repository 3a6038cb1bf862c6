import type { Environment, Fingerprint, KeyKind, Secret } from "@keywarden/key-format";
import type {
  KeyMetadata,
  KeyState,
  RepeatableCall,
  Restrictions,
  RotationStage,
  SecretState,
} from "@keywarden/management";

/** What a rotation has to know of a key, and what its successor takes over. */
export interface RotatableKey {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly prefix: string;
  /** Empty if the provider does not say. */
  readonly lastFour: string;
  /** How often the secret was created; 0 if the provider does not say. */
  readonly generation: number;
  readonly state: KeyState;
  /** Empty, like the next one, if the provider does not report a key's age. */
  readonly createdAt: string;
  readonly secretCreatedAt: string;
  readonly lastUsedAt: string | null;
  readonly trackingSince: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** The previous secret while it still works; null if there is none. */
  readonly grace: { readonly until: string; readonly remainingSeconds: number } | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly permissions: readonly string[] | null;
  /** What it is bound to beside its permissions; absent when to nothing. */
  readonly restrictions?: Restrictions | undefined;
  /** What its owner remembers about it. */
  readonly metadata?: KeyMetadata | undefined;
  /** The key that it was made to replace, where the provider records that; names tell it otherwise. */
  readonly replaces?: string | null | undefined;
}

/** A call with the same Idempotency-Key is the same request, if the provider supports it; it returns the sealed secret again. */
export type KeyApiCall = Pick<RepeatableCall, "idempotencyKey" | "sealTo" | "ownKey">;

/** What tells the keys of one rotation from all others. */
export interface RotationMark {
  /** Its id. */
  readonly rotation: string;
  readonly key: RotatableKey;
  readonly successorName: string;
}

/** What everybody may see of a rotation in progress. */
export interface RotationProgress {
  readonly step?: RotationStage;
  readonly successorId?: string;
  readonly failure?: string | null;
  /** How long the old secret still works. */
  readonly deadlineSeconds?: number;
  readonly outcome?: "done" | "abandoned";
}

/** The provider's record of who rotates which key. */
export interface RotationRegister {
  /** Claims the key for this rotation, or renews its claim. Fails with MANAGEMENT_CONFLICT while somebody else has it. */
  begin(mark: RotationMark, sinks: readonly string[]): Promise<void>;
  change(rotation: string, progress: RotationProgress): Promise<void>;
}

/** The key that a new secret belongs to. */
export type NewSecretOf = Pick<RotatableKey, "id" | "generation">;

export type Answered =
  | { readonly found: false }
  | { readonly found: true; readonly id: string; readonly state: SecretState }
  /** The provider cannot tell. */
  | { readonly found: null };

/** Whoever issues keys, as far as a rotation needs it. Failures are ManagementError; nothing is retried. */
export interface KeyApi {
  show(id: string): Promise<RotatableKey>;
  /** Makes a second key with the first one's rights, restrictions, owner, tags, metadata and expiry. */
  createLike(
    mark: RotationMark,
    call: KeyApiCall,
  ): Promise<{ readonly key: NewSecretOf; readonly secret: Secret }>;
  /** Replaces the secret in place, only if the generation is still the expected one. */
  roll(
    id: string,
    expectedGeneration: number,
    call: KeyApiCall,
  ): Promise<{
    /** With the old secret's end, where the provider says when that is. */
    readonly key: NewSecretOf & { readonly grace?: RotatableKey["grace"] };
    readonly secret: Secret;
    readonly graceSeconds: number;
  }>;
  revoke(id: string): Promise<{ readonly outcome: "revoked" | "already-revoked" }>;
  /** Asks by the fingerprint, or by the id of the key that it should be where that is all that can be asked. */
  lookup(fingerprint: Fingerprint, keyId: string): Promise<Answered>;
  /**
   * Lists the active keys of one provider, kind and environment.
   *
   * @throws RotationError ROTATION_CANNOT_TELL where there is no list
   */
  listActive(like: RotatableKey): AsyncIterable<RotatableKey>;
  /**
   * Finds the active keys that a rotation made.
   *
   * @throws RotationError ROTATION_CANNOT_TELL where nothing can be found out
   */
  listMadeBy(mark: RotationMark): AsyncIterable<RotatableKey>;
  /**
   * Lists all keys of one provider, kind and environment, also those that have ended.
   *
   * @throws RotationError ROTATION_CANNOT_TELL where there is no such list
   */
  listEver(like: RotatableKey): AsyncIterable<RotatableKey>;
  /** Gives the name that the provider's records have for this caller. */
  whoAmI(): Promise<string>;
  /** Absent where the provider keeps none: names then tell successors from other keys. */
  readonly register?: RotationRegister | undefined;
}
