import { isAbsolute, relative, sep } from "node:path";
import { realpathSync } from "node:fs";
import type { HookName, HookReport, Repository } from "@keywarden/git";
import type { Terminal } from "../terminal.ts";

export interface HookPlace {
  readonly name: HookName;
  /** The hook file; absolute, as all of these. */
  readonly hook: string;
  readonly topLevel: string;
  readonly gitDirectory: string;
  /** The bundle that runs now, links resolved. */
  readonly program: string;
  /** The Node that runs it. */
  readonly runtime: string;
}

/** Gives what a hook's command depends on. */
export function hookPlace(
  { directory, commonDirectory }: Repository,
  { name, path }: HookReport,
  { program, runtime }: Terminal,
): HookPlace {
  const real = realpathSync(program);
  return { name, hook: path, topLevel: directory, gitDirectory: commonDirectory, program: real, runtime };
}

/** What each hook asks keywarden to do; `"$@"` is what git tells the hook. */
const asks: Readonly<Record<HookName, string>> = {
  "pre-commit": "scan --staged",
  "pre-merge-commit": "scan --staged",
  "commit-msg": 'hook commit-msg -- "$@"',
  "pre-push": 'hook pre-push -- "$@"',
};

/**
 * Gives the shell command that a hook runs.
 *
 * A hook in the git directory is this machine's own and names program and Node by their full paths, because editors
 * commit without the shell's PATH and linked worktrees have no node_modules. A hook that is committed with the
 * project works on every machine: it names the program relative to the top, or by name.
 */
export function hookCommand(place: HookPlace): string {
  const { name, runtime } = place;
  const program = locateProgram(place);
  if (program === null) return `keywarden ${asks[name]}`;
  return `${isCommitted(place) ? "node" : quote(runtime)} ${quote(program)} ${asks[name]}`;
}

/** Gives the program's path as a hook may name it: absolute, or from the top level; null where it goes by its name. */
export function locateProgram(place: HookPlace): string | null {
  return isCommitted(place) ? inside(place.topLevel, place.program) : place.program;
}

function isCommitted({ hook, topLevel, gitDirectory }: HookPlace): boolean {
  return inside(topLevel, hook) !== null && inside(gitDirectory, hook) === null;
}

function inside(folder: string, path: string): string | null {
  const way = relative(folder, path);
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way) ? null : way;
}

function quote(path: string): string {
  const portable = sep === "/" ? path : path.replaceAll(sep, "/");
  return /^[A-Za-z0-9_./:-]+$/.test(portable) ? portable : `'${portable.replaceAll("'", String.raw`'\''`)}'`;
}
