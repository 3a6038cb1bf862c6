import type { Environment, Fingerprint } from "@keywarden/key-format";
import type { NewAuditEntry } from "../audit/audit-log.ts";

export type TokenRole = "admin" | "operator" | "responder" | "reader" | "verifier";

/** The only keys that a token opens: those that every list which is there has. */
export interface TokenLimits {
  readonly providers?: readonly string[] | undefined;
  readonly environments?: readonly Environment[] | undefined;
  /** Tenants or applications; a key that belongs to none is outside. */
  readonly tenants?: readonly string[] | undefined;
}

/** A bearer token of Keywarden's own API as it is made: its hash, never its text. */
export interface NewToken {
  readonly id: string;
  readonly name: string;
  readonly role: TokenRole;
  readonly sha256: Fingerprint;
  readonly createdAtMs: number;
  /** The first moment at which it opens nothing any more; never when absent or `null`. */
  readonly expiresAtMs?: number | null;
  /** All keys when absent or `null`. */
  readonly limits?: TokenLimits | null;
}

export interface TokenRecord extends NewToken {
  readonly expiresAtMs: number | null;
  readonly limits: TokenLimits | null;
  /** The first moment at which it opens nothing any more; `null` while it lives. */
  readonly revokedAtMs: number | null;
  readonly revokedBy: string | null;
}

export interface ListedToken extends TokenRecord {
  /** To the minute; `null` where it is not known to have been used. */
  readonly lastUsedAtMs: number | null;
}

/** When a token was used. */
export interface TokenTouch {
  readonly id: string;
  readonly atMs: number;
}

export interface RevokeToken {
  readonly id: string;
  /** Its actor becomes `revokedBy`; the token's id and role are added to its details. */
  readonly audit: NewAuditEntry;
}

export type RevokeTokenResult =
  | {
      readonly ok: true;
      readonly outcome: "revoked" | "already-revoked";
      readonly token: TokenRecord;
    }
  | { readonly ok: false; readonly reason: "not-found" };

export interface TokenStore {
  /**
   * Stores a token together with its audit entry.
   *
   * @throws StorageError STORAGE_DUPLICATE when the id or the hash is taken
   */
  create(token: NewToken, audit: NewAuditEntry): Promise<void>;
  /** Finds a token, also one that has ended: look at `revokedAtMs` and `expiresAtMs` before it opens anything. */
  findBySha256(sha256: Fingerprint): Promise<TokenRecord | null>;
  /** The same, without asking the database: null where that is needed. */
  recallBySha256(sha256: Fingerprint): TokenRecord | null;
  /** All tokens that were ever made, oldest first. */
  list(): Promise<readonly ListedToken[]>;
  /**
   * Ends a token for ever, together with its audit entry; once this is answered `findBySha256` says so. A token that
   * was revoked before stays as it is, and nothing is written.
   */
  revoke(revocation: RevokeToken): Promise<RevokeTokenResult>;
  /** Notes when tokens were used; of several moments of one the latest counts. */
  touch(touches: readonly TokenTouch[]): Promise<void>;
  /** How many tokens were ever made. */
  count(): Promise<number>;
}
