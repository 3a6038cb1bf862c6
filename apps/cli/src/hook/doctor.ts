import { countOf } from "@keywarden/key-format";
import { execFile } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { promisify } from "node:util";
import { hookStatus, openRepository, renderShortcut } from "@keywarden/git";
import type { HookReport, Repository } from "@keywarden/git";
import { loadStagedSetup } from "@keywarden/repository-config";
import { findHookSurroundings } from "./hook-command.ts";
import { installing, withoutHook } from "./hook-words.ts";
import { installedShortcut } from "./local-setup.ts";
import { managerRecipe } from "./manager-recipe.ts";
import { planShortcut } from "./plan-shortcut.ts";
import { plantedPath, tryWithPlantedKey } from "./plant-key.ts";
import type { AnswerFlags } from "../flags/report-flags.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { tryHookInClone } from "./try-in-clone.ts";
import { version } from "../version.ts";

/** What one question came to: 0 well, 1 commits are not checked, 2 could not tell. */
interface Answer {
  readonly status: ExitStatus;
  readonly text: string;
}

/** `keywarden doctor` */
export async function doctor({ format }: AnswerFlags, terminal: Terminal): Promise<ExitStatus> {
  let worst: ExitStatus = 0;
  const checks: { readonly outcome: string | undefined; readonly text: string }[] = [];
  const say = ({ status, text }: Answer): void => {
    if (status > worst) worst = status;
    checks.push({ outcome: ["ok", "bad", "unknown"][status], text });
    if (format === "text") terminal.print(`${["ok  ", "BAD ", "??  "][status]}${text}\n`);
  };
  const repository = await openRepository(terminal.directory, terminal.env);
  say({ status: 0, text: `keywarden ${version}, ${terminal.runtime}` });
  say(await checkGit(repository));
  const hook = await hookStatus(repository);
  say(describeHook(hook, repository));
  say(await checkConfig(repository, terminal));
  const isOurs = hook.state === "installed" || hook.state === "outdated";
  if (isOurs) say(await checkShortcut(repository, hook, terminal));
  if (isOurs) say(await proveHook(repository, hook));
  else if (mayCallKeywarden(hook)) say(await proveForeignHook(repository, hook));
  else say(await proveScan(repository, terminal));
  if (isOurs) say(await checkPush(repository));
  const { agentDialects } = await import("../guard/dialects/dialects.ts");
  const { proveGuards } = await import("../guard/set-up-guard.ts");
  for (const proof of await proveGuards(agentDialects, repository.directory, terminal)) say(proof);
  const recipe = isOurs
    ? null
    : managerRecipe(hook.manager, findHookSurroundings(repository, hook, terminal));
  const next = worst > 0 ? recipe : null;
  if (format === "json") terminal.print(`${JSON.stringify({ checks, recipe: next }, null, 2)}\n`);
  else if (next !== null) terminal.print(`\n${next}`);
  return worst;
}

async function checkGit({ directory, env }: Repository): Promise<Answer> {
  const { stdout } = await promisify(execFile)("git", ["version"], { cwd: directory, env: { ...env } });
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
  const isNew = Number(major) > 2 || Number(minor) >= 33;
  const note = isNew ? "" : "; from 2.33 on git itself can prove most commits clean";
  return { status: 0, text: `${stdout.trim()}${note}` };
}

function describeHook(hook: HookReport, repository: Repository): Answer {
  const { manager, firesFrom, path, state, problem, isShared } = hook;
  const isLinked = repository.gitDirectory !== repository.commonDirectory;
  const where = firesFrom === path ? path : `${firesFrom}, which starts ${path}`;
  const who = { husky: "husky's", lefthook: "lefthook's", "pre-commit": "the pre-commit framework's" };
  const kind = manager in who ? `${who[manager as keyof typeof who]} hook` : "the hook";
  const worktree = isLinked ? " (in a linked worktree)" : "";
  if (state === "absent") {
    const why = isShared ? "core.hooksPath is set for every repository. Give this one its own: " : "";
    const remedy = `${why}${installing(hook)} creates one`;
    return {
      status: 1,
      text: `no pre-commit hook fires here${worktree}: ${where} does not exist; ${remedy}`,
    };
  }
  const through = manager === "hooks-path" ? ", through core.hooksPath" : "";
  const fires = `before a commit${worktree} git runs ${kind} ${where}${through}`;
  if (state === "outdated") {
    return {
      status: 1,
      text: `${fires}; ${problem ?? "it differs from what install writes"}; repair: ${installing(hook)}`,
    };
  }
  if (state === "installed") return { status: 0, text: fires };
  if (problem !== null) return { status: 1, text: `${fires}; but ${problem}` };
  return mayCallKeywarden(hook)
    ? { status: 0, text: `${fires}; whether it stops a key is tested below` }
    : { status: 1, text: `${fires}; it does not call keywarden` };
}

// A manager's hook says nothing of what its configuration makes it run.
function mayCallKeywarden({ manager, path, state }: HookReport): boolean {
  if (state !== "foreign") return false;
  return (
    manager === "lefthook" || manager === "pre-commit" || callsKeywarden.test(readFileSync(path, "utf8"))
  );
}

const callsKeywarden =
  /^[^#\n]*(?:keywarden["']?\s+(?:scan|hook)\b|scan --staged|keywarden\/dist\/hook\.sh)/m;

async function checkConfig(repository: Repository, { learnFormats }: Terminal): Promise<Answer> {
  try {
    const { config, baseline } = await loadStagedSetup(repository, learnFormats);
    const accepted = baseline === null ? "" : `, a baseline of ${baseline.ids.size}`;
    return {
      status: 0,
      text: `the configuration is valid: ${countOf(config.providers.length, "provider")}${accepted}`,
    };
  } catch (error) {
    return { status: 2, text: error instanceof Error ? error.message : "the configuration cannot be read" };
  }
}

async function checkShortcut(repository: Repository, hook: HookReport, terminal: Terminal): Promise<Answer> {
  const plan = await planShortcut(
    repository,
    findHookSurroundings(repository, hook, terminal),
    terminal.learnFormats,
  ).catch(() => null);
  const shortcut = installedShortcut(repository, hook);
  if (shortcut === null) {
    const remedy = plan === null ? "" : "; keywarden hook install adds the proof that spares most of them";
    return { status: 0, text: `every commit is scanned by Node${remedy}` };
  }
  if (plan !== null && renderShortcut(plan) === shortcut) {
    return {
      status: 0,
      text: "git proves most commits clean before Node starts; the texts that it searches for are current",
    };
  }
  const remedy = "every commit is scanned by Node until you run: keywarden hook install";
  return {
    status: 1,
    text: `the texts that git searches for belong to another version or configuration; ${remedy}`,
  };
}

async function checkPush(repository: Repository): Promise<Answer> {
  const report = await hookStatus(repository, "pre-push");
  const { state, path, problem } = report;
  if (state === "installed") return { status: 0, text: `before a push git runs ${path}` };
  const why = problem ?? (state === "absent" ? `${path} does not exist` : `${path} does not call keywarden`);
  const remedy = installing(report);
  return {
    status: 1,
    text: `what ${withoutHook} commit is not checked before it is pushed: ${why}; repair: ${remedy}`,
  };
}

// Ours comes first, so nothing after it runs while it stops the commit.
async function proveHook(repository: Repository, { firesFrom, path, manager }: HookReport): Promise<Answer> {
  const runsThrough = manager === "husky" && existsSync(firesFrom) ? firesFrom : path;
  // git brings a shell along where the system has none.
  const asGitWould = ["-c", 'alias.keywarden-trial=!f() { sh "$1"; }; f', "keywarden-trial", runsThrough];
  const { status, output } = await tryWithPlantedKey(repository, "git", asGitWould);
  // What stops every commit, as a configuration that cannot be read, is said by itself.
  if (status !== 0 && output.includes(plantedPath)) {
    return {
      status: 0,
      text: "it stops a commit that adds a key: tested with a new key, in a disposable index",
    };
  }
  if (status === 0) return { status: 1, text: "it lets a commit pass that adds a key" };
  return { status: 2, text: `it stops a commit, but not because of the key in it: ${firstLines(output)}` };
}

async function proveForeignHook(repository: Repository, hook: HookReport): Promise<Answer> {
  try {
    const { status, output } = await tryHookInClone(repository, hook);
    if (status === 0) return { status: 1, text: "it lets a commit pass that adds a key" };
    if (output.includes(plantedPath)) {
      const text = "it stops a commit that adds a key: tested with a new key, in a disposable clone";
      return { status: 0, text };
    }
    return { status: 2, text: `it stops a commit, but not because of the key in it: ${firstLines(output)}` };
  } catch (error) {
    const why = error instanceof Error ? firstLines(error.message) : "no reason given";
    return { status: 2, text: `the hook could not be tested in a clone: ${why}` };
  }
}

const firstLines = (output: string): string => output.trim().split("\n").slice(0, 3).join(" / ");

async function proveScan(repository: Repository, { runtime, program }: Terminal): Promise<Answer> {
  const args = [realpathSync(program), "scan", "--staged"];
  const { status } = await tryWithPlantedKey(repository, runtime, args);
  return status === 1
    ? {
        status: 0,
        text: "keywarden scan --staged would stop a commit that adds a key, if a hook ran it",
      }
    : { status: 1, text: "keywarden scan --staged lets a commit pass that adds a key" };
}
