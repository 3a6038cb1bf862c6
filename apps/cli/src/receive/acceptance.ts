import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "@keywarden/files";
import type { ReceivedRef, Repository } from "@keywarden/git";
import type { ProviderProfile } from "@keywarden/key-format";
import { scannerFor } from "@keywarden/repository-scan";
import type { Finding } from "@keywarden/scan";
import { CliError } from "../cli-error.ts";
import { maskKeys } from "../redact/mask-keys.ts";

/** What a push option asks for: to take the keys of this push, for a reason and until a day. */
export interface AskedAcceptance {
  readonly reason: string;
  /** ISO 8601, the end of the day in UTC. */
  readonly until: string;
}

export interface Acceptance {
  readonly repository: Repository;
  readonly refs: readonly ReceivedRef[];
  /** Null where the push asks for none; exceptions of earlier pushes count all the same. */
  readonly asked: AskedAcceptance | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: number;
  /** Whose keys the record does not show, whatever a reason, a ref or a pusher is called. */
  readonly providers: readonly ProviderProfile[];
}

const longestDays = 90;
const dayMs = 24 * 60 * 60 * 1000;
const usage = `-o keywarden.accept='<reason>' -o keywarden.until=<date, at most ${longestDays} days ahead>`;

/**
 * Reads the exception that a push brings with it, or null where it brings none.
 *
 * @throws CliError CLI_USAGE where none is allowed, without a reason, or without a day that lies ahead
 */
export function readAcceptance(
  env: Acceptance["env"],
  nowMs: number,
  isAllowed: boolean,
): AskedAcceptance | null {
  const count = Number(env["GIT_PUSH_OPTION_COUNT"] ?? "0");
  const options = Array.from({ length: Math.min(count, 100) }, (_, at) => env[`GIT_PUSH_OPTION_${at}`] ?? "");
  const own = options.filter((option) => option.startsWith("keywarden."));
  if (own.length === 0) return null;
  if (!isAllowed) {
    throw new CliError(
      "CLI_USAGE",
      "This server takes no exceptions by push option; its hook runs without --accept-push-options.",
    );
  }
  const valueOf = (name: string): string =>
    own
      .findLast((option) => option.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .trim() ?? "";
  const reason = valueOf("keywarden.accept");
  const day = valueOf("keywarden.until");
  const untilMs = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T23:59:59.999Z`) : Number.NaN;
  const isAhead = untilMs > nowMs && untilMs <= nowMs + (longestDays + 1) * dayMs;
  if (reason === "" || !isAhead) {
    throw new CliError("CLI_USAGE", `An exception needs a reason and its last day: git push ${usage}`);
  }
  return { reason, until: new Date(untilMs).toISOString() };
}

/** What is on record of an exception, one line of JSON each; a fingerprint reveals nothing of its key. */
interface Entry extends AskedAcceptance {
  readonly at: string;
  readonly by: string | null;
  readonly refs: readonly string[];
  readonly fingerprints: readonly string[];
}

/**
 * Gives the findings that no exception covers; what this push asks for is on record before it counts.
 *
 * @throws the error of node:fs when the record cannot be read or written
 */
export function recordAcceptance(findings: readonly Finding[], acceptance: Acceptance): readonly Finding[] {
  const { repository, refs, asked, env, nowMs, providers } = acceptance;
  const folder = join(repository.commonDirectory, "keywarden");
  const file = join(folder, "exceptions.jsonl");
  const accepted = new Set(
    readEntries(file)
      .filter(({ until }) => Date.parse(until) > nowMs)
      .flatMap(({ fingerprints }) => fingerprints),
  );
  const rest = findings.filter(({ fingerprint }) => !accepted.has(fingerprint));
  if (asked === null || rest.length === 0) return rest;
  const mask = (text: string): string => maskKeys(Buffer.from(text), scannerFor(providers)).toString();
  const by = nameOfPusher(env);
  const entry: Entry = {
    at: new Date(nowMs).toISOString(),
    by: by === null ? null : mask(by),
    refs: refs.map(({ name }) => mask(name)),
    fingerprints: [...new Set(rest.map(({ fingerprint }) => fingerprint))],
    reason: mask(asked.reason),
    until: asked.until,
  };
  makeFolder(folder);
  appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600, flush: true });
  return [];
}

function readEntries(file: string): readonly Entry[] {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOENT") throw error;
  }
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Entry);
}

// Each forge has its own variable: GitLab, Gitea and Forgejo, GitHub Enterprise Server, and a web server in front of git.
const pusherVariables = ["GL_USERNAME", "GITEA_PUSHER_NAME", "GITHUB_USER_LOGIN", "REMOTE_USER"];

const nameOfPusher = (env: Acceptance["env"]): string | null =>
  pusherVariables.map((name) => env[name] ?? "").find((name) => name !== "") ?? null;
