import { findCuts, findPromisor, GitError, isShallow } from "@keywarden/git";
import type { ObjectRange, Repository } from "@keywarden/git";
import { ScanError } from "../scan-error.ts";

/** How a clone is completed: the command, and where a CI system has a setting for it. */
export interface WayOut {
  readonly setting?: string;
}

/**
 * Makes sure that a range does not run into the end of a shallow clone.
 *
 * @throws ScanError SCAN_INCOMPLETE with the command that gets the rest.
 */
export async function requireWhole(
  repository: Repository,
  range: ObjectRange,
  wayOut: WayOut,
): Promise<void> {
  const cuts = await findCuts(repository, range);
  if (cuts.length === 0) return;
  throw new ScanError(
    "SCAN_INCOMPLETE",
    `This clone is shallow: the history behind ${shortId(cuts[0] ?? "")}${cuts.length > 1 ? ` and ${cuts.length - 1} more` : ""} is missing, so the scan could not tell. ${unshallow(wayOut)}`,
  );
}

/** Turns missing objects into an error that says how to get them; returns any other error unchanged. */
export async function explainMissing(
  error: unknown,
  repository: Repository,
  wayOut: WayOut,
): Promise<unknown> {
  if (!(error instanceof GitError) || error.code !== "GIT_OBJECT_MISSING") return error;
  const remote = await findPromisor(repository);
  const sentence =
    remote !== null
      ? `This is a partial clone, and objects of the range are missing, so the scan could not tell. Get them with: git fetch --refetch --no-filter ${remote}`
      : (await isShallow(repository))
        ? `This clone is shallow, and objects of the range are missing. ${unshallow(wayOut)}`
        : `Objects of the range are missing, so the scan could not tell: this clone is damaged. List what is missing with: git fsck --full`;
  return new ScanError("SCAN_INCOMPLETE", `${sentence} (${error.message})`, { cause: error });
}

/** Says that a revision does not exist, and what to do where that may be the clone's fault. */
export async function missingRevision(
  revision: string,
  repository: Repository,
  wayOut: WayOut,
): Promise<ScanError> {
  const shallow = await isShallow(repository);
  return new ScanError(
    "SCAN_INCOMPLETE",
    `There is no commit ${JSON.stringify(revision)} here. ${shallow ? unshallow(wayOut) : "If it is on the remote, get it with: git fetch"}`,
  );
}

const unshallow = ({ setting }: WayOut): string =>
  `Get it with: git fetch --unshallow${setting === undefined ? "" : ` (or for every run: ${setting})`}`;

const shortId = (id: string): string => id.slice(0, 12);
