import type { Occurrence } from "@keywarden/storage";
import type { HeldKey } from "../repositories/look-up-introductions.ts";
import type { SeenKey } from "./job-payloads.ts";
import type { PlacedMatch } from "./object-scan.ts";
import { isCandidate, seenKeyFrom } from "./seen-key.ts";

const placesPerKey = 200;

/** A key that a push shows, and where. */
export interface FoundKey {
  readonly key: SeenKey;
  readonly occurrences: Occurrence[];
}

export interface FoundKeys {
  add(key: SeenKey, place: Omit<Occurrence, "commit">): void;
  /** Adds a match that is worth asking about, and remembers what holds it. */
  addFound(found: PlacedMatch): void;
  has(fingerprint: string): boolean;
  readonly held: readonly HeldKey[];
  mostCertainFirst(): readonly FoundKey[];
}

/** Gathers the keys that a push shows, each with its places in a commit. */
export function makeFoundKeys(commit: string): FoundKeys {
  const byFingerprint = new Map<string, FoundKey>();
  const held: HeldKey[] = [];
  const certainty = { high: 0, medium: 1, low: 2 } as const;
  const add = (key: SeenKey, { path, line, column }: Omit<Occurrence, "commit">): void => {
    const found = byFingerprint.get(key.fingerprint) ?? { key, occurrences: [] };
    byFingerprint.set(key.fingerprint, found);
    if (found.occurrences.length < placesPerKey) found.occurrences.push({ commit, path, line, column });
  };
  return {
    add,
    addFound(found) {
      if (!isCandidate(found.match)) return;
      const key = seenKeyFrom(found.match);
      held.push({ fingerprint: key.fingerprint, holder: found.holder });
      add(key, found);
    },
    has: (fingerprint) => byFingerprint.has(fingerprint),
    held,
    mostCertainFirst: () =>
      [...byFingerprint.values()].sort((a, b) => certainty[a.key.confidence] - certainty[b.key.confidence]),
  };
}
