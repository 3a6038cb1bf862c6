import { GitError, hookNames, hookStatus, openRepository, uninstallHook } from "@keywarden/git";
import type { HookName, Repository } from "@keywarden/git";
import { meantOrKnown } from "@keywarden/key-format";
import { CliError } from "../cli-error.ts";
import type { HookSetUp, InstallFlags } from "../flags/hook-actions.ts";
import { checked, warnAbout } from "./hook-words.ts";
import { installHooks } from "./install-hooks.ts";
import { removeLocalSetup } from "./local-setup.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden hook install | uninstall | status` */
export async function hook(call: HookSetUp, terminal: Terminal): Promise<ExitStatus> {
  const { operands } = call;
  const names = namesOf(operands, call.flags.all);
  if (call.action === "install") return install(names ?? usualHooks, call.flags, terminal);
  const repository = await openRepository(terminal.directory, terminal.env);
  if (call.action === "uninstall") return uninstall(repository, names ?? hookNames, terminal);
  return status(repository, names, terminal);
}

/** Gives the hooks that are named, or null when none is. @throws CliError CLI_USAGE with the nearest name. */
function namesOf(operands: readonly string[], all: boolean): readonly HookName[] | null {
  const unknown = operands.find((operand) => !hookNames.some((name) => name === operand));
  if (unknown !== undefined) {
    const remedy = meantOrKnown(unknown, hookNames, "hooks");
    throw new CliError("CLI_USAGE", `No hook ${JSON.stringify(unknown)} can stop a key.${remedy}`);
  }
  if (all) {
    if (operands.length > 0) throw new CliError("CLI_USAGE", "Name hooks, or all of them with --all.");
    return hookNames;
  }
  return operands.length === 0 ? null : hookNames.filter((name) => operands.includes(name));
}

// Rebase and am run no pre-commit hook, so a push is the first that can stop what they commit.
const usualHooks: readonly HookName[] = ["pre-commit", "pre-push"];

async function install(
  names: readonly HookName[],
  { shared, recurseSubmodules: recursive }: InstallFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const { directory, env, print } = terminal;
  // As a script of the project it runs wherever its packages are installed: in an image that copies no .git, or where the
  // hooks are another manager's. An installation must not fail for that.
  const isLifecycle = /^(?:prepare|postinstall|install)$/.test(env["npm_lifecycle_event"] ?? "");
  try {
    const repository = await openRepository(directory, env);
    const status = await installHooks(repository, { names, shared, recursive }, terminal);
    return isLifecycle ? 0 : status;
  } catch (error) {
    const isElsewhere =
      error instanceof GitError && (error.code === "GIT_NOT_A_REPOSITORY" || error.code === "GIT_MISSING");
    if (!isLifecycle || !isElsewhere) throw error;
    print("keywarden: no git repository here, so there is no hook to install.\n");
    return 0;
  }
}

async function uninstall(
  repository: Repository,
  names: readonly HookName[],
  { print }: Terminal,
): Promise<ExitStatus> {
  let hasTakenOut = false;
  for (const name of names) {
    const before = await hookStatus(repository, name);
    const report = await uninstallHook(repository, name);
    removeLocalSetup(repository, name);
    if (before.state !== "installed" && before.state !== "outdated") continue;
    hasTakenOut = true;
    const left = report.state === "absent" ? "" : `; the rest of ${report.path} is as it was`;
    print(`${checked[name].past}${left}.\n`);
  }
  if (!hasTakenOut) print("No hook of Keywarden was installed.\n");
  return 0;
}

// Without names: the two that everybody needs, and whichever others are ours.
async function status(
  repository: Repository,
  names: readonly HookName[] | null,
  terminal: Terminal,
): Promise<ExitStatus> {
  let exit: ExitStatus = 0;
  for (const name of names ?? hookNames) {
    const report = await hookStatus(repository, name);
    const isOurs = report.state === "installed" || report.state === "outdated";
    if (names === null && !usualHooks.includes(name) && !isOurs) continue;
    if (report.state !== "installed") {
      exit = warnAbout(report, terminal);
      continue;
    }
    const chained = report.chained ? ", before the hook that was there" : "";
    terminal.print(
      `${checked[name].present} by ${report.path}${chained}.\nIt runs: ${report.command ?? ""}\n`,
    );
  }
  return exit;
}
