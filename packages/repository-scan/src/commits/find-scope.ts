import { readFileSync } from "node:fs";
import {
  findMergeBases,
  isReachable,
  listRefs,
  narrowToSince,
  resolveCommit,
  resolveObject,
} from "@keywarden/git";
import type { ObjectRange, Repository, ResolvedObject } from "@keywarden/git";
import { ScanError } from "../scan-error.ts";
import { askIfMeant, nearestWord } from "@keywarden/key-format";
import { readCiRun } from "./ci-systems.ts";
import type { Scope } from "./history.ts";
import { parseSince } from "./parse-since.ts";
import { missingRevision } from "./missing-history.ts";

/** Which commits a command line asks for. */
export type AskedCommits =
  | { readonly kind: "history"; readonly refs: readonly string[]; readonly since: string | undefined }
  | { readonly kind: "range"; readonly range: string }
  | { readonly kind: "ci" };

export interface FoundScope extends Scope {
  /** Says in git's words what is scanned. */
  readonly label: string;
  /** Names of refs that belong to it and name no object. */
  readonly brokenRefs: readonly string[];
}

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: number;
}

/** Finds the objects behind what was asked for. @throws ScanError SCAN_USAGE, SCAN_INCOMPLETE */
export async function findScope(
  asked: AskedCommits,
  repository: Repository,
  { env, nowMs }: Surroundings,
): Promise<FoundScope> {
  if (asked.kind === "range") return rangeScope(repository, asked.range);
  if (asked.kind === "ci") return ciScope(repository, env);
  const whole = await historyScope(repository, asked.refs);
  if (asked.since === undefined) return whole;
  const sinceMs = parseSince(asked.since, nowMs);
  return {
    ...whole,
    range: await narrowToSince(repository, whole.range, sinceMs),
    report: "introduced",
    label: `${whole.label} since ${new Date(sinceMs).toISOString()}`,
  };
}

async function historyScope(repository: Repository, names: readonly string[]): Promise<FoundScope> {
  if (names.length > 0) {
    const include = [];
    for (const name of names) include.push((await requireObject(repository, name)).id);
    const refNames = names.map((name) => Buffer.from(name));
    return {
      range: { include, exclude: [] },
      refNames,
      report: "every",
      label: names.join(" "),
      remedy: {},
      brokenRefs: [],
    };
  }
  const brokenRefs: string[] = [];
  const refs = await listRefs(repository, "refs/", (name) => brokenRefs.push(name));
  if (refs.length === 0 && brokenRefs.length === 0 && (await resolveCommit(repository, "HEAD")) === null) {
    throw new ScanError(
      "SCAN_INCOMPLETE",
      "This repository has no commits and no refs yet, so there is no history to scan.",
    );
  }
  return {
    range: { include: [], exclude: [], everything: true },
    refNames: refs.map(({ name }) => name),
    report: "every",
    label: "all refs",
    remedy: {},
    brokenRefs,
  };
}

async function rangeScope(repository: Repository, text: string): Promise<FoundScope> {
  const parts = /^(?<from>.*?)(?<dots>\.{2,3})(?<to>.*)$/su.exec(text)?.groups;
  if (parts === undefined || text === ".." || text === "...") {
    const isOneRevision = /^\w[\w./~-]*$/u.test(text);
    const remedy = isOneRevision ? ` For all of a branch: keywarden scan --history ${text}` : "";
    throw new ScanError(
      "SCAN_USAGE",
      `--range takes A..B (what B has and A has not) or A...B (what only one of them has), not ${JSON.stringify(text)}.${remedy}`,
    );
  }
  const from = await requireRangeEnd(repository, parts["from"] === "" ? "HEAD" : (parts["from"] ?? ""));
  const to = await requireRangeEnd(repository, parts["to"] === "" ? "HEAD" : (parts["to"] ?? ""));
  const isSymmetric = parts["dots"] === "...";
  const range = isSymmetric
    ? { include: [from, to], exclude: await findMergeBases(repository, from, to) }
    : { include: [to], exclude: [from] };
  return { range, refNames: [], report: "introduced", label: text, remedy: {}, brokenRefs: [] };
}

async function ciScope(
  repository: Repository,
  env: Readonly<Record<string, string | undefined>>,
): Promise<FoundScope> {
  const run = readCiRun(env, readEvent);
  const remedy = run.setting === undefined ? {} : { setting: run.setting };
  if (run.heads.length === 0) {
    const remedy = "Name the commits with --range, or scan all of them with --history.";
    throw new ScanError(
      "SCAN_INCOMPLETE",
      `${run.system} does not say which commit this run is for. ${remedy}`,
    );
  }
  const head = await firstObject(repository, run.heads);
  if (head === null) throw await missingRevision(run.heads[0] ?? "HEAD", repository, remedy);
  const before: { readonly name: string; readonly id: string }[] = [];
  for (const name of run.before) {
    const id = (await resolveObject(repository, name))?.id;
    if (id !== undefined) before.push({ name, id });
  }
  if (before.length === 0) {
    for (const name of run.targets) {
      const id = await resolveCommit(repository, name);
      // A branch that has taken the commits already says nothing about what was there before.
      if (id === null || (await isReachable(repository, head.id, id))) continue;
      before.push({ name, id });
      break;
    }
  }
  const range: ObjectRange = { include: [head.id], exclude: before.map(({ id }) => id) };
  const from = before.map(({ name }) => name).join(" ");
  return {
    range,
    refNames: [],
    report: before.length === 0 ? "every" : "introduced",
    label: `${run.system}, ${from === "" ? `all of ${head.name}` : `${from}..${head.name}`}`,
    remedy,
    brokenRefs: [],
  };
}

function readEvent(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new ScanError("SCAN_INCOMPLETE", `What GitHub says of this run (${path}) cannot be read.`, {
      cause: error,
    });
  }
}

async function firstObject(
  repository: Repository,
  names: readonly string[],
): Promise<{ readonly name: string; readonly id: string } | null> {
  for (const name of names) {
    const found = await resolveObject(repository, name);
    if (found !== null) return { name, id: await requireRangeEnd(repository, name, found) };
  }
  return null;
}

// A tree has no commits, so a range that ends in one would have none, and be clean.
async function requireRangeEnd(
  repository: Repository,
  name: string,
  named?: ResolvedObject,
): Promise<string> {
  const { id, type } = named ?? (await requireObject(repository, name));
  if (type === "commit" || (await resolveCommit(repository, id)) !== null) return id;
  throw new ScanError(
    "SCAN_USAGE",
    `${JSON.stringify(name)} is not a commit, so a range can neither begin nor end there.`,
  );
}

async function requireObject(repository: Repository, name: string): Promise<ResolvedObject> {
  const found = await resolveObject(repository, name);
  if (found !== null) return found;
  const refs = (await listRefs(repository)).map((ref) =>
    ref.name.toString("utf8").replace(/^refs\/(?:heads|tags|remotes)\//u, ""),
  );
  const nearest = nearestWord(name, refs);
  if (nearest === undefined || nearest === name) throw await missingRevision(name, repository, {});
  throw new ScanError("SCAN_USAGE", `There is no commit ${JSON.stringify(name)} here.${askIfMeant(nearest)}`);
}
