import type { Environment, Fingerprint, KeyKind } from "@keywarden/key-format";
import type { NewAuditEntry } from "../audit/audit-log.ts";
import type { JsonObject } from "../json/json.ts";
import type { TokenLimits } from "../tokens/token-store.ts";
import type { KeyState, SecretState } from "./key-state.ts";

/** One secret of a key as it is stored: its hash and enough to recognise it by, never the text. */
export interface SecretRecord {
  readonly keyId: string;
  /** 1 for the secret that the key was created with, one more with each rotation. */
  readonly generation: number;
  readonly sha256: Fingerprint;
  readonly prefix: string;
  readonly lastFour: string;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly notBeforeMs: number;
  /** The first moment at which it is no longer valid: end of grace or its own expiry; `null` for no limit of its own. */
  readonly validUntilMs: number | null;
  readonly revokedAtMs: number | null;
}

/** A secret and its state at the moment it was read. */
export interface StoredSecret extends SecretRecord {
  readonly state: SecretState;
}

/** A key with its current secret; the states are derived from timestamps at the moment `asOfMs`. */
export interface StoredKey {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly label: string;
  readonly prefix: string;
  readonly generation: number;
  readonly owner: string | null;
  readonly tags: readonly string[];
  /** `null` when the key is not restricted to named permissions. */
  readonly permissions: readonly string[] | null;
  readonly metadata: JsonObject;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
  readonly revokedBy: string | null;
  /** Since when it is switched off, until somebody enables it again; `null` while it is not. */
  readonly disabledAtMs: number | null;
  readonly disabledBy: string | null;
  /** How often the key was edited, disabled or enabled; a rotation is counted by `generation`. */
  readonly revision: number;
  /** The key that this one was made to replace. */
  readonly replaces: string | null;
  readonly lastUsedAtMs: number | null;
  readonly lastDeniedAtMs: number | null;
  readonly trackingSinceMs: number;
  readonly state: KeyState;
  readonly secret: StoredSecret;
  /** The secret before, while its grace period lasts. */
  readonly graceSecret: StoredSecret | null;
  readonly asOfMs: number;
}

export interface NewSecret {
  readonly sha256: Fingerprint;
  readonly prefix: string;
  readonly lastFour: string;
  /** A limit of the secret's own; the key's expiry caps it anyway. */
  readonly validUntilMs?: number | null;
}

export interface NewKey {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly label: string;
  readonly secret: NewSecret;
  readonly owner?: string | null;
  readonly tags?: readonly string[];
  readonly permissions?: readonly string[] | null;
  readonly metadata?: JsonObject;
  readonly expiresAtMs?: number | null;
  /** A key that has no other living successor. */
  readonly replaces?: string | null;
}

/** A key as it was in another storage. */
export interface ImportedKey extends Omit<NewKey, "secret"> {
  /** Oldest first; the last one is current. */
  readonly secrets: readonly Omit<SecretRecord, "keyId">[];
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly revokedAtMs: number | null;
  readonly revokedBy: string | null;
  readonly disabledAtMs?: number | null;
  readonly disabledBy?: string | null;
  readonly lastUsedAtMs: number | null;
  readonly lastDeniedAtMs: number | null;
  readonly trackingSinceMs: number;
}

export interface TakenKey {
  readonly id: string;
  readonly provider: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  /** `null` when it was found by its id. */
  readonly sha256: Fingerprint | null;
  readonly revokedAtMs: number | null;
}

/** Which generation a key has now, and who made it so and when: what the loser of a race needs to know. */
export interface CurrentGeneration {
  readonly generation: number;
  readonly rotatedBy: string;
  readonly rotatedAtMs: number;
}

export interface RotateKey {
  readonly id: string;
  /** The generation that the caller saw; without it the rotation replaces whatever is current. */
  readonly expectedGeneration?: number;
  readonly secret: NewSecret;
  /** How long the old secret stays valid, in milliseconds; 0 ends it at once. */
  readonly graceMs: number;
  /** Its actor becomes `rotatedBy`; `generation` and `previousValidUntilMs` are added to its details. */
  readonly audit: NewAuditEntry;
}

export type RotateResult =
  | { readonly ok: true; readonly key: StoredKey; readonly previous: StoredSecret }
  | { readonly ok: false; readonly reason: "generation"; readonly current: CurrentGeneration }
  | { readonly ok: false; readonly reason: "revoked" | "expired" | "disabled" | "not-found" };

export interface RevokeKey {
  readonly id: string;
  readonly expectedGeneration?: number;
  /** Its actor becomes `revokedBy`. */
  readonly audit: NewAuditEntry;
}

export type RevokeResult =
  | { readonly ok: true; readonly outcome: "revoked" | "already-revoked"; readonly key: StoredKey }
  | { readonly ok: false; readonly reason: "generation"; readonly current: CurrentGeneration }
  | { readonly ok: false; readonly reason: "not-found" };

/** What of a key can be changed; what is absent stays as it is. */
export interface KeyChanges {
  readonly name?: string;
  readonly owner?: string | null;
  readonly tags?: readonly string[];
  readonly permissions?: readonly string[] | null;
  /** All of it, in place of what was there. */
  readonly metadata?: JsonObject;
  readonly expiresAtMs?: number | null;
  /** `true` keeps the key from opening anything until it is `false` again. */
  readonly isDisabled?: boolean;
}

export interface ChangeKey {
  readonly id: string;
  readonly changes: KeyChanges;
  /** Each field that changes, with its old and new value, is added to its details. */
  readonly audit: NewAuditEntry;
}

export type ChangeResult =
  | { readonly ok: true; readonly isChanged: boolean; readonly key: StoredKey }
  | { readonly ok: false; readonly reason: "not-found" };

export interface PurgeKeys {
  /** Only keys that were revoked before this moment. */
  readonly revokedBeforeMs: number;
  /** At most so many in one transaction, those revoked longest ago first. */
  readonly limit: number;
  /** The subject, and what each key was, are added. */
  readonly audit: NewAuditEntry;
}

/** What is left of a purged key's secret. */
export interface PurgedSecret {
  readonly keyId: string;
  readonly provider: string;
  readonly revokedAtMs: number;
  readonly purgedAtMs: number;
}

/** A position in the list of keys, which is ordered by creation and then id. */
export interface KeyCursor {
  readonly createdAtMs: number;
  readonly id: string;
}

export interface KeyQuery extends KeyFactQuery {
  /** 1 to 1000; 100 when absent. */
  readonly limit?: number;
  /** The page begins after this position. */
  readonly after?: KeyCursor | null;
  /** As it is written. */
  readonly owner?: string;
  readonly provider?: string;
  readonly state?: KeyState;
  readonly kind?: KeyKind;
  readonly environment?: Environment;
  /** The tenant that the key's restrictions name; `null` for keys of no tenant. */
  readonly tenant?: string | null;
  /** The product that the key's restrictions name. */
  readonly product?: string;
  /** The only keys that are asked about. */
  readonly within?: TokenLimits;
}

/** Facts that no index orders by, so they are looked for in a bounded part of the list at a time. */
export interface KeyFactQuery {
  /** All of them, as they are written. */
  readonly tags?: readonly string[];
  /** The current secret is older than this moment. */
  readonly secretCreatedBeforeMs?: number;
  /** The current secret was made at this moment or later. */
  readonly secretCreatedFromMs?: number;
  /** Used, and for the last time before this moment. */
  readonly usedBeforeMs?: number;
  /** Used at this moment or later. */
  readonly usedFromMs?: number;
  /** Neither used nor made at this moment or later. */
  readonly unusedSinceMs?: number;
}

export interface KeyPage {
  readonly keys: readonly StoredKey[];
  /** `null` on the last page. A page that is not the last can be short, even empty, where the query asks for facts. */
  readonly next: KeyCursor | null;
}

export interface KeyTouch {
  readonly keyId: string;
  readonly lastUsedAtMs?: number;
  readonly lastDeniedAtMs?: number;
}

/**
 * Keys with versioned secrets. Every mutation writes its audit entry in the same transaction and is durable
 * when its promise resolves; one that changes nothing (a refusal, a key revoked before) writes none.
 *
 * All methods that take free text throw StorageError STORAGE_PLAINTEXT_KEY when it looks like a whole key.
 */
export interface KeyStore {
  /**
   * Stores a key of generation 1.
   *
   * @throws StorageError STORAGE_DUPLICATE when the id or the hash is taken
   */
  createKey(key: NewKey, audit: NewAuditEntry): Promise<StoredKey>;
  /**
   * Stores many keys, each with the same audit entry about itself: all of them or none.
   *
   * @throws StorageError STORAGE_DUPLICATE when any id or hash is taken or comes twice
   */
  createKeys(keys: readonly NewKey[], audit: NewAuditEntry): Promise<void>;
  /**
   * Stores keys as they were elsewhere, each with the same audit entry about itself: all of them or none.
   *
   * @throws StorageError STORAGE_DUPLICATE when any id or hash is taken or comes twice
   */
  importKeys(keys: readonly ImportedKey[], audit: NewAuditEntry): Promise<void>;
  /** Finds the keys that have one of the ids or hashes, with the hash by which they were found; at most 1000 of each. */
  findTaken(wanted: {
    readonly ids: readonly string[];
    readonly sha256s: readonly Fingerprint[];
  }): Promise<readonly TakenKey[]>;
  getKey(id: string): Promise<StoredKey | null>;
  /** Finds the key that a secret belongs to, also when the secret is revoked, replaced or expired: hashes are kept for ever. */
  findBySha256(
    sha256: Fingerprint,
  ): Promise<{ readonly key: StoredKey; readonly secret: StoredSecret } | null>;
  /** Lists keys oldest first, so that keys created while a caller pages are met at the end. */
  listKeys(query?: KeyQuery): Promise<KeyPage>;
  /** All secrets that up to 1000 keys ever had, each key's oldest first. */
  listSecretsOf(keyIds: readonly string[]): Promise<readonly SecretRecord[]>;
  /** All secrets that a key ever had, newest first; empty for an unknown key. */
  listSecrets(keyId: string): Promise<readonly StoredSecret[]>;
  /**
   * Replaces the current secret. The old one stays valid until the earlier of its own limit and the end of the
   * grace period; one that was still in an earlier grace period ends now, so at most two are ever live.
   *
   * @throws StorageError STORAGE_DUPLICATE when the new hash is taken
   */
  rotateKey(rotation: RotateKey): Promise<RotateResult>;
  /** Ends a key and all its secrets at once and for ever. */
  revokeKey(revocation: RevokeKey): Promise<RevokeResult>;
  /** Changes what is known of a key and what it may do, and counts `revision` up; what is as it was before is not written. */
  changeKey(change: ChangeKey): Promise<ChangeResult>;
  /** Finds up to 1000 keys by their ids, in no order; unknown ones are passed over. */
  getKeys(ids: readonly string[]): Promise<readonly StoredKey[]>;
  /** Finds the living key that was made to replace another. */
  findSuccessor(id: string): Promise<StoredKey | null>;
  /** Finds the living keys that were made to replace one of up to 1000 others, in no order. */
  findSuccessors(ids: readonly string[]): Promise<readonly StoredKey[]>;
  /** Counts the keys of a query, without its limit and position. */
  countKeys(query?: KeyQuery): Promise<number>;
  /**
   * Removes keys that were revoked long ago, with all that is known of them and counted for them; one with an open
   * rotation is passed over. Their audit entries stay, and so do their hashes, which are never issued or imported again.
   *
   * @returns the ids of the keys that are gone
   */
  purgeKeys(purge: PurgeKeys): Promise<readonly string[]>;
  /** Counts the keys that were revoked before a moment. */
  countRevoked(beforeMs: number): Promise<number>;
  /** Finds what is left of the purged key that a secret belonged to. */
  findPurged(sha256: Fingerprint): Promise<PurgedSecret | null>;
  /** Moves times of last use and last denial forward, never back; unknown keys are passed over. Not audited. */
  touchLastUsed(touches: readonly KeyTouch[]): Promise<void>;
}
