import { realpathSync } from "node:fs";
import { hookStatus, installHook, openRepository, uninstallHook } from "@keywarden/git";
import type { HookReport, Repository } from "@keywarden/git";
import { hookCommand } from "../hook-command.ts";
import type { Options } from "../options.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden hook install | uninstall | status` */
export async function hook({ operands, switches }: Options, terminal: Terminal): Promise<ExitStatus> {
  const repository = await openRepository(terminal.directory, terminal.env);
  const [action] = operands;
  if (action === "install") return install(repository, switches.has("shared"), terminal);
  return action === "uninstall" ? uninstall(repository, terminal) : status(repository, terminal);
}

async function install(repository: Repository, shared: boolean, terminal: Terminal): Promise<ExitStatus> {
  const { path } = await hookStatus(repository);
  const command = hookCommand({
    hook: path,
    topLevel: repository.directory,
    gitDirectory: repository.commonDirectory,
    program: realpathSync(terminal.program),
    runtime: terminal.runtime,
  });
  const report = await installHook(repository, { command, shared });
  if (report.state !== "installed") return warnAbout(report, terminal);
  const chained = report.chained ? "\nThe hook that was there runs after it." : "";
  terminal.print(`Every commit here is checked from now on, by ${report.path}${chained}\n`);
  return 0;
}

async function uninstall(repository: Repository, { print }: Terminal): Promise<ExitStatus> {
  const before = await hookStatus(repository);
  const report = await uninstallHook(repository);
  const left = report.state === "absent" ? "" : `; the rest of ${report.path} is as it was`;
  const wasOurs = before.state === "installed" || before.state === "outdated";
  print(
    wasOurs
      ? `Commits here are no longer checked${left}.\n`
      : "There was nothing of keywarden's to take out.\n",
  );
  return 0;
}

async function status(repository: Repository, terminal: Terminal): Promise<ExitStatus> {
  const report = await hookStatus(repository);
  if (report.state !== "installed") return warnAbout(report, terminal);
  const chained = report.chained ? ", before the hook that was there" : "";
  terminal.print(`Commits are checked by ${report.path}${chained}.\nIt runs: ${report.command ?? ""}\n`);
  return 0;
}

function warnAbout({ state, path, problem }: HookReport, { print }: Terminal): ExitStatus {
  const words = {
    absent: `Commits are not checked: there is no hook at ${path}.`,
    foreign: `Commits are not checked: the hook at ${path} does not call keywarden.`,
    outdated: `Commits are not checked as they should be: ${problem ?? `${path} is not as install writes it`}.`,
  };
  const wayOut = "keywarden hook install puts it right.";
  print(`${state === "installed" ? "" : words[state]}\n${wayOut}\n`);
  return 1;
}
