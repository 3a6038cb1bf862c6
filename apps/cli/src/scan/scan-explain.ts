import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { listStaged, lookUpPath, openRepository } from "@keywarden/git";
import { CliError } from "../cli-error.ts";
import { loadStagedSetup, loadUsableSetup, usableSetup } from "@keywarden/repository-config";
import { policySetting } from "../policy-setting.ts";
import { explainFile } from "../explain/explain-file.ts";
import { explainStaged } from "../explain/explain-staged.ts";
import type { Explanation, WholeExplanation } from "../explain/explanation.ts";
import { renderExplanation } from "../explain/render-explanation.ts";
import type { ScanCall } from "../flags/scan-flags.ts";
import { makeFromTop, makeScanTools, missingPath, type ScanTools } from "@keywarden/repository-scan";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden scan --explain <path>`, of the work tree or, with `--staged`, of the next commit; 2 where something is missing. */
export async function scanExplain(path: string, call: ScanCall, terminal: Terminal): Promise<ExitStatus> {
  const { flags, operands } = call;
  const [more] = operands;
  if (more !== undefined) {
    throw new CliError("CLI_USAGE", `--explain takes one path; ${JSON.stringify(more)} is too much.`);
  }
  const { stdin, history, ci, range, since, commitMsg, agents, output, format } = flags;
  const dashed = { "commit-msg": commitMsg, "shell-history": flags.shellHistory };
  const others = { ...dashed, stdin, history, ci, range, since, agents, output, package: flags.package };
  const other = Object.entries(others).find(([, value]) => value !== undefined && value !== false);
  if (other !== undefined) {
    throw new CliError(
      "CLI_USAGE",
      `--explain works for a file or, with --staged, for the next commit, not with --${other[0]}.`,
    );
  }
  if (format !== "text" && format !== "json") {
    throw new CliError("CLI_USAGE", `--explain writes text or json, not ${format}.`);
  }
  const explain = flags.staged ? explainNextCommit : explainWorkTree;
  const explanation = await explain(path, call, terminal);
  terminal.print(
    format === "json"
      ? `${JSON.stringify(explanation, null, 2)}\n`
      : renderExplanation(explanation, Math.max(40, terminal.columns ?? 120)),
  );
  return explanation.complete ? 0 : 2;
}

async function explainWorkTree(path: string, call: ScanCall, terminal: Terminal): Promise<WholeExplanation> {
  const { directory, env, now } = terminal;
  const absolute = resolve(directory, path);
  if (
    lstatSync(absolute, { throwIfNoEntry: false }) === undefined &&
    !(await isTracked(absolute, terminal))
  ) {
    throw missingPath(path, directory);
  }
  const { top, ...setup } = await loadUsableSetup(terminal);
  const policy = policySetting(setup.config.policy, call.flags);
  const tools = makeScanTools(setup, policy, now(), makeFromTop(top, directory), true);
  const includeIgnored = call.flags.noIgnore;
  const question = { path: absolute, directory, env, includeIgnored, config: setup.config, tools };
  return withGaps(await explainFile(question), tools);
}

async function explainNextCommit(
  path: string,
  call: ScanCall,
  terminal: Terminal,
): Promise<WholeExplanation> {
  const { directory, env, now } = terminal;
  const repository = await openRepository(directory, env);
  const absolute = resolve(directory, path);
  const fromTop = pathFromTop(repository.directory, absolute);
  const [setup, entries] = await Promise.all([
    usableSetup(loadStagedSetup(repository, terminal.learnFormats)),
    listStaged(repository),
  ]);
  const isKnown =
    entries.some((entry) => entry.path.toString("utf8") === fromTop) ||
    lstatSync(absolute, { throwIfNoEntry: false }) !== undefined ||
    (await lookUpPath(repository, fromTop)).mode !== null;
  if (!isKnown) throw missingPath(path, directory);
  const policy = policySetting(setup.config.policy, call.flags);
  const tools = makeScanTools(setup, policy, now(), (shown) => shown);
  const question = { repository, entries, path: fromTop, config: setup.config, tools };
  return withGaps(await explainStaged(question), tools);
}

function withGaps(explanation: Explanation, { account }: ScanTools): WholeExplanation {
  const { complete, unread } = account.report(explanation.mode).summary;
  return complete ? { ...explanation, complete, unread } : { ...explanation, complete, unread };
}

async function isTracked(absolute: string, { directory, env }: Terminal): Promise<boolean> {
  try {
    const repository = await openRepository(directory, env);
    return (await lookUpPath(repository, pathFromTop(repository.directory, absolute))).mode !== null;
  } catch {
    return false;
  }
}

// The last part of the path may be a link, and may be gone.
function pathFromTop(top: string, absolute: string): string {
  const folder =
    lstatSync(dirname(absolute), { throwIfNoEntry: false }) === undefined
      ? dirname(absolute)
      : realpathSync(dirname(absolute));
  const way = relative(realpathSync(top), join(folder, basename(absolute)));
  return sep === "/" ? way : way.replaceAll(sep, "/");
}
