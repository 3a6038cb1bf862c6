import type { BackedUpTable } from "./key-tables.ts";

export type Row = Readonly<Record<string, unknown>>;

/** A storage at one moment: whatever is written meanwhile is not in it. */
export interface BackupSource {
  readonly schemaVersion: number;
  /** A table's rows in order, a batch at a time. */
  rows(table: BackedUpTable): AsyncIterable<readonly Row[]>;
  readonly close: () => Promise<void>;
}
