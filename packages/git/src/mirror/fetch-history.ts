import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GitError } from "../git-error.ts";
import type { GitErrorCode } from "../git-error.ts";
import { clearProgress, readProgress, writeProgress } from "./fetch-progress.ts";
import type { FetchProgress } from "./fetch-progress.ts";

export interface HistoryFetch {
  readonly directory: string;
  readonly url: string;
  readonly refspecs: readonly string[];
  readonly prunes: boolean;
  /** How long one call may take in all; each call that was cut off doubles it for the next. */
  readonly totalMs: number;
  readonly longestTotalMs: number;
  /** Calls git with the credentials. */
  readonly online: (args: readonly string[], doing: string, totalMs: number) => Promise<string>;
  /** Calls git on the mirror alone. */
  readonly atRest: (args: readonly string[], doing: string) => Promise<string>;
}

/** Commits that the first step of a clone fetches after it was cut off as a whole. */
const firstDepth = 64;

/** After these the transfer itself was at fault; anything else says that there is nothing to continue. */
const cutOff: ReadonlySet<GitErrorCode> = new Set(["GIT_TIMEOUT", "GIT_UNREACHABLE", "GIT_FAILED"]);

/**
 * Fetches a history whole. git keeps nothing of a transfer that was cut off, so a clone that was is continued in steps, each
 * some commits deeper, of which git keeps every one that ends; whoever calls next continues, also after the process died.
 * The mirror is complete once this resolves.
 */
export async function fetchHistory(fetch: HistoryFetch): Promise<void> {
  const { directory } = fetch;
  if (isCutOff(directory)) return fetchInSteps(fetch);
  if (fetch.refspecs.length === 0) return;
  const before = readProgress(directory);
  if (before !== null && (await keptRefspecs(fetch)).length === 0) return fetchInSteps(fetch);
  const totalMs = before?.totalMs ?? fetch.totalMs;
  await attempt(fetch, { depth: firstDepth, isCapped: false, totalMs: longer(fetch, totalMs) }, () =>
    fetch.online([...flagsOf(fetch), "--", fetch.url, ...fetch.refspecs], "fetch", totalMs),
  );
  clearProgress(directory);
}

async function fetchInSteps(fetch: HistoryFetch): Promise<void> {
  const { directory, url } = fetch;
  const progress = readProgress(directory) ?? {
    depth: firstDepth,
    isCapped: false,
    totalMs: fetch.totalMs,
  };
  const { isCapped, totalMs } = progress;
  let { depth } = progress;
  do {
    const shallowBefore = readShallow(directory);
    const kept = shallowBefore === "" ? [] : await keptRefspecs(fetch);
    const refspecs = [...new Set([...fetch.refspecs, ...kept])];
    const how = shallowBefore === "" ? `--depth=${depth}` : `--deepen=${depth}`;
    const ifCutOff = { depth: Math.max(1, depth >> 1), isCapped: true, totalMs: longer(fetch, totalMs) };
    await attempt(fetch, ifCutOff, () =>
      fetch.online([...flagsOf(fetch), how, "--", url, ...refspecs], "fetch", totalMs),
    );
    if (isCutOff(directory) && readShallow(directory) === shallowBefore)
      throw new GitError("GIT_FAILED", `cannot fetch: ${url} sends no more of the history`);
    if (!isCapped) depth *= 2;
    writeProgress(directory, { depth, isCapped, totalMs });
  } while (isCutOff(directory));
  clearProgress(directory);
}

async function attempt(
  { directory }: HistoryFetch,
  ifCutOff: FetchProgress,
  work: () => Promise<unknown>,
): Promise<void> {
  const before = readProgress(directory);
  writeProgress(directory, ifCutOff);
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GitError) || !cutOff.has(error.code)) {
      if (before === null) clearProgress(directory);
      else writeProgress(directory, before);
    }
    throw error;
  }
}

const longer = ({ longestTotalMs }: HistoryFetch, totalMs: number): number =>
  Math.min(longestTotalMs, totalMs * 2);

function flagsOf({ prunes }: HistoryFetch): readonly string[] {
  const flags = ["fetch", "--progress", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];
  return prunes ? [...flags, "--prune"] : flags;
}

// What earlier calls wanted is deepened too, or their edges of the history would stay.
async function keptRefspecs({ atRest }: HistoryFetch): Promise<readonly string[]> {
  const names = await atRest(["for-each-ref", "--format=%(refname)", "refs/keywarden"], "list the refs");
  return names
    .split("\n")
    .filter((name) => name !== "")
    .map((name) => `+${name.slice("refs/keywarden/".length)}:${name}`);
}

const shallowFile = (directory: string): string => join(directory, "shallow");
export const isCutOff = (directory: string): boolean => existsSync(shallowFile(directory));
const readShallow = (directory: string): string =>
  isCutOff(directory) ? readFileSync(shallowFile(directory), "utf8") : "";
