import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { builtInProviders } from "@keywarden/key-format";
import { makeKey } from "@keywarden/testing";

type Env = Readonly<Record<string, string | undefined>>;

/** A program that keeps several versions of Node on a machine. */
interface NodeManager {
  readonly name: string;
  /** Below the folder that was given; without it the manager is not here. */
  readonly program: string;
  /** Below a person's home. */
  readonly home: string;
  /** Puts the manager there. */
  readonly setUp: (source: string, home: string) => void;
  /** Where it keeps the program of a version, below its home. */
  readonly node: (version: string) => string;
  /** Whatever else it keeps of a version. */
  readonly note?: (home: string, version: string) => void;
  /** The lines of a shell that choose a version in a project, and that remove one. */
  readonly use: (version: string) => string;
  readonly remove: (version: string) => string;
}

const inventory = "tools/inventory/node";
const archiveName = (version: string): string => `node-v${version}-${platform()}-${arch()}.tar.gz`;

export const nodeManagers: readonly NodeManager[] = [
  {
    name: "nvm",
    program: "nvm/nvm.sh",
    home: ".nvm",
    setUp: (source, home) => copyFileSync(source, join(home, "nvm.sh")),
    node: (version) => `versions/node/v${version}/bin/node`,
    use: (version) => `. "$HOME/.nvm/nvm.sh" --no-use && nvm use --silent ${version}`,
    remove: (version) => `. "$HOME/.nvm/nvm.sh" --no-use && nvm uninstall ${version}`,
  },
  {
    name: "Volta",
    program: "volta/volta-shim",
    home: ".volta",
    setUp: (source, home) => {
      mkdirSync(join(home, "bin"));
      for (const name of ["volta", "volta-shim", "volta-migrate"])
        copyFileSync(join(dirname(source), name), join(home, "bin", name));
      symlinkSync("volta-shim", join(home, "bin/node"));
    },
    node: (version) => `tools/image/node/${version}/bin/node`,
    // By these it knows that it need not fetch a version.
    note: (home, version) => {
      mkdirSync(join(home, inventory), { recursive: true });
      writeFileSync(join(home, inventory, archiveName(version)), "");
      writeFileSync(join(home, inventory, `node-v${version}-npm`), "11.0.0");
    },
    use: (version) =>
      `export VOLTA_HOME="$HOME/.volta" PATH="$HOME/.volta/bin:$PATH" && ` +
      `printf '{"name":"project","private":true,"volta":{"node":"${version}"}}' > package.json`,
    remove: (version) =>
      `rm -r "$HOME/.volta/tools/image/node/${version}" "$HOME/.volta/${inventory}/${archiveName(version)}"`,
  },
];

const [before, after] = ["24.1.0", "24.2.0"];

interface Surroundings {
  readonly folder: string;
  readonly place: string;
  readonly env: Env;
  readonly tarball: string;
}

/** Installs the hooks with one version of Node, takes that version away, and tries to commit a key with the next one. */
export function tryNodeManager(manager: NodeManager, { folder, place, env, tarball }: Surroundings): string {
  const source = join(folder, manager.program);
  if (!existsSync(source)) return "SKIPPED, IT IS NOT HERE";
  for (const hooksPath of [".git/hooks", ".githooks"]) {
    const person = join(place, `${manager.name}-${hooksPath.replaceAll(/\W/g, "")}`);
    const home = join(person, manager.home);
    const project = join(person, "project");
    for (const path of [home, project]) mkdirSync(path, { recursive: true });
    manager.setUp(source, home);
    const own = {
      // nvm refuses to run below npm.
      ...Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_/i.test(name))),
      HOME: person,
      PATH: "/usr/local/bin:/usr/bin:/bin",
      NVM_DIR: undefined,
      VOLTA_HOME: undefined,
    };
    const shell = (lines: string): { readonly status: number | null; readonly output: string } => {
      const { status, stdout, stderr } = spawnSync("bash", ["-c", lines], {
        cwd: project,
        env: own,
        encoding: "utf8",
      });
      return { status, output: stdout + stderr };
    };
    const must = (lines: string): string => {
      const { status, output } = shell(lines);
      if (status !== 0) throw new Error(`${hooksPath}: ${lines} ended with ${String(status)}: ${output}`);
      return output.trim();
    };
    const addVersion = (version: string): void => {
      const file = join(home, manager.node(version));
      mkdirSync(dirname(file), { recursive: true });
      copyFileSync(process.execPath, file);
      chmodSync(file, 0o755);
      manager.note?.(home, version);
    };

    addVersion(before);
    must(
      `git init -q && git config core.hooksPath ${hooksPath} && mkdir -p node_modules && echo node_modules > .gitignore`,
    );
    must(`tar -xzf '${tarball}' -C node_modules && mv node_modules/package node_modules/keywarden`);
    const install = "node node_modules/keywarden/dist/main.js hook install";
    const ran = must(`${manager.use(before)} && node -p process.execPath && ${install}`);
    if (!ran.startsWith(join(home, manager.node(before)))) throw new Error(`it ran another Node: ${ran}`);
    must(`git add --all && git commit -q -m hooks --no-verify`);
    const [provider] = builtInProviders;
    if (provider === undefined) throw new Error("no built-in providers");
    writeFileSync(
      join(project, "key.env"),
      `API_KEY=${makeKey(provider, { kind: "secret", environment: "production" }).reveal()}\n`,
    );
    const blocks = (lines: string): void => {
      const { status, output } = shell(`${lines} && git add key.env && git commit -q -m key`);
      if (status !== 1 || !output.includes("key.env"))
        throw new Error(`${hooksPath}: a key passed: ${output}`);
    };
    blocks(manager.use(before));
    addVersion(after);
    must(manager.remove(before));
    if (existsSync(join(home, manager.node(before)))) throw new Error(`${before} is still there`);
    blocks(manager.use(after));
    // A graphical git client has no shell that would have changed its PATH.
    blocks("true");
    must(`${manager.use(after)} && ${install}`);
    must(`git diff --exit-code -- ${hooksPath === ".githooks" ? hooksPath : ".gitignore"}`);
    if (shell(`grep -rE '24\\.[12]\\.0|\\.nvm|\\.volta' .githooks`).status === 0)
      throw new Error("a committed hook holds a version");
    rmSync(person, { recursive: true });
  }
  return "blocks a key after its version of Node was removed; nothing committed changed";
}
