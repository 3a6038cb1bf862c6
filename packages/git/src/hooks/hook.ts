import { existsSync } from "node:fs";
import { GitError } from "../git-error.ts";
import { chainedSuffix, insertBlock, ownHeader, splitHook } from "./hook-block.ts";
import type { HookBlock } from "./hook-block.ts";
import { moveHookFile, readHookFile, removeHookFile, writeHookFile } from "./hook-file.ts";
import { isShellScript } from "./hook-interpreter.ts";
import { locateHook } from "./hook-location.ts";
import type { HookLocation } from "./hook-location.ts";
import type { HookName } from "./hook-name.ts";
import { ownHooksFolder } from "./hook-report.ts";
import type { HookReport } from "./hook-report.ts";
import { renderShortcut } from "./hook-shortcut.ts";
import type { HookShortcut } from "./hook-shortcut.ts";
import { reportOn } from "./hook-status.ts";
import type { Repository } from "../repository.ts";

export interface HookOptions {
  /** `pre-commit` unless given. */
  readonly name?: HookName;
  /**
   * One line of POSIX shell code, run from the top level, that exits 0 to let git continue. Paths in it take forward
   * slashes on Windows too. Where it begins with `keywarden_done=<status> `, it exits with that status instead, and 0 says
   * that it did not do its work.
   */
  readonly command: string;
  /** The file without which the command cannot run, absolute or from the top level; none unless given. */
  readonly needs?: string | null;
  /** Where git may prove that there is nothing to check, so that the command need not start; nowhere unless given. */
  readonly shortcut?: HookShortcut | null;
  /** Allows a hooks directory that a global or system configuration shares between repositories. */
  readonly shared?: boolean;
}

/**
 * Puts our check before whatever hook is there, without changing a byte of that; doing it again changes nothing.
 *
 * A shell hook gets marked lines after its first one. Anything else (another language, a program, a symbolic link, a hook
 * that is switched off by its mode) is moved aside to `<name>.keywarden-chained` and called from ours.
 *
 * @throws {@link GitError} GIT_HOOKS_SHARED, GIT_HOOK_CONFLICT, GIT_HOOKS_UNWRITABLE, GIT_NO_WORK_TREE, or GIT_BAD_INPUT
 * for a command that is not one line.
 */
export async function installHook(repository: Repository, options: HookOptions): Promise<HookReport> {
  const location = await locateHook(repository, options.name ?? "pre-commit");
  if (location.isShared && options.shared !== true) {
    throw new GitError(
      "GIT_HOOKS_SHARED",
      `core.hooksPath is set for every repository, so a hook in ${location.firesFrom} would check all of them; ` +
        `give this repository its own with: ${ownHooksFolder}`,
    );
  }
  const shortcut = options.shortcut ?? null;
  const check = {
    command: options.command,
    needs: options.needs ?? null,
    shortcut: shortcut === null ? null : renderShortcut(shortcut),
  };
  install(location, check);
  return reportOn(location, repository);
}

/**
 * Takes our check out again; everything else is left or put back byte for byte, mode included.
 *
 * @throws {@link GitError} GIT_HOOK_CONFLICT if our lines were changed so that the original cannot be restored.
 */
export async function uninstallHook(
  repository: Repository,
  name: HookName = "pre-commit",
): Promise<HookReport> {
  const location = await locateHook(repository, name);
  uninstall(location);
  return reportOn(location, repository);
}

type Check = Pick<HookBlock, "command" | "needs" | "shortcut">;

function install({ name, manager, path }: HookLocation, check: Check): void {
  const file = readHookFile(path);
  const aside = `${path}${chainedSuffix}`;
  const chain: HookBlock["chain"] = manager === "husky" ? "through-sh" : "itself";
  const own = (isChained: boolean): string =>
    insertBlock(ownHeader, { name, ...check, ownsFile: true, chain: isChained ? chain : null });

  if (file === null) {
    writeHookFile(path, own(existsSync(aside)), 0o755);
    return;
  }
  const { foreign, block } = splitHook(name, file.content, path);
  if (block !== null) {
    const kept = {
      name,
      ...check,
      ownsFile: block.ownsFile,
      chain: block.ownsFile && existsSync(aside) ? chain : null,
    };
    const content = insertBlock(foreign, kept);
    const mode = manager === "husky" || file.isExecutable ? file.mode : file.mode | 0o111;
    if (content !== file.content || mode !== file.mode) writeHookFile(path, content, mode);
    return;
  }
  // husky hands the file to sh whatever its mode and first line are.
  const runsInShell = manager === "husky" || (file.isExecutable && isShellScript(file.content));
  if (runsInShell && !file.isSymbolicLink) {
    writeHookFile(path, insertBlock(foreign, { name, ...check, ownsFile: false, chain: null }), file.mode);
    return;
  }
  if (existsSync(aside)) {
    const remedy = "delete the one that is no longer needed and install again";
    throw new GitError(
      "GIT_HOOK_CONFLICT",
      `${path} cannot be moved aside, because ${aside} exists; ${remedy}`,
    );
  }
  const content = own(true);
  moveHookFile(path, aside);
  try {
    writeHookFile(path, content, 0o755);
  } catch (error) {
    moveHookFile(aside, path);
    throw error;
  }
}

function uninstall({ name, path }: HookLocation): void {
  const file = readHookFile(path);
  if (file === null) return;
  const { foreign, block } = splitHook(name, file.content, path);
  if (block === null) return;
  if (!block.ownsFile) {
    writeHookFile(path, foreign, file.mode);
    return;
  }
  const aside = `${path}${chainedSuffix}`;
  if (foreign !== ownHeader) {
    if (existsSync(aside)) {
      const remedy = `move what you added into ${aside}, then uninstall again`;
      throw new GitError("GIT_HOOK_CONFLICT", `${path} was made by keywarden and then changed; ${remedy}`);
    }
    writeHookFile(path, foreign, file.mode);
  } else if (existsSync(aside)) moveHookFile(aside, path);
  else removeHookFile(path);
}
