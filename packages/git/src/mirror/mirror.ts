import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeFolder } from "@keywarden/files";
import { simpleGit } from "simple-git";
import type { SimpleGit } from "simple-git";
import { GitError } from "../git-error.ts";
import { gitFailureOf } from "../git-failure.ts";
import { arrivedIn, forgetArrivals, markWhole, noteArrivals } from "./arrivals.ts";
import { fetchHistory, isCutOff } from "./fetch-history.ts";
import { mirrorEnvironment } from "./mirror-environment.ts";
import type { MirrorOptions } from "./mirror-options.ts";
import { takeTurn } from "./mirror-turns.ts";
import { forgetKept } from "../objects/kept-reader.ts";
import { isObjectId, isZeroId } from "../object-id.ts";
import type { GitEnvironment } from "../process.ts";
import { openMirror } from "./open-mirror.ts";
import type { ObjectFormat, Repository } from "../repository.ts";

export type { MirrorOptions } from "./mirror-options.ts";
export { openMirror } from "./open-mirror.ts";
export { tellsOfDamage } from "./tells-of-damage.ts";
export { measureMirror, packMirror, removeMirror } from "./tend-mirror.ts";

const longestTotalMs = 3_600_000;

/**
 * Fetches the wanted objects and refs with all their history into a bare mirror that can run nothing.
 *
 * Refs keep their names; wanted ids are kept by `refs/keywarden/<id>`, so that later fetches transfer only what is new.
 * A transfer that is cut off is continued by the next call for the same directory. Of ids that were fetched a moment ago the
 * remote is not asked again.
 * Calls for the same directory wait for each other within this process. The repository that comes back reads with the
 * hardened environment and without the credentials.
 *
 * @throws {@link GitError} GIT_OBJECT_MISSING or GIT_REF_MISSING for a want the remote does not have, GIT_UNAUTHORISED,
 * GIT_REMOTE_MISSING, GIT_UNREACHABLE, GIT_TIMEOUT, GIT_BAD_INPUT.
 */
export function syncMirror(options: MirrorOptions): Promise<Repository> {
  return takeTurn(options.directory, (directory) => synchronise({ ...options, directory }));
}

/** A ref of a remote: a full name such as `refs/heads/main`, and the commit or tag object that it names. */
export interface RemoteRef {
  readonly name: string;
  readonly id: string;
}

/**
 * Asks a remote for all of its refs, without fetching anything.
 *
 * @throws {@link GitError} as {@link syncMirror} does; GIT_BAD_OUTPUT for a line that is not a ref.
 */
export async function listRemoteRefs(options: Omit<MirrorOptions, "want">): Promise<readonly RemoteRef[]> {
  const directory = resolve(options.directory);
  const emptyDirectory = join(directory, "keywarden-no-hooks");
  const { online } = mirrorEnvironment(options, emptyDirectory);
  makeFolder(emptyDirectory);
  const output = await callGit(
    { ...options, directory, env: online, want: [] },
    ["ls-remote", "--refs", "--", options.url],
    "ask for the refs",
  );
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [id = "", name = ""] = line.split("\t");
      if (!isObjectId(id) || !name.startsWith("refs/"))
        throw new GitError("GIT_BAD_OUTPUT", "git listed a ref without an id");
      return { id, name };
    });
}

async function synchronise(options: MirrorOptions): Promise<Repository> {
  const { directory, url, want, alongside } = options;
  const refspecs = want.map(refspecOf);
  const emptyDirectory = join(directory, "keywarden-no-hooks");
  const { atRest, online } = mirrorEnvironment(options, emptyDirectory);
  makeFolder(emptyDirectory);
  const call = (env: GitEnvironment, args: readonly string[], doing: string): Promise<string> =>
    callGit({ ...options, env }, args, doing);

  if (!existsSync(join(directory, "HEAD"))) {
    const objectFormat = await objectFormatOf(want, () =>
      call(online, ["ls-remote", "--", url], "ask for the refs"),
    );
    const init = [
      "init",
      "--quiet",
      "--bare",
      `--template=${emptyDirectory}`,
      `--object-format=${objectFormat}`,
    ];
    forgetKept(directory);
    forgetArrivals(directory);
    await call(atRest, [...init, directory], "make the mirror");
    markWhole(directory);
  }
  const open = (): Repository => {
    const arrived = arrivedIn(directory);
    return { ...openMirror(directory, atRest), keepsReader: true, ...(arrived !== null && { arrived }) };
  };
  if (want.length > 0 && want.every((wanted) => isKept(directory, wanted)) && !isCutOff(directory))
    return open();
  const history = {
    directory,
    url,
    refspecs,
    prunes: want.some((wanted) => wanted.includes("*")),
    totalMs: options.totalMs ?? longestTotalMs,
    longestTotalMs,
    online: (args: readonly string[], doing: string, totalMs: number) =>
      callGit({ ...options, env: online, totalMs }, args, `${doing} from ${url}`),
    atRest: (args: readonly string[], doing: string) => call(atRest, args, doing),
  };
  const more = ((await alongside?.()) ?? []).filter((id) => !want.includes(id) && !isKept(directory, id));
  await noteArrivals(openMirror(directory, atRest), async () => {
    try {
      await fetchHistory({ ...history, refspecs: [...refspecs, ...more.map(refspecOf)] });
    } catch (error) {
      // One that the remote does not have fails the whole call.
      if (more.length === 0 || !(error instanceof GitError) || error.code !== "GIT_OBJECT_MISSING")
        throw error;
      await fetchHistory(history);
    }
  });
  return open();
}

/** Whether an id was fetched since the refs were packed last: git writes its ref when all that it reaches is there. */
const isKept = (directory: string, want: string): boolean =>
  isObjectId(want) && existsSync(join(directory, "refs", "keywarden", want));

/** @throws {@link GitError} GIT_BAD_INPUT for anything that is not a full id or a full ref name. */
function refspecOf(want: string): string {
  if (isObjectId(want) && !isZeroId(want)) return `+${want}:refs/keywarden/${want}`;
  // git-check-ref-format's rules, with one * for a pattern.
  const isRef =
    want.startsWith("refs/") &&
    // oxlint-disable-next-line no-control-regex -- control characters are what must not get through.
    !/[\u0000-\u0020\u007f~^:?[\\]|\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|[/.]$|\*.*\*/u.test(want);
  if (isRef) return `+${want}:${want}`;
  throw new GitError(
    "GIT_BAD_INPUT",
    `${JSON.stringify(want)} is neither a full object id nor a full ref name`,
  );
}

async function objectFormatOf(
  want: readonly string[],
  listRemote: () => Promise<string>,
): Promise<ObjectFormat> {
  const id = want.find(isObjectId) ?? (await listRemote()).split("\t", 1).join("");
  return id.length === 64 ? "sha256" : "sha1";
}

async function callGit(options: MirrorOptions, args: readonly string[], doing: string): Promise<string> {
  const { directory, timeoutMs, totalMs = longestTotalMs, authorization } = options;
  const overtime = AbortSignal.timeout(totalMs);
  try {
    return await guardedGit(options, overtime).raw([...args]);
  } catch (cause) {
    const all = withoutCredentials(cause instanceof Error ? cause.message : String(cause), authorization);
    const said = withoutProgress(all);
    if (overtime.aborted || /block timeout reached/u.test(said)) {
      const why = overtime.aborted ? `took longer than ${totalMs} ms` : `said nothing for ${timeoutMs} ms`;
      throw new GitError("GIT_TIMEOUT", `cannot ${doing}: git ${why}`);
    }
    // The cause stays behind: simple-git's errors carry the task with its environment.
    throw gitFailureOf(doing, directory, "failed", said);
  }
}

// simple-git drops every inherited GIT_* variable and refuses risky ones until they are allowed by name.
function guardedGit({ directory, env, timeoutMs }: MirrorOptions, abort: AbortSignal): SimpleGit {
  const inherited = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const git = simpleGit({
    baseDir: directory,
    abort,
    timeout: { block: timeoutMs },
    allowEnvironment: inherited.map(([name]) => name).filter((name) => name.toUpperCase().startsWith("GIT_")),
    unsafe: {
      allowUnsafeAskPass: true,
      allowUnsafeConfigEnvCount: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeCredentialHelper: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeHooksPath: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeTemplateDir: true,
    },
  });
  return git.env(Object.fromEntries(inherited));
}

/** What git says while it works, and what it says again, tells nothing of why it failed. */
function withoutProgress(text: string): string {
  const lines = text.split(/[\r\n]+/u).map((line) => line.trim());
  const progress =
    /^(?:remote: )?(?:(?:Enumerating|Counting|Compressing|Receiving|Resolving|Unpacking) \w+: |Total \d)/u;
  return [...new Set(lines)].filter((line) => line !== "" && !progress.test(line)).join("\n");
}

function withoutCredentials(text: string, authorization: string | undefined): string {
  if (authorization === undefined || authorization === "") return text;
  return [authorization, ...authorization.split(/\s+/u).filter((word) => word.length >= 8)].reduce(
    (masked, secret) => masked.replaceAll(secret, "[redacted]"),
    text,
  );
}
