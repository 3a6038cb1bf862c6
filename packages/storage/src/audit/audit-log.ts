import type { JsonObject } from "../json/json.ts";

/** What an action leaves in the audit; `details` never holds a whole key. */
export interface NewAuditEntry {
  /** A verb of the product, for example `key.created` or `key.revoke.intended`. */
  readonly action: string;
  /** Who did it: a token's name, a person, or a program. */
  readonly actor: string;
  /** The id of the key that it was done to; absent or `null` when it was not done to a key. */
  readonly subject?: string | null;
  readonly provider?: string | null;
  readonly details?: JsonObject;
  /** Epoch milliseconds; the storage's own clock when absent. */
  readonly atMs?: number;
}

/** An entry as it stands in the chain. */
export interface AuditEntry {
  /** 1 for the first entry, without gaps. */
  readonly sequence: number;
  readonly atMs: number;
  readonly action: string;
  readonly actor: string;
  readonly subject: string | null;
  readonly provider: string | null;
  readonly details: JsonObject;
  /** Hash of the entry before it; 64 zeros for the first. */
  readonly previousHash: string;
  /** SHA-256 over the canonical JSON of everything above, 64 lower-case hex. */
  readonly hash: string;
}

/** A position in the chain that a caller can keep elsewhere, to prove later that nothing before it changed. */
export interface AuditAnchor {
  readonly sequence: number;
  readonly hash: string;
}

/**
 * `edited`: an entry does not match its hash (also when it was moved). `missing`: a gap. `broken-link`: an entry was
 * replaced by one with a right hash of its own. `truncated`: the end was removed. `unanchored`: entries stand past the
 * recorded end. `anchor-differs`: the entry at an anchor is another one.
 */
export type AuditFault = "edited" | "missing" | "broken-link" | "truncated" | "unanchored" | "anchor-differs";

export type AuditVerification =
  | { readonly ok: true; readonly entries: number; readonly head: AuditAnchor }
  | {
      readonly ok: false;
      readonly firstBadSequence: number;
      readonly fault: AuditFault;
      /** One sentence for people. */
      readonly reason: string;
    };

/** An append-only list of what was done, in which every entry carries the hash of the one before. */
export interface AuditLog {
  /**
   * Adds one entry at the end, durable when the promise resolves.
   *
   * @throws StorageError STORAGE_PLAINTEXT_KEY when any text of the entry looks like a whole key
   */
  append(entry: NewAuditEntry): Promise<AuditAnchor>;
  /** Lists entries in order of sequence, after `afterSequence` (default 0), at most `limit` (default 100, at most 1000). */
  list(query?: AuditQuery): Promise<readonly AuditEntry[]>;
  /** The last entry's position; sequence 0 and 64 zeros when there is none. */
  head(): Promise<AuditAnchor>;
  /**
   * Recomputes the whole chain, page by page, and compares its end with the anchor that is kept beside it, and
   * with `anchor` when the caller kept one elsewhere. The cost is one SHA-256 and one row read an entry.
   */
  verify(options?: { readonly anchor?: AuditAnchor }): Promise<AuditVerification>;
}

export interface AuditQuery {
  readonly afterSequence?: number;
  readonly limit?: number;
  readonly subject?: string;
  readonly provider?: string;
  readonly actor?: string;
  readonly action?: string;
  /** Any of these. */
  readonly actions?: readonly string[];
  /** At this moment or later. */
  readonly fromMs?: number;
  /** Before this moment. */
  readonly toMs?: number;
  /** From the end; entries are then those before `beforeSequence`. */
  readonly isNewestFirst?: boolean;
  readonly beforeSequence?: number;
}
