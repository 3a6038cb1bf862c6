import { hookStatus, installHook, listSubmodules, openRepository } from "@keywarden/git";
import type { HookName, Repository } from "@keywarden/git";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { checked, withoutHook, warnAbout } from "./hook-words.ts";
import { locateScript, writeHookCommand, findHookSurroundings, isCommitted } from "./hook-command.ts";
import { writeLocalSetup } from "./local-setup.ts";
import { managerRecipe } from "./manager-recipe.ts";
import { planShortcut } from "./plan-shortcut.ts";

export interface HookInstallation {
  readonly names: readonly HookName[];
  readonly shared: boolean;
  /** Whether every submodule that is checked out gets its hooks as well. */
  readonly recursive: boolean;
}

/** `keywarden hook install` */
export async function installHooks(
  repository: Repository,
  installation: HookInstallation,
  terminal: Terminal,
): Promise<ExitStatus> {
  let exit = await installIn(repository, installation, terminal);
  if (!installation.recursive) return exit;
  for (const folder of await listSubmodules(repository)) {
    const submodule = await openRepository(folder, terminal.env);
    const status = await installIn(submodule, installation, terminal);
    if (status > exit) exit = status;
  }
  return exit;
}

async function installIn(
  repository: Repository,
  { names, shared }: HookInstallation,
  terminal: Terminal,
): Promise<ExitStatus> {
  let exit: ExitStatus = 0;
  for (const name of names) {
    const before = await hookStatus(repository, name);
    const location = findHookSurroundings(repository, before, terminal);
    const recipe = managerRecipe(before.manager, location);
    const shortcut = await planShortcut(repository, location, terminal.learnFormats);
    if (recipe !== null) {
      // What the recipe names reads it there, and is as fast as a hook of ours.
      if (locateScript(location) !== null) {
        writeLocalSetup(repository, name, { runtime: location.runtime, shortcut });
      }
      terminal.print(recipe);
      return 1;
    }
    const isOfProject = isCommitted(location);
    writeLocalSetup(repository, name, {
      runtime: location.runtime,
      shortcut: isOfProject ? shortcut : null,
    });
    const report = await installHook(repository, {
      name,
      ...writeHookCommand(location),
      shortcut: isOfProject ? null : shortcut,
      shared,
    });
    if (report.state !== "installed") {
      exit = warnAbout(report, terminal);
      continue;
    }
    const chained = report.chained ? "\nThe hook that was there runs after it." : "";
    terminal.print(`${checked[name].future}, by ${report.path}${chained}\n`);
  }
  if (exit === 0 && names.includes("pre-commit")) {
    terminal.print(
      names.includes("pre-push")
        ? `${withoutHook} run no hook before a commit: what they commit is checked by the push.\n`
        : `Not checked: what ${withoutHook} commit. keywarden hook install pre-push checks it at the push.\n`,
    );
  }
  return exit;
}
