import { hookNames, hookStatus, installHook, openRepository, uninstallHook } from "@keywarden/git";
import type { HookName, HookReport, Repository } from "@keywarden/git";
import { CliError } from "../cli-error.ts";
import { hookCommand, hookPlace } from "./hook-command.ts";
import { managerRecipe } from "./manager-recipe.ts";
import { nearestWord } from "@keywarden/key-format";
import type { Options } from "../options.ts";
import { planShortcut } from "./plan-shortcut.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden hook install | uninstall | status | pre-push | commit-msg` */
export async function hook(options: Options, terminal: Terminal): Promise<ExitStatus> {
  const [action, ...operands] = options.operands;
  if (action === "pre-push") {
    const { runPrePush } = await import("./hook-pre-push.ts");
    return runPrePush(operands, options, terminal);
  }
  if (action === "commit-msg") {
    const { runCommitMsg } = await import("./hook-commit-msg.ts");
    return runCommitMsg(operands, options, terminal);
  }
  const names = namesOf(operands, options);
  const repository = await openRepository(terminal.directory, terminal.env);
  if (action === "install") {
    return install(repository, names ?? ["pre-commit"], options.switches.has("shared"), terminal);
  }
  if (action === "uninstall") return uninstall(repository, names ?? hookNames, terminal);
  return status(repository, names, terminal);
}

/** Gives the hooks that are named, or null when none is. @throws CliError CLI_USAGE with the nearest name. */
function namesOf(operands: readonly string[], { switches }: Options): readonly HookName[] | null {
  const unknown = operands.find((operand) => !hookNames.some((name) => name === operand));
  if (unknown !== undefined) {
    const nearest = nearestWord(unknown, hookNames);
    const remedy =
      nearest === undefined ? `The hooks are ${hookNames.join(", ")}.` : `Did you mean ${nearest}?`;
    throw new CliError("CLI_USAGE", `No hook ${JSON.stringify(unknown)} can stop a key. ${remedy}`);
  }
  if (switches.has("all")) {
    if (operands.length > 0) throw new CliError("CLI_USAGE", "Name hooks, or all of them with --all.");
    return hookNames;
  }
  return operands.length === 0 ? null : hookNames.filter((name) => operands.includes(name));
}

async function install(
  repository: Repository,
  names: readonly HookName[],
  shared: boolean,
  terminal: Terminal,
): Promise<ExitStatus> {
  let exit: ExitStatus = 0;
  for (const name of names) {
    const before = await hookStatus(repository, name);
    const recipe = managerRecipe(before.manager);
    if (recipe !== null) {
      terminal.print(recipe);
      return 1;
    }
    const place = hookPlace(repository, before, terminal);
    const shortcut = await planShortcut(repository, place, terminal.learnFormats);
    const report = await installHook(repository, { name, command: hookCommand(place), shortcut, shared });
    if (report.state !== "installed") {
      exit = warnAbout(report, terminal);
      continue;
    }
    const chained = report.chained ? "\nThe hook that was there runs after it." : "";
    terminal.print(`${checked[name].future}, by ${report.path}${chained}\n`);
  }
  return exit;
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
    if (before.state !== "installed" && before.state !== "outdated") continue;
    hasTakenOut = true;
    const left = report.state === "absent" ? "" : `; the rest of ${report.path} is as it was`;
    print(`${checked[name].past}${left}.\n`);
  }
  if (!hasTakenOut) print("Nothing of keywarden was installed.\n");
  return 0;
}

// Without names: the one that everybody needs, and whichever others are ours.
async function status(
  repository: Repository,
  names: readonly HookName[] | null,
  terminal: Terminal,
): Promise<ExitStatus> {
  let exit: ExitStatus = 0;
  for (const name of names ?? hookNames) {
    const report = await hookStatus(repository, name);
    const isOurs = report.state === "installed" || report.state === "outdated";
    if (names === null && name !== "pre-commit" && !isOurs) continue;
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

function warnAbout({ name, state, path, problem }: HookReport, { print }: Terminal): ExitStatus {
  const { absent } = checked[name];
  const words = {
    absent: `${absent}: ${path} does not exist.`,
    foreign: `${absent}: the hook at ${path} does not call keywarden.`,
    outdated: `${absent} as they should be: ${problem ?? `${path} differs from what install writes`}.`,
  };
  const remedy = `keywarden hook install${name === "pre-commit" ? "" : ` ${name}`} repairs it.`;
  print(`${state === "installed" ? "" : words[state]}\n${remedy}\n`);
  return 1;
}

const sentences = (what: string): Readonly<Record<"future" | "present" | "past" | "absent", string>> => ({
  future: `Every ${what} here is checked from now on`,
  present: `${what.charAt(0).toUpperCase()}${plural(what).slice(1)} are checked`,
  past: `${what.charAt(0).toUpperCase()}${plural(what).slice(1)} here are no longer checked`,
  absent: `${what.charAt(0).toUpperCase()}${plural(what).slice(1)} are not checked`,
});

const plural = (what: string): string => (what.endsWith("sh") ? `${what}es` : `${what}s`);

const checked: Readonly<Record<HookName, ReturnType<typeof sentences>>> = {
  "pre-commit": sentences("commit"),
  "pre-merge-commit": sentences("merge"),
  "commit-msg": sentences("commit message"),
  "pre-push": sentences("push"),
};
