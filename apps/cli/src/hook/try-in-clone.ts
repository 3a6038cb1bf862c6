import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { HookReport, Repository } from "@keywarden/git";
import { plantedLine, plantedPath, runTrial } from "./plant-key.ts";
import type { Trial } from "./plant-key.ts";

const trialMs = 120_000;

/**
 * Runs the hook that git would run, with whatever it calls, in a clone of HEAD that is thrown away, in which a key is staged
 * that was made this moment and opens nothing.
 *
 * The clone shares the repository's objects without writing any, has its hooks, its `node_modules` and its hook managers'
 * configuration as they lie in the work tree. Checks of a manager that do not name keywarden are left out where the manager
 * lets them be, so that only the ones that count take time; what runs all the same sees the clone alone.
 *
 * @throws Error when the clone cannot be made, as of a partial clone.
 */
export async function tryHookInClone(repository: Repository, hook: HookReport): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), "keywarden-doctor-"));
  try {
    const clone = join(folder, "clone");
    const env = ownEnvironment(repository.env);
    const git = (args: readonly string[], cwd = clone): Promise<unknown> =>
      promisify(execFile)("git", [...quietly, ...args], { cwd, env, timeout: trialMs });
    await git(["clone", "--quiet", "--shared", "--no-tags", repository.commonDirectory, clone], folder);
    copyConfiguration(repository.directory, clone);
    writeFileSync(join(clone, plantedPath), plantedLine());
    await git(["add", "--all", "--force", "--", ...configurationIn(clone), plantedPath]);
    const modules = join(repository.directory, "node_modules");
    if (existsSync(modules) && !existsSync(join(clone, "node_modules"))) {
      symlinkSync(modules, join(clone, "node_modules"), "junction");
    }
    const skipped = await leaveOut(hook, clone, env);
    await git(["config", "core.hooksPath", dirname(hook.firesFrom)]);
    // git sets what a hook finds in its environment, and brings a shell along where the system has none.
    const args = ["-c", 'alias.keywarden-trial=!f() { "$1"; }; f', "keywarden-trial", hook.firesFrom];
    return await runTrial("git", args, clone, { ...env, ...skipped }, trialMs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// What a clone would otherwise do: run hooks and filters of others, or ask for a password.
const quietly = [
  "-c",
  "core.hooksPath=",
  "-c",
  "filter.lfs.smudge=",
  "-c",
  "filter.lfs.process=",
  "-c",
  "filter.lfs.required=false",
  "-c",
  "protocol.allow=never",
  "-c",
  "protocol.file.allow=always",
];

// Variables of a running git lead to the repository itself.
const ownEnvironment = (env: Repository["env"]): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_"))),
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_LFS_SKIP_SMUDGE: "1",
});

const isConfiguration = (name: string): boolean =>
  /^\.?lefthook(?:-local)?\.(?:ya?ml|toml|jsonc?)$|^\.pre-commit-config\.ya?ml$|^keywarden\.json$/.test(name);

const configurationIn = (folder: string): readonly string[] => readdirSync(folder).filter(isConfiguration);

function copyConfiguration(from: string, to: string): void {
  for (const name of configurationIn(from)) copyFileSync(join(from, name), join(to, name));
}

/** Gives the variables that make a manager leave out what is not keywarden's. */
async function leaveOut(
  { manager }: HookReport,
  clone: string,
  env: NodeJS.ProcessEnv,
): Promise<Readonly<Record<string, string>>> {
  if (manager === "pre-commit") {
    const file = configurationIn(clone).find((name) => name.startsWith(".pre-commit")) ?? "";
    const ids =
      file === ""
        ? []
        : [...readFileSync(join(clone, file), "utf8").matchAll(/^[\s-]*id:\s*["']?([^\s"'#]+)/gm)];
    const others = ids.flatMap(([, id = ""]) => (id.includes("keywarden") ? [] : [id]));
    return others.length === 0 ? {} : { SKIP: others.join(",") };
  }
  return manager === "lefthook" ? { LEFTHOOK_EXCLUDE: (await otherChecks(clone, env)).join(",") } : {};
}

async function otherChecks(clone: string, env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const bin = join(clone, "node_modules/.bin/lefthook");
  try {
    const { stdout } = await promisify(execFile)(
      existsSync(bin) ? bin : "lefthook",
      ["dump", "--format", "json"],
      {
        cwd: clone,
        env,
        timeout: trialMs,
      },
    );
    const { "pre-commit": hook } = JSON.parse(stdout) as { "pre-commit"?: LefthookChecks };
    const commands = Object.entries(hook?.commands ?? {}).map(([name, check]) => ({ ...check, name }));
    return [...commands, ...(hook?.jobs ?? [])].flatMap(({ name, run = "" }) =>
      name === undefined || run.includes("keywarden") ? [] : [name],
    );
  } catch {
    // Then all of its checks run, in the clone.
    return [];
  }
}

interface LefthookChecks {
  readonly commands?: Readonly<Record<string, { readonly run?: string }>>;
  readonly jobs?: readonly { readonly name?: string; readonly run?: string }[];
}
