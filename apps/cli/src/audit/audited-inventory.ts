import type { AuditedKey } from "@keywarden/hygiene";

/** A key of an inventory, with what a report shows of it. */
export interface InventoryKey {
  readonly facts: AuditedKey;
  readonly name: string;
  /** The prefix and the last characters. */
  readonly redacted: string;
  readonly label: string;
  readonly tags: readonly string[];
  /** `null`: all of its kind, or not told. */
  readonly permissions: readonly string[] | null;
  /** Where it stands in a file: the line in a table, `null` elsewhere. */
  readonly line: number | null;
}

export interface Inventory {
  /** Where it comes from, as it was asked for. */
  readonly origin: string;
  /** The file that it was read from; `null` for a server. */
  readonly file: string | null;
  readonly keys: readonly InventoryKey[];
}
