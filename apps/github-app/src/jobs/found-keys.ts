import type { Fingerprint } from "@keywarden/key-format";
import type { LeastAction, Occurrence } from "@keywarden/storage";
import type { Match } from "@keywarden/scan";
import type { HeldKey } from "../repositories/look-up-introductions.ts";
import type { SeenKey } from "./job-payloads.ts";
import type { HeldMatch } from "../scanning/object-scan.ts";
import { isCandidate, seenKeyFrom } from "./seen-key.ts";

/** Where a key stands within a blob. */
export interface Spot extends Pick<Match, "line" | "column" | "member"> {
  readonly fingerprint: Fingerprint;
}

/** A key that an observation shows, and where commits bring it in. */
export interface ObservedKey {
  readonly key: SeenKey;
  readonly occurrences: readonly Occurrence[];
  /** What these commits ask for at least. */
  readonly least: readonly LeastAction[];
}

/** Keys that a scan came upon, before it is known which commits bring them in. */
export interface FoundKeys {
  add(key: SeenKey): void;
  /** Adds a match that is worth asking about, and remembers what holds it. */
  addHeld(found: HeldMatch): void;
  /** Adds a location of a key that was added; once, however often it is told. */
  addLocation(fingerprint: Fingerprint, location: Occurrence): void;
  has(fingerprint: Fingerprint): boolean;
  readonly held: readonly HeldKey[];
  /** Where keys stand in a blob; undefined for one that was not scanned now. */
  spotsIn(blob: string): readonly Spot[] | undefined;
  mostCertainFirst(): readonly Omit<ObservedKey, "least">[];
}

/** Locations of one key, over all commits; a copy in every folder of a large repository is no reason to run out of memory. */
const locationsPerKey = 2_000;

export function makeFoundKeys(): FoundKeys {
  const keys = new Map<Fingerprint, SeenKey>();
  const locations = new Map<Fingerprint, Map<string, Occurrence>>();
  const spots = new Map<string, Spot[]>();
  const held: HeldKey[] = [];
  const certainty = { high: 0, medium: 1, low: 2 } as const;
  const add = (key: SeenKey): void => {
    if (!keys.has(key.fingerprint)) keys.set(key.fingerprint, key);
  };
  return {
    add,
    addHeld({ match, holder }) {
      if (!isCandidate(match)) return;
      const key = seenKeyFrom(match);
      add(key);
      held.push({ fingerprint: key.fingerprint, holder });
      if (holder.in !== "blob") return;
      const { line, column, member } = match;
      const known = spots.get(holder.id) ?? [];
      spots.set(holder.id, known);
      known.push({
        fingerprint: key.fingerprint,
        line,
        column,
        ...(member === undefined ? {} : { member }),
      });
    },
    addLocation(fingerprint, location) {
      const known = locations.get(fingerprint) ?? new Map<string, Occurrence>();
      locations.set(fingerprint, known);
      if (known.size >= locationsPerKey) return;
      known.set(`${location.commit} ${location.line} ${location.column} ${location.path}`, location);
    },
    has: (fingerprint) => keys.has(fingerprint),
    held,
    spotsIn: (blob) => spots.get(blob),
    mostCertainFirst: () =>
      [...keys.values()]
        .toSorted((a, b) => certainty[a.confidence] - certainty[b.confidence])
        .map((key) => ({ key, occurrences: [...(locations.get(key.fingerprint)?.values() ?? [])] })),
  };
}
