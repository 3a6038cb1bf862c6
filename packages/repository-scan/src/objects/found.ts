import { readTree } from "@keywarden/git";
import type { IdList, ObjectType, Repository } from "@keywarden/git";
import type { Match, Scanner, SkippedMember } from "@keywarden/scan";
import { ObjectCounts } from "../account/account.ts";
import type { RangeMatches, TextMatches } from "./range-matches.ts";

/** Collects what objects hold, in whatever order they are read. */
export interface Found {
  readonly counts: ObjectCounts;
  /** Takes what is packed in an object and was not opened. */
  skip(id: string, part: SkippedMember): void;
  /** Whether something in an object was not opened. */
  hasUnopened(id: string): boolean;
  /** Whether a name of a file or folder has a match. */
  hasNames(): boolean;
  /** Whether something in a blob, commit or tag is worth looking up. */
  holds(id: string): boolean;
  /** Takes the matches in a whole object; its bytes are asked for only if they are needed. */
  take(id: string, type: ObjectType, matches: readonly Match[], bytes: () => Buffer): void;
  takeBlob(id: string, matches: readonly Match[]): void;
  /** Gives all of it, those objects first that are listed, in this order. */
  inOrderOf(listed: Pick<IdList, "inOrder">): Pick<RangeMatches, "blobs" | "names" | "texts" | "unopened">;
}

/** Makes a collection that is empty. */
export function makeFound(
  { objectFormat }: Repository,
  scanner: Scanner,
  triage: (matches: readonly Match[]) => readonly Match[],
): Found {
  const blobs = new Map<string, readonly Match[]>();
  const names = new Map<string, Buffer>();
  const texts = new Map<string, TextMatches>();
  const unopened = new Map<string, SkippedMember[]>();
  const takeBlob: Found["takeBlob"] = (id, matches) => {
    const worth = triage(matches);
    if (worth.length > 0) blobs.set(id, worth);
  };
  return {
    counts: new ObjectCounts(),
    skip: (id, part) => void unopened.set(id, [...(unopened.get(id) ?? []), part]),
    hasUnopened: (id) => unopened.has(id),
    hasNames: () => names.size > 0,
    holds: (id) => blobs.has(id) || texts.has(id),
    takeBlob,
    take: (id, type, matches, bytes) => {
      if (matches.length === 0) return;
      if (type === "blob") takeBlob(id, matches);
      else if (type === "tree") {
        for (const { name } of readTree(id, bytes(), objectFormat)) {
          if (triage(scanner.scanBytes(name)).length > 0)
            names.set(name.toString("latin1"), Buffer.from(name));
        }
      } else {
        const worth = triage(matches);
        if (worth.length > 0) texts.set(id, { type, matches: worth });
      }
    },
    inOrderOf: (listed) => {
      const ids = listed.inOrder(new Set([...blobs.keys(), ...texts.keys(), ...unopened.keys()]));
      return {
        blobs: inOrder(blobs, ids),
        names,
        texts: inOrder(texts, ids),
        unopened: inOrder(unopened, ids),
      };
    },
  };
}

function inOrder<Value>(map: Map<string, Value>, ids: readonly string[]): ReadonlyMap<string, Value> {
  if (map.size < 2 || ids.length === 0) return map;
  const ordered = new Map<string, Value>();
  for (const id of ids) {
    const value = map.get(id);
    if (value !== undefined) ordered.set(id, value);
  }
  for (const [id, value] of map) if (!ordered.has(id)) ordered.set(id, value);
  return ordered;
}
