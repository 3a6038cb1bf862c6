import type { Fingerprint } from "@keywarden/key-format";
import type { NewAuditEntry } from "../audit/audit-log.ts";

export type TokenRole = "admin" | "operator" | "responder" | "reader" | "verifier";

/** A bearer token of Keywarden's own API as it is made: its hash, never its text. */
export interface NewToken {
  readonly id: string;
  readonly name: string;
  readonly role: TokenRole;
  readonly sha256: Fingerprint;
  readonly createdAtMs: number;
}

export interface TokenRecord extends NewToken {
  /** The first moment at which it opens nothing any more; `null` while it lives. */
  readonly revokedAtMs: number | null;
  readonly revokedBy: string | null;
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
  /** Finds a token, also one that is revoked: look at `revokedAtMs` before it opens anything. */
  findBySha256(sha256: Fingerprint): Promise<TokenRecord | null>;
  /** All tokens that were ever made, oldest first. */
  list(): Promise<readonly TokenRecord[]>;
  /**
   * Ends a token for ever, together with its audit entry; once this is answered `findBySha256` says so. A token that
   * was revoked before stays as it is, and nothing is written.
   */
  revoke(revocation: RevokeToken): Promise<RevokeTokenResult>;
  /** How many tokens were ever made. */
  count(): Promise<number>;
}
