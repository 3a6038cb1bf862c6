import type { IdList, ObjectPart } from "@keywarden/git";
import type { Match } from "@keywarden/scan";
import type { Telling } from "./range-matches.ts";

type ScannedPart = Pick<ObjectPart, "id" | "type" | "sizeBytes">;

/** Collects which objects tell something, in whatever order they come. */
export interface TellingObjects {
  /** Takes an object that was read whole; `tells` where it does so whatever others hold. */
  take(object: ScannedPart, matches: readonly Match[], tells: boolean): void;
  /** Gives those of the listed ones that tell something, and counts all others; `null` where these are too many. */
  among(listed: Pick<IdList, "inOrder">): Telling | null;
}

/** Where more are to be read again, that is not much shorter. */
const mostTelling = 50_000;

export function collectTelling(): TellingObjects {
  const all = { blob: 0, commit: 0, tree: 0, tag: 0, bytes: 0 };
  const telling = new Map<string, ScannedPart>();
  // Policy looks at no more of a match, and counts each key once. Of those that hold it the one with the least id tells it.
  const told = new Map<string, ScannedPart>();
  return {
    take({ id, type, sizeBytes }, matches, tells) {
      all[type] += 1;
      all.bytes += sizeBytes;
      if (tells && telling.size <= mostTelling) telling.set(id, { id, type, sizeBytes });
      for (const { fingerprint, verdict, kind, environment, confidence } of matches) {
        const name = [fingerprint, verdict, kind, environment, confidence].join(" ");
        const other = told.get(name);
        if (other === undefined || id < other.id) told.set(name, { id, type, sizeBytes });
      }
    },
    among(listed) {
      for (const object of told.values()) telling.set(object.id, object);
      if (telling.size > mostTelling) return null;
      const others = { ...all };
      for (const { type, sizeBytes } of telling.values()) {
        others[type] -= 1;
        others.bytes -= sizeBytes;
      }
      return { ids: listed.inOrder(new Set(telling.keys())), others };
    },
  };
}
