import type { UnreadObject, TreeNotes } from "@keywarden/git";
import type { Match, SkippedMember } from "@keywarden/scan";
import type { ObjectCounts, CountsByType } from "../account/account.ts";

/** What stands in the header or message of a commit or tag. */
export interface TextMatches {
  readonly type: "commit" | "tag";
  readonly matches: readonly Match[];
}

/** Which objects of a range have to be read again to say all of it again, under the same policy. */
export interface Telling {
  /** In the order in which they were listed: what has findings, was not opened, or is the first with what policy leaves alone. */
  readonly ids: readonly string[];
  /** How many the others are, all of them read whole. */
  readonly others: CountsByType;
}

/** A blob of a range that is over a limit. */
export interface TooLarge {
  readonly id: string;
  readonly sizeBytes: number;
  /** Which limit that is. */
  readonly limit: keyof ReadLimits;
}

/** What is read at most, so that nobody can push more work than there is time for. */
export interface ReadLimits {
  /** Of one file. */
  readonly fileBytes: number;
  /** Of all files together. */
  readonly totalBytes: number;
  readonly totalFiles: number;
  /** How long one file may be read; absent: as long as it takes. */
  readonly fileMs?: number;
  /** How long all of them may be read together; absent: as long as it takes. */
  readonly totalMs?: number;
}

/** What the objects of a range hold, by where git keeps it. */
export interface RangeMatches {
  /** By the blob's id. */
  readonly blobs: ReadonlyMap<string, readonly Match[]>;
  /** Names of files and folders with matches, by their bytes as latin1. */
  readonly names: ReadonlyMap<string, Buffer>;
  /** Commits and tags with matches, by id. */
  readonly texts: ReadonlyMap<string, TextMatches>;
  /** What is packed in blobs and was not opened, by the blob's id. */
  readonly unopened: ReadonlyMap<string, readonly SkippedMember[]>;
  /** Blobs that were left out, since they are larger than may be read. */
  readonly tooLarge: readonly TooLarge[];
  readonly counts: ObjectCounts;
  /** Objects that are listed and not here, or damaged. What those that are trees or commits lead to is unknown. */
  readonly unread: readonly UnreadObject[];
  /** `null` where not all could be read, or too many tell something. */
  readonly telling: Telling | null;
  /** What was noted of its trees, to look up where the blobs came in; `null` where not all were read. */
  readonly notes: TreeNotes | null;
  /** Whether git could not list the range, so that its history cannot be asked for either. */
  readonly isBroken: boolean;
}
