import type { Account } from "@keywarden/repository-scan";
import type { Match, LocationKind } from "@keywarden/scan";
import type { SeenEntries } from "./describe-image.ts";
import type { PackedEvents, Trail } from "./packed-walk.ts";

/** What was found at a location whose name is known only when all is read. */
export interface FoundInPacked {
  readonly trail: Trail;
  readonly match: Match;
  readonly locationKind: LocationKind;
  /** Whether it is not in a file but in what surrounds files. */
  readonly isLoose: boolean;
}

/** What a walk through a packed file has brought. */
export interface Gathered {
  readonly found: readonly FoundInPacked[];
  readonly problems: readonly { readonly trail: Trail; readonly reason: string }[];
  readonly seen: SeenEntries;
}

const mostTextBytes = 64 * 1024 * 1024;
const mostDeletions = 100_000;

/** Makes what keeps of a walk that which its report is made from, and counts files and bytes. */
export function makeGathering({ files, bytes }: Pick<Account, "files" | "bytes">): {
  readonly events: PackedEvents;
  readonly gathered: Gathered;
} {
  const found: FoundInPacked[] = [];
  const problems: { readonly trail: Trail; readonly reason: string }[] = [];
  const links = new Map<string, string | null>();
  const archives = new Set<string>();
  const texts = new Map<string, string>();
  const deletions = new Map<string, Set<string>>();
  let textBytes = 0;
  let deletionCount = 0;
  return {
    gathered: { found, problems, seen: { links, archives, texts, deletions } },
    events: {
      onMatches: (trail, matches, locationKind, isLoose) => {
        for (const match of matches) found.push({ trail, match, locationKind, isLoose });
      },
      onProblem: (trail, reason) => void problems.push({ trail, reason }),
      onArchive: ([top]) => {
        if (top !== undefined) archives.add(top);
      },
      onEntry: ([top = "", path, ...deeper], link) => {
        if (path === undefined) links.set(top, link);
        const deleted = path === undefined || deeper.length > 0 ? null : deletedBy(path);
        if (deleted === null || deletionCount >= mostDeletions) return;
        deletionCount += 1;
        deletions.set(top, (deletions.get(top) ?? new Set()).add(deleted));
      },
      onFile: ([top = "", ...deeper], { sizeBytes, text, isEmptyArchive }) => {
        files.listed += 1;
        files.scanned += 1;
        bytes.listed += sizeBytes;
        bytes.scanned += sizeBytes;
        if (deeper.length > 0) return;
        if (isEmptyArchive) archives.add(top);
        if (text === null || textBytes + text.length > mostTextBytes) return;
        textBytes += text.length;
        texts.set(top, text);
      },
    },
  };
}

// A file of this name says in a later layer that one without the `.wh.` is gone (OCI image layer, "Whiteouts").
function deletedBy(path: string): string | null {
  const at = path.lastIndexOf("/") + 1;
  const file = path.slice(at);
  if (!file.startsWith(".wh.")) return null;
  if (file === ".wh..wh..opq") return path.slice(0, at) || "/";
  return `${path.slice(0, at)}${file.slice(".wh.".length)}`;
}
