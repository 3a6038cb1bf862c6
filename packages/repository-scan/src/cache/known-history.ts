import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Telling } from "../objects/range-matches.ts";
import { readSealed, writeSealed, type Seal } from "./sealed-file.ts";

/** What a scan has learnt of all that the refs of a repository reach. */
export interface KnownHistory extends Telling {
  /** {@link digestOfNames} of names without a match; empty where one has some. */
  readonly cleanNames: string;
  /** Which commits, in the order of the look-up, brought in what {@link digestOfNames} names; `null` where nobody asked. */
  readonly origins: { readonly of: string; readonly commits: readonly string[] } | null;
}

/** Keeps what is known of one state of a repository's history. */
export interface KnownHistories {
  /** Gives what was kept of exactly this state. */
  find(state: string): KnownHistory | null;
  keep(state: string, known: KnownHistory): void;
}

/** Names in their order as one short text. */
export function digestOfNames(names: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const name of names) hash.update(`${name.length} `).update(name);
  return hash.digest("hex");
}

/**
 * Opens what the last scan of this repository's history by this user, this program and for these keys has learnt. It holds
 * ids and counts alone, and is believed only where all of that is the same, the state of the history too.
 */
export function openKnownHistories(
  folder: string,
  { name, all }: { readonly name: string; readonly all: readonly unknown[] },
): KnownHistories {
  const sealOf = (state: string): Seal => ({
    path: join(folder, "known-history", name),
    magic: "history1",
    conditions: [...all, state],
  });
  return {
    find: (state) => {
      const content = readSealed(sealOf(state));
      return content.length === 0 ? null : (JSON.parse(content.toString("utf8")) as KnownHistory);
    },
    keep: (state, known) => writeSealed(sealOf(state), [Buffer.from(JSON.stringify(known))]),
  };
}
