import type { Fingerprint } from "@keywarden/key-format";

/** One request that its sender may repeat, and what it did. */
export interface RequestRecord {
  /** Names the sender and the word that the sender gave the request. */
  readonly id: string;
  /** SHA-256 of what was asked for. */
  readonly request: Fingerprint;
  readonly keyId: string;
  /** The generation that the request made. */
  readonly generation: number;
  /** The new secret, readable for nobody but the holder of the sender's private key; `null` when it was not sealed. */
  readonly sealed: string | null;
  /** From this moment on the record is gone, and the same request is a new one. */
  readonly expiresAtMs: number;
}

/** What was done for requests that may come again. */
export interface RequestStore {
  /** Finds a record that has not expired. */
  find(id: string): Promise<RequestRecord | null>;
  /**
   * Writes a record, in the transaction that does what it tells of, and removes those that have expired.
   *
   * @throws StorageError STORAGE_DUPLICATE when there is one with this id
   */
  remember(record: RequestRecord): Promise<void>;
}
