import type { Match, LocationKind } from "@keywarden/scan";

/** A key at a path: where it came in first, and how often it is there besides. */
export interface Repeated {
  readonly match: Match;
  readonly path: string;
  readonly locationKind: LocationKind;
  readonly commit: string | null;
  /** In other versions of the same path, or elsewhere in the same one. */
  readonly others: number;
}

/** Keeps one finding for each key and path, the first that comes, and counts the rest. */
export class Repeats {
  readonly #found = new Map<string, { readonly first: Omit<Repeated, "others">; others: number }>();

  add(matches: readonly Match[], path: string, locationKind: LocationKind, commit: string | null): void {
    for (const match of matches) {
      const name = `${match.fingerprint} ${locationKind} ${path}`;
      const known = this.#found.get(name);
      if (known === undefined)
        this.#found.set(name, { first: { match, path, locationKind, commit }, others: 0 });
      else known.others += 1;
    }
  }

  *all(): Generator<Repeated, void, undefined> {
    for (const { first, others } of this.#found.values()) yield { ...first, others };
  }
}
