import { isAbsolute, relative, sep } from "node:path";
import type { HookName } from "@keywarden/git";

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
export function hookCommand({ name, hook, topLevel, gitDirectory, program, runtime }: HookPlace): string {
  const isCommitted = inside(topLevel, hook) !== null && inside(gitDirectory, hook) === null;
  if (!isCommitted) return `${quote(runtime)} ${quote(program)} ${asks[name]}`;
  const local = inside(topLevel, program);
  return local === null ? `keywarden ${asks[name]}` : `node ${quote(local)} ${asks[name]}`;
}

function inside(folder: string, path: string): string | null {
  const way = relative(folder, path);
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way) ? null : way;
}

function quote(path: string): string {
  const portable = sep === "/" ? path : path.replaceAll(sep, "/");
  return /^[A-Za-z0-9_./:-]+$/.test(portable) ? portable : `'${portable.replaceAll("'", String.raw`'\''`)}'`;
}
