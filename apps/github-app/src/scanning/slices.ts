import { randomUUID } from "node:crypto";
import { listCommits } from "@keywarden/git";
import type { ObjectRange, Repository } from "@keywarden/git";
import type { Job, NewJob } from "@keywarden/storage";
import { scanJobId } from "../jobs/job-payloads.ts";
import type { ScanJob, Scanned, Slices } from "../jobs/job-payloads.ts";

/** A part of what is to be scanned: all that one commit in the middle reaches. */
export interface Slice {
  readonly tip: string;
  readonly range: ObjectRange;
}

// A push that did not end within a turn is cut into so many parts first, and each that takes too long again.
const firstParts = 8;
const thenParts = 4;

/** The parts in which a scan goes on that has taken a turn: fewer commits each time, and at one for as long as it takes. */
export async function cutSmaller(
  mirror: Repository,
  range: ObjectRange,
  slices: Slices | undefined,
): Promise<Slices> {
  if (slices !== undefined)
    return { ...slices, commits: slices.commits === 1 ? 0 : Math.ceil(slices.commits / thenParts) };
  const { length } = await listCommits(mirror, range);
  return { commits: length < 2 ? 0 : Math.ceil(length / firstParts), tips: [], soFar: null, spentMs: 0 };
}

/**
 * Gives the next part, as if its commit had been pushed alone, earlier: what is known of a range does not depend on the
 * steps in which it was looked at. `null` when what is left is the last one.
 */
export async function nextSlice(
  mirror: Repository,
  range: ObjectRange,
  { commits }: Pick<Slices, "commits">,
): Promise<Slice | null> {
  if (commits === 0) return null;
  const ids = await listCommits(mirror, range);
  const tip = ids.length > commits ? ids[commits - 1] : undefined;
  return tip === undefined ? null : { tip, range: { include: [tip], exclude: range.exclude } };
}

/** Goes on with a scan behind whatever waits by now. */
export function continuedScan(
  { kind, group, uniqueKey }: Pick<Job, "kind" | "group" | "uniqueKey">,
  payload: ScanJob,
): NewJob {
  return {
    id: `${scanJobId(payload.push.delivery)}:${randomUUID()}`,
    kind,
    payload,
    ...(group === null ? {} : { group }),
    ...(uniqueKey === null ? {} : { uniqueKey }),
  };
}

const namesKept = 20;

/** Adds the accounts of two parts of one scan. */
export function addScanned(one: Scanned | null, other: Scanned): Scanned {
  if (one === null) return other;
  const joined = (of: "unread" | "leftOut" | "notScanned"): string[] =>
    [...one[of], ...other[of]].slice(0, namesKept);
  return {
    objects: one.objects + other.objects,
    bytes: one.bytes + other.bytes,
    lfsPointers: one.lfsPointers + other.lfsPointers,
    archives: one.archives + other.archives,
    tooLarge: one.tooLarge + other.tooLarge,
    notLookedUp: one.notLookedUp + other.notLookedUp,
    replacedGone: one.replacedGone || other.replacedGone,
    hasUnusableConfig: one.hasUnusableConfig || other.hasUnusableConfig,
    unread: joined("unread"),
    leftOut: joined("leftOut"),
    notScanned: joined("notScanned"),
    submodules: [...new Set([...one.submodules, ...other.submodules])].slice(0, namesKept),
  };
}
