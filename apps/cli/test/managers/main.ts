// `npm run managers [-- <folder>]`: installs the package with every package manager that is here, upgrades it, and shows
// that nothing committed changes and that the hook blocks a key. Then it removes the Node of a hook by nvm and by Volta.
// The folder may hold managers in its node_modules (npm install --prefix <folder> pnpm yarn @yarnpkg/cli-dist bun), a
// clone of nvm-sh/nvm in nvm/, and the programs of Volta in volta/. It reads no network.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { builtInProviders } from "@keywarden/key-format";
import { makeKey } from "@keywarden/testing";
import { nodeManagers, tryNodeManager } from "./node-managers.ts";

interface Manager {
  readonly name: string;
  readonly command: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly add: (tarball: string) => readonly string[];
  readonly run: (command: readonly string[]) => readonly string[];
}

const [folder = "."] = process.argv.slice(2).map((path) => resolve(path));
const inFolder = (path: string): string | null => {
  const full = join(folder, "node_modules", path);
  return existsSync(full) ? full : null;
};
const binary = (name: string): readonly string[] => [inFolder(`.bin/${name}`) ?? name];
const script = (name: string, path: string): readonly string[] => {
  const found = inFolder(path);
  return found === null ? [name] : [process.execPath, found];
};
const berry = [process.execPath, inFolder("@yarnpkg/cli-dist/bin/yarn.js") ?? "no-yarn.js"];
const linked = ["node_modules/.bin/keywarden"];
const yarnrc = (linker: string): string =>
  `nodeLinker: ${linker}\nenableNetwork: false\nenableTelemetry: false\nenableGlobalCache: false\n`;
const addFile = (tarball: string) => ["add", "-D", `keywarden@file:${tarball}`];

const managers: readonly Manager[] = [
  {
    name: "npm",
    command: binary("npm"),
    add: (tarball) => ["install", "--offline", "--no-audit", "--no-fund", "-D", tarball],
    run: () => linked,
  },
  {
    name: "pnpm",
    command: binary("pnpm"),
    add: (tarball) => ["add", "-D", "--offline", tarball],
    run: () => linked,
  },
  {
    name: "yarn 1",
    command: script("yarn", "yarn/bin/yarn.js"),
    add: (tarball) => ["add", "--offline", "-D", `file:${tarball}`],
    run: () => linked,
  },
  {
    name: "yarn, node_modules",
    command: berry,
    files: { ".yarnrc.yml": yarnrc("node-modules"), "yarn.lock": "" },
    add: addFile,
    run: () => linked,
  },
  {
    name: "yarn, Plug'n'Play",
    command: berry,
    files: { ".yarnrc.yml": yarnrc("pnp"), "yarn.lock": "" },
    add: addFile,
    run: (command) => [...command, "keywarden"],
  },
  { name: "bun", command: binary("bun"), add: (tarball) => ["add", "-d", tarball], run: () => linked },
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const place = mkdtempSync(join(tmpdir(), "keywarden-managers-"));
const home = join(place, "home");
mkdirSync(home);
const env = { ...process.env, HOME: home, GIT_CONFIG_NOSYSTEM: "1", CI: "", npm_lifecycle_event: "" };
for (const who of ["AUTHOR", "COMMITTER"]) {
  Object.assign(env, { [`GIT_${who}_NAME`]: "t", [`GIT_${who}_EMAIL`]: "t@example.com" });
}

/** Packs the built program under a version; what only the registry has is left out. */
function pack(version: string): string {
  const source = join(place, `source-${version}`);
  cpSync(new URL("../../dist", import.meta.url), join(source, "dist"), { recursive: true });
  const own = new URL("../../package.json", import.meta.url);
  const {
    optionalDependencies: _,
    devDependencies: __,
    scripts: ___,
    ...rest
  } = JSON.parse(readFileSync(own, "utf8")) as Record<string, unknown>;
  writeFileSync(join(source, "package.json"), JSON.stringify({ ...rest, version, private: undefined }));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", place], { cwd: source });
  return join(place, `keywarden-${version}.tgz`);
}

function tryManager(
  { name, command, files = {}, add, run }: Manager,
  tarballs: readonly [string, string],
): string {
  const project = join(place, name.replaceAll(/\W+/g, "-"));
  mkdirSync(project);
  const start = ([file = "", ...args]: readonly string[], input?: string) =>
    spawnSync(file, args, { cwd: project, env, input, encoding: "utf8" });
  const must = (words: readonly string[], other = 0): string => {
    const { status, stdout, stderr, error } = start(words);
    if (status === 0 || status === other) return stdout;
    throw new Error(`${words.join(" ")} ended with ${String(status)}: ${error?.message ?? stdout + stderr}`);
  };
  must(["git", "init", "-q"]);
  must(["git", "config", "core.hooksPath", ".githooks"]);
  writeFileSync(join(project, "package.json"), '{"name":"project","version":"1.0.0","private":true}\n');
  writeFileSync(join(project, ".gitignore"), "node_modules\n.yarn\n.pnp.*\n");
  for (const [path, text] of Object.entries(files)) writeFileSync(join(project, path), text);
  const [before, after] = tarballs;
  must([...command, ...add(before)]);
  must([...run(command), "hook", "install"]);
  must(["git", "add", "--all"]);
  must(["git", "commit", "-q", "-m", "hooks"]);
  const [provider] = builtInProviders;
  if (provider === undefined) throw new Error("no built-in providers");
  const key = makeKey(provider, { kind: "secret", environment: "production" }).reveal();
  const blocks = (): boolean => {
    writeFileSync(join(project, "key.env"), `API_KEY=${key}\n`);
    must(["git", "add", "key.env"]);
    const { status, stdout, stderr } = start(["git", "commit", "-q", "-m", "key"]);
    must(["git", "rm", "-q", "-f", "key.env"]);
    return status === 1 && (stdout + stderr).includes("key.env");
  };
  const isBlocked = blocks();
  must([...command, ...add(after)]);
  must([...run(command), "hook", "install"]);
  const changed = must(["git", "status", "--porcelain", "--", ".githooks"]);
  const still = blocks();
  if (!isBlocked || !still) throw new Error(`a key passed: ${isBlocked ? "after" : "before"} the upgrade`);
  if (changed !== "") throw new Error(`the upgrade changed what is committed: ${changed}`);
  const committed = must(
    ["git", "grep", "-hE", String.raw`\d+\.\d+\.\d+|\.pnpm|unplugged/keywarden-[^'*]`, ".githooks"],
    1,
  );
  if (committed !== "") throw new Error(`a committed hook holds a version: ${committed}`);
  return `blocks a key before and after an upgrade; nothing committed changed`;
}

try {
  const tarballs = [pack("0.1.0"), pack("0.2.0")] as const;
  for (const manager of managers) {
    const [file = "", ...args] = manager.command;
    const version = spawnSync(file, [...args, "--version"], { cwd: place, env, encoding: "utf8" });
    if (version.status !== 0) {
      say(`${manager.name}: SKIPPED, IT IS NOT HERE`);
      continue;
    }
    const shown = `${manager.name} ${version.stdout.trim()}`;
    try {
      say(`${shown}: ${tryManager(manager, tarballs)}`);
    } catch (error) {
      say(`${shown}: FAILED: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
  const [tarball] = tarballs;
  for (const manager of nodeManagers) {
    try {
      say(`${manager.name}: ${tryNodeManager(manager, { folder, place, env, tarball })}`);
    } catch (error) {
      say(`${manager.name}: FAILED: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
