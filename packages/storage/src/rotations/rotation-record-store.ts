import type { NewAuditEntry } from "../audit/audit-log.ts";

/** What a rotation is about to do, or waits for. */
export type RotationStage = "planned" | "create" | "deliver" | "verify" | "wait" | "revoke" | "sweep";

/** How a rotation ended; `lapsed` is one whose lease was over when somebody else began. */
export type RotationEnd = "done" | "abandoned" | "lapsed";

/** A rotation that somebody carries out, as everybody may see it. Its secrets are in the runner's own journal. */
export interface RotationRecord {
  readonly id: string;
  readonly keyId: string;
  /** The key that it made; the key itself where its secret is replaced in place. */
  readonly successorId: string | null;
  readonly step: RotationStage;
  /** Sorts of sinks, such as `env`; never where they are. */
  readonly sinks: readonly string[];
  /** The code of what stopped it last; `null` since anything went well. */
  readonly failure: string | null;
  /** When the old secret ends. */
  readonly deadlineMs: number | null;
  /** Until then nobody else begins one for the same key. */
  readonly leaseUntilMs: number;
  readonly startedAtMs: number;
  readonly startedBy: string;
  readonly changedAtMs: number;
  readonly endedAtMs: number | null;
  readonly outcome: RotationEnd | null;
}

export interface RotationChanges {
  readonly successorId?: string;
  readonly step?: RotationStage;
  readonly failure?: string | null;
  readonly deadlineMs?: number | null;
  readonly leaseUntilMs?: number;
  /** Ends it. */
  readonly outcome?: RotationEnd;
}

export interface RotationRecordStore {
  /**
   * Records a rotation of a key that has no other open one; the entry's actor becomes `startedBy`.
   *
   * @throws StorageError STORAGE_DUPLICATE when the id is taken or the key has an open rotation
   */
  begin(
    rotation: Pick<RotationRecord, "id" | "keyId" | "sinks" | "leaseUntilMs">,
    audit: NewAuditEntry,
  ): Promise<RotationRecord>;
  /** Writes what became of an open rotation; `null` when there is none of that id. Without an entry only where none is given. */
  change(id: string, changes: RotationChanges, audit: NewAuditEntry | null): Promise<RotationRecord | null>;
  get(id: string): Promise<RotationRecord | null>;
  /** Finds the rotation of a key that has not ended. */
  findOpen(keyId: string): Promise<RotationRecord | null>;
  /** Lists rotations, the newest first. */
  list(query: {
    readonly isOpen?: boolean;
    readonly keyId?: string;
    readonly limit: number;
  }): Promise<readonly RotationRecord[]>;
  count(query: { readonly isOpen?: boolean; readonly keyId?: string }): Promise<number>;
}
