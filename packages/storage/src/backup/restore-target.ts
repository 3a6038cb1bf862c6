import type { Kysely } from "kysely";
import type { Tables } from "../sql/tables.ts";

/** Makes a storage that was not there before, whole or not at all. */
export interface RestoreTarget {
  /** What to name in messages. */
  readonly location: string;
  readonly locksRows: boolean;
  /** Runs `fill` in a schema of that version and `finish` in the newest one. */
  make(
    schemaVersion: number,
    steps: { readonly fill: Step; readonly finish: Step },
    nowMs: number,
  ): Promise<void>;
}

type Step = (db: Kysely<Tables>) => Promise<void>;
