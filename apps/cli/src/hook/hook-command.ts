import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import type { HookName, HookReport, Repository } from "@keywarden/git";
import type { Terminal } from "../terminal.ts";
import { locatePackage } from "./locate-package.ts";

export interface HookSurroundings {
  readonly name: HookName;
  /** The hook file; absolute, as all of these. */
  readonly hook: string;
  readonly topLevel: string;
  readonly gitDirectory: string;
  /** The bundle that runs now, by a path that outlives an upgrade where there is one. */
  readonly program: string;
  /** The Node that runs it. */
  readonly runtime: string;
}

/** Gives what a hook's command depends on. */
export function findHookSurroundings(
  { directory, commonDirectory }: Repository,
  { name, path }: HookReport,
  terminal: Terminal,
): HookSurroundings {
  const real = realpathSync(terminal.program);
  const search = { topLevel: directory, directory: realpathSync(terminal.directory), program: real };
  const folder = locatePackage(search);
  const program = folder === null ? real : join(folder, "dist", basename(real));
  const { runtime } = terminal;
  return { name, hook: path, topLevel: directory, gitDirectory: commonDirectory, program, runtime };
}

/** What each hook asks keywarden to do; `"$@"` is what git tells the hook. */
const asks: Readonly<Record<HookName, string>> = {
  "pre-commit": "scan --staged",
  "pre-merge-commit": "scan --staged",
  "commit-msg": 'hook commit-msg -- "$@"',
  "pre-push": 'hook pre-push -- "$@"',
};

/**
 * The status with which our script or program, asked for it, says that it did its work and found nothing. One of which
 * an empty file is left ends with 0 as well; none of its other ends, no shell's and no Node's is the same.
 */
export const doneStatus = 89;
/** Stands before a command that starts the script or the program, and asks it for that status. */
export const askDone = `keywarden_done=${doneStatus} `;

export interface HookCommand {
  readonly command: string;
  /** The file without which the command cannot run; null where only the command can tell. */
  readonly needs: string | null;
}

/**
 * Gives the shell command that a hook runs: a script of the package, which finds a Node.
 *
 * A hook in the git directory is this machine's own and names the script by its full path, because linked worktrees
 * have no node_modules. One that is committed with the project works on every machine and with every version: its path
 * is relative to the top.
 */
export function writeHookCommand(location: HookSurroundings): HookCommand {
  const { name, runtime, topLevel } = location;
  const script = scriptFor(location);
  if (script !== null) {
    const start = script.includes("*") ? '"$keywarden_script"' : quotePath(script);
    return {
      command: `${askDone}${chosenNode(location)}sh ${start} ${name} "$@"`,
      needs: portable(script),
    };
  }
  const program = locateProgram(location);
  if (program !== null && !isCommitted(location)) {
    const start = `${quotePath(runtime)} ${quotePath(program)}`;
    return { command: `${askDone}${start} ${asks[name]}`, needs: portable(program) };
  }
  if (existsSync(join(topLevel, plugAndPlay))) {
    return { command: `${askDone}${plugAndPlayCommand} ${asks[name]}`, needs: plugAndPlay };
  }
  return { command: `${askDone}keywarden ${asks[name]}`, needs: null };
}

/** Gives the program's path as a hook may name it: absolute, or from the top level; null where it goes by its name. */
export function locateProgram(location: HookSurroundings): string | null {
  const { program, topLevel } = location;
  if (program.includes(".zip")) return null;
  if (!isCommitted(location)) return program;
  const way = inside(topLevel, program);
  return way !== null && isVersioned(way) ? null : way;
}

// A hook that several repositories share finds no note of this one's.
const chosenNode = (location: HookSurroundings): string =>
  isCommitted(location) || inside(location.gitDirectory, location.hook) !== null
    ? ""
    : `keywarden_chosen=${quotePath(location.runtime)} `;

/** Gives the script beside the program as the hook may name it; null where there is none. */
function scriptFor(location: HookSurroundings): string | null {
  if (isCommitted(location)) return locateScript(location);
  const script = join(dirname(location.program), "hook.sh");
  return existsSync(script) ? script : null;
}

/**
 * Gives the script beside the program as a committed file may name it: from the top level, with a star for what differs
 * from version to version; null where there is none.
 */
export function locateScript({
  topLevel,
  program,
}: Pick<HookSurroundings, "topLevel" | "program">): string | null {
  const script = join(dirname(program), "hook.sh");
  if (program.includes(".zip") || !existsSync(script)) return null;
  const way = inside(topLevel, script)?.replace(unplugged, "$1*");
  return way === undefined || (isVersioned(way) && !way.includes("*")) ? null : way;
}

/** Is the hook a file of the project, which every machine gets? */
export function isCommitted({ hook, topLevel, gitDirectory }: HookSurroundings): boolean {
  return inside(topLevel, hook) !== null && inside(gitDirectory, hook) === null;
}

// Only a package manager's own store puts a version into a path below node_modules or .yarn.
const isVersioned = (path: string): boolean => /(?:^|[/\\])(?:node_modules[/\\]\.|\.yarn[/\\])/.test(path);

// Plug'n'Play keeps packages in archives, but unpacks one whose package.json prefers that, into a folder of its version.
const unplugged = /((?:^|[/\\])\.yarn[/\\]unplugged[/\\]keywarden-)[^/\\]+/;

// Where Yarn resolves packages without node_modules, Node finds the program through this file.
const plugAndPlay = ".pnp.cjs";
const plugAndPlayCommand = [
  `node -r ./${plugAndPlay} -e`,
  `'let f;try{f=require.resolve("keywarden/dist/main.js")}catch{process.exit(125)}`,
  `process.argv.splice(1,0,f);require(f)' --`,
].join(" ");

function inside(folder: string, path: string): string | null {
  const way = relative(folder, path);
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way) ? null : way;
}

const portable = (path: string): string => (sep === "/" ? path : path.replaceAll(sep, "/"));

/** Quotes a path for a shell, with forward slashes. */
export function quotePath(path: string): string {
  const text = portable(path);
  return /^[A-Za-z0-9_./:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Quotes a path in which a star stands for any text. */
export const quotePattern = (pattern: string): string => pattern.split("*").map(quotePath).join("*");
