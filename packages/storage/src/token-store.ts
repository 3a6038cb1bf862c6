import type { Fingerprint } from "@keywarden/key-format";
import type { NewAuditEntry } from "./audit-log.ts";

export type TokenRole = "admin" | "operator" | "responder" | "reader" | "verifier";

/** A bearer token of Keywarden's own API: its hash, never its text. */
export interface TokenRecord {
  readonly id: string;
  readonly name: string;
  readonly role: TokenRole;
  readonly sha256: Fingerprint;
  readonly createdAtMs: number;
}

export interface TokenStore {
  /**
   * Stores a token together with its audit entry.
   *
   * @throws StorageError STORAGE_DUPLICATE when the id or the hash is taken
   */
  create(token: TokenRecord, audit: NewAuditEntry): Promise<void>;
  findBySha256(sha256: Fingerprint): Promise<TokenRecord | null>;
  count(): Promise<number>;
}
