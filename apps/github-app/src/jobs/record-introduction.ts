import { readObjectParts } from "@keywarden/git";
import type { Introduction, Repository } from "@keywarden/git";
import { redactWithin } from "@keywarden/key-format";
import type { Fingerprint, ProviderProfile } from "@keywarden/key-format";
import { makeObjectScan } from "@keywarden/repository-scan";
import type { Scanner } from "@keywarden/scan";
import type { FoundKeys, Spot } from "./found-keys.ts";
import { locationToPath } from "./exposure-location.ts";
import { isCandidate, seenKeyFrom } from "./seen-key.ts";

/** Adds where a commit brings a key in, and the key itself where it stands in an object that had been scanned before. */
export async function recordIntroduction(
  {
    repository,
    scanner,
    providers,
    seen,
    spotsIn,
  }: {
    readonly repository: Repository;
    readonly scanner: Scanner;
    readonly providers: readonly ProviderProfile[];
    readonly seen: FoundKeys;
    readonly spotsIn: (blob: string) => readonly Spot[] | undefined;
  },
  { commit, id, path, label }: Introduction & { readonly label: Fingerprint },
): Promise<void> {
  const shown = (bytes: Buffer): string => redactWithin(bytes.toString("utf8"), providers);
  // Of a path, all up to the name that holds it: what lies below the folder does not.
  for (const end of endsOfNames(path)) {
    const name = path.subarray(path.lastIndexOf(0x2f, end - 1) + 1, end);
    const match = scanner.scanBytes(name).find((one) => isCandidate(one) && one.fingerprint === label);
    if (match === undefined) continue;
    seen.add(seenKeyFrom(match));
    const location = locationToPath({ in: "path", path: shown(path.subarray(0, end)) });
    seen.addLocation(label, { commit, path: location, line: 1, column: 1 });
  }
  const file = shown(path);
  for (const { line, column, member } of await spotsOf()) {
    const location = locationToPath(
      member === undefined ? { in: "file", path: file } : { in: "archive", path: `${file}!/${member}` },
    );
    seen.addLocation(label, { commit, path: location, line, column });
  }

  async function spotsOf(): Promise<readonly Pick<Spot, "line" | "column" | "member">[]> {
    const known = spotsIn(id);
    if (known !== undefined) return known.filter(({ fingerprint }) => fingerprint === label);
    // In parts: it can be larger than the memory there is.
    const scan = makeObjectScan(scanner);
    for await (const part of readObjectParts(repository, [id])) {
      const all = part.type === "blob" ? scan.add(part) : null;
      if (all === null) continue;
      const matches = all.filter((match) => isCandidate(match) && match.fingerprint === label);
      for (const match of matches) seen.add(seenKeyFrom(match));
      return matches;
    }
    return [];
  }
}

function endsOfNames(path: Buffer): readonly number[] {
  const ends: number[] = [];
  for (let at = path.indexOf(0x2f); at !== -1; at = path.indexOf(0x2f, at + 1)) ends.push(at);
  return [...ends, path.length];
}
