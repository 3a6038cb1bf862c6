import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Arrived } from "../objects/arrived.ts";
import { findInIndex, listIndexIds } from "../packs/index-ids.ts";
import type { Repository } from "../repository.ts";
import { isCutOff } from "./fetch-history.ts";

interface Recorded extends Arrived {
  /** The names of the packs when it was written down. */
  readonly packs: ReadonlySet<string>;
}

/** Of as many objects it is known; what has more is for git's own walks. */
const mostIds = 4_000;
const mostMirrors = 64;

const recorded = new Map<string, Recorded>();

/** Says of a mirror that each of its fetches, from the first on, left a whole pack or nothing at all. */
const markIn = (directory: string): string => join(directory, "keywarden-whole-packs");

const distrust = (directory: string): void => rmSync(markIn(directory), { force: true });

/** Notes of a mirror that was just made that nothing will be fetched into it but in whole packs. */
export function markWhole(directory: string): void {
  writeFileSync(markIn(directory), "");
}

/**
 * Runs what fetches into a mirror, and notes which objects were not there before. Call it in the mirror's turn.
 *
 * Where anything is not as it should be, nothing is known of them: another process fetches too, a fetch failed, an object
 * lies in a file of its own.
 */
export async function noteArrivals(
  { directory, objectFormat }: Pick<Repository, "directory" | "objectFormat">,
  fetch: () => Promise<void>,
): Promise<void> {
  const known = recorded.get(directory);
  recorded.delete(directory);
  // Of a history that comes in steps, commits are there without what they are built on.
  if (isCutOff(directory)) distrust(directory);
  const before = listPacks(directory);
  try {
    await fetch();
  } catch (error) {
    // What a remote sent without all that it leads to stays behind.
    if (before === null || !isSame(before, listPacks(directory))) distrust(directory);
    throw error;
  }
  const now = listPacks(directory);
  if (before === null || now === null || !existsSync(markIn(directory))) return;
  const earlier = known !== undefined && isSame(known.packs, before) ? known.ids : new Set<string>();
  const came = listNew(directory, objectFormat === "sha256" ? 32 : 20, before, now);
  if (came === null || came.length > mostIds) return;
  const ids = new Set(came.length + earlier.size > mostIds ? came : [...earlier, ...came]);
  if (recorded.size >= mostMirrors) recorded.delete([...recorded.keys()][0] ?? "");
  recorded.set(directory, { ids, packs: now });
}

/** Gives what is known of the last objects that came into a mirror; `null` where nothing is. */
export function arrivedIn(directory: string): Arrived | null {
  const known = recorded.get(directory);
  return known === undefined || !isSame(known.packs, listPacks(directory)) ? null : known;
}

/** Forgets what is known of a mirror that is about to go. */
export function forgetArrivals(directory: string): void {
  recorded.delete(directory);
}

function listPacks(directory: string): ReadonlySet<string> | null {
  try {
    const names = readdirSync(join(directory, "objects", "pack"));
    return new Set(names.filter((name) => name.endsWith(".idx")));
  } catch {
    return null;
  }
}

const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string> | null): boolean =>
  other !== null && one.size === other.size && [...one].every((name) => other.has(name));

/** Lists the ids in the packs that came which neither a pack of before has nor a file of its own; `null` where that is unknown. */
function listNew(
  directory: string,
  hashBytes: number,
  before: ReadonlySet<string>,
  now: ReadonlySet<string>,
): readonly string[] | null {
  if ([...before].some((name) => !now.has(name))) return null;
  const pathOf = (name: string): string => join(directory, "objects", "pack", name);
  let ids: readonly string[] = [];
  try {
    for (const name of now) {
      if (before.has(name)) continue;
      const more = listIndexIds(pathOf(name), hashBytes, mostIds);
      if (more === null || ids.length + more.length > 2 * mostIds) return null;
      ids = [...ids, ...more];
    }
    // A pack holds again what its objects are stored as differences to, and what the remote did not know to be here.
    for (const name of before) {
      const found = ids.length === 0 ? new Set<string>() : findInIndex(pathOf(name), hashBytes, ids);
      if (found === null) return null;
      if (found.size > 0) ids = ids.filter((id) => !found.has(id));
    }
  } catch {
    // Another process packs the mirror anew.
    return null;
  }
  return ids.some((id) => existsSync(join(directory, "objects", id.slice(0, 2), id.slice(2)))) ? null : ids;
}
