import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { makeRepository } from "@keywarden/testing";
import type { GitResult, TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { keywarden, live } from "./command.ts";
import { copyProgram } from "./copy-program.ts";
import { addPackage, makePath } from "./package-folder.ts";
import { addKey, makePlace } from "./receiving-repository.ts";

/** A Node that is too old, or one whose libraries an upgrade of the machine has taken away. */
const versionOf = (version: string): string => `#!/bin/sh\n[ "$1" = -v ] && echo ${version}\nexit 1\n`;
const broken = "#!/bin/sh\necho 'error while loading shared libraries' >&2\nexit 127\n";

const husky = readFileSync(join(import.meta.dirname, "../../../node_modules/husky/husky"));
const kinds: Readonly<Record<string, (repo: TestRepository) => Promise<unknown>>> = {
  "in .git/hooks": () => Promise.resolve(),
  "that is committed": (repo) => repo.git("config", "core.hooksPath", ".githooks"),
  "of husky": (repo) => {
    repo.write(".husky/_/h", husky);
    for (const name of ["pre-commit", "pre-push"]) {
      repo.write(`.husky/_/${name}`, '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n');
      chmodSync(join(repo.path, `.husky/_/${name}`), 0o755);
      repo.write(`.husky/${name}`, "true\n");
    }
    return repo.git("config", "core.hooksPath", ".husky/_");
  },
};

/** Installs the hooks by a Node whose version is then removed, as a version manager or an upgrade does. */
async function makeProject(kind: string): Promise<TestRepository> {
  const repo = await makeRepository();
  repo.write(".gitignore", "node_modules\n");
  await repo.commit("first");
  const program = addPackage(repo.path);
  await kinds[kind]?.(repo);
  const { status } = await keywarden(["hook", "install"], { directory: repo.path, env: repo.env, program });
  expect(status).toBe(0);
  const note = join(repo.path, ".git/keywarden/node");
  expect(readFileSync(note, "utf8")).toBe(`${process.execPath}\n`);
  writeFileSync(note, "/home/jo/.nvm/versions/node/v24.1.0/bin/node\n");
  repo.write("config.env", `API_KEY=${live}\n`);
  await repo.git("add", "config.env");
  return repo;
}

const runHook = (repo: TestRepository, path: string, env: Record<string, string> = {}): Promise<GitResult> =>
  repo.run(["hook", "run", "pre-commit"], { env: { PATH: path, ...env } });

const gone = "/home/jo/.nvm/versions/node/v24.1.0/bin/node, which is gone";

describe.each(Object.keys(kinds))("a hook %s whose Node was removed", (kind) => {
  it("finds a key by another Node: of PATH, of nvm or of Volta", async () => {
    using repo = await makeProject(kind);
    const found = { exitCode: 1, stderr: expect.stringContaining("config.env") as string };
    expect(await runHook(repo, makePath(repo, process.execPath))).toMatchObject(found);
    const home = join(repo.outside, "home of jo");
    for (const folder of [".nvm/versions/node/v24.2.0/bin", ".volta/bin"]) {
      mkdirSync(join(home, folder), { recursive: true });
      symlinkSync(process.execPath, join(home, folder, "node"));
      expect(await runHook(repo, makePath(repo, versionOf("v20.20.2")), { HOME: home })).toMatchObject(found);
      rmSync(home, { recursive: true });
    }
  });

  it.each([
    ["there is none", null, ""],
    ["there is one that does not start", broken, "/node, which does not start"],
  ])("stops the commit where %s, and says what was tried and what helps", async (_where, node, tried) => {
    using repo = await makeProject(kind);
    const { exitCode, stderr } = await runHook(repo, makePath(repo, node));
    expect(exitCode).toBe(2);
    expect(stderr).toContain("blocked, because no Node was found that can run the check");
    expect(stderr).toContain(gone);
    expect(stderr).toContain(tried);
    expect(stderr).toContain("Install Node 22.18 or newer");
    expect(stderr).toMatch(/ {2}node \S*node_modules\/keywarden\/dist\/main\.js hook install\n/);
    expect(stderr).not.toMatch(/npm ci|key found/);
  });

  it("says what to add where every Node is too old, or has the project's own run it", async () => {
    using repo = await makeProject(kind);
    const old = '#!/bin/sh\n[ "$1" = -v ] && echo v20.20.2 && exit\necho asked >&2\nexit 2\n';
    expect(await runHook(repo, makePath(repo, old))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("asked") as string,
    });
  });

  it("checks a push all the same", async () => {
    using repo = await makeProject(kind);
    const remote = join(repo.outside, "remote.git");
    await repo.git("init", "--quiet", "--bare", remote);
    await repo.git("commit", "--quiet", "--no-verify", "-m", "with a key");
    const push = async (path: string): Promise<string> => {
      const { exitCode, stdout, stderr } = await repo.run(["push", remote, "main"], { env: { PATH: path } });
      return exitCode === 0 ? "pushed" : stdout.toString("utf8") + stderr;
    };
    expect(await push(makePath(repo, process.execPath))).toContain("config.env");
    expect(await push(makePath(repo))).toContain(gone);
    expect(await repo.git("ls-remote", remote)).toBe("");
  });
});

it("is found by lefthook's lines too, which call the same script", async () => {
  using repo = await makeProject("that is committed");
  const run = (path: string) =>
    repo.run(["-c", "alias.lines=!sh node_modules/keywarden/dist/hook.sh pre-commit", "lines"], {
      env: { PATH: path },
    });
  expect(await run(makePath(repo, process.execPath))).toMatchObject({ exitCode: 1 });
  expect(await run(makePath(repo))).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(gone) as string,
  });
});

it("is named by a hook that repositories share, which finds no note in the others", async () => {
  using repo = await makeRepository();
  const program = addPackage(repo.outside);
  const hooks = join(repo.outside, "hooks");
  await repo.git("config", "--global", "core.hooksPath", hooks);
  const place = { directory: repo.path, env: repo.env, program };
  expect((await keywarden(["hook", "install", "--shared"], place)).status).toBe(0);
  const other = join(repo.outside, "other");
  await repo.git("init", "--quiet", other);
  writeFileSync(join(other, "config.env"), `API_KEY=${live}\n`);
  await repo.run(["add", "config.env"], { directory: other });
  const commit = (path: string) =>
    repo.run(["hook", "run", "pre-commit"], { directory: other, env: { PATH: path } });
  expect(await commit(makePath(repo))).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("config.env") as string,
  });
  expect((await keywarden(["hook", "status"], place)).status).toBe(0);
});

it("stops the commit where the package has lost its program", async () => {
  using repo = await makeProject("in .git/hooks");
  rmSync(join(repo.path, "node_modules/keywarden/dist/main.js"));
  const { exitCode, stderr } = await runHook(repo, makePath(repo, process.execPath));
  expect(exitCode).toBe(2);
  expect(stderr).toContain("its package is incomplete");
});

it.each<[file: string, keptBytes: number]>([
  ["main.js", 0],
  ["staged.cjs", 0],
  ["hook.sh", 0],
  ["hook.sh", 600],
  ["hook.sh", 3000],
])(
  "stops the commit where %s ends after %i bytes, or goes on in zeros, as a full disk or a power failure leaves it",
  async (file, kept) => {
    using repo = await makeProject("in .git/hooks");
    const path = join(repo.path, "node_modules/keywarden/dist", file);
    const { size } = statSync(path);
    for (const leave of [() => truncateSync(path, kept), () => truncateSync(path, size)]) {
      leave();
      const { exitCode, stderr } = await runHook(repo, makePath(repo, process.execPath));
      expect(exitCode).toBeGreaterThan(0);
      expect(stderr).not.toBe("");
    }
  },
);

it.each(["staged.cjs", "early.cjs", "guard-quick.cjs"])(
  "ends with 2 where %s is lost, torn or empty",
  async (file) => {
    using repo = await makeRepository();
    const program = copyProgram(repo.outside);
    const args = { "staged.cjs": ["scan", "--staged"], "guard-quick.cjs": ["guard", "check"] };
    const path = join(dirname(program), file);
    const ruins = [() => writeFileSync(path, "("), () => writeFileSync(path, ""), () => rmSync(path)];
    for (const ruin of ruins) {
      ruin();
      const run = keywarden(args[file as keyof typeof args] ?? ["scan"], { directory: repo.path, program });
      const { status, stderr } = await run;
      expect(status).toBe(2);
      expect(stderr).toMatch(
        /^keywarden: its own files cannot be loaded: .*\nInstall the package again\.\n$/,
      );
    }
  },
);

it("hands over to the project's Node, or says what to add where npm left that package without its program", async () => {
  using repo = await makeRepository();
  const program = addPackage(repo.path);
  repo.write("node_modules/node/package.json", '{"version":"24.1.0"}');
  const prelude = readFileSync(join(import.meta.dirname, "../../../bundle-prelude.js"), "utf8");
  const probe = join(dirname(program), "probe.cjs");
  writeFileSync(probe, `${prelude}\n__handOver(__filename);\n`);
  expect(await keywarden([], { directory: repo.path, program: probe })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("npm install --save-dev node@24") as string,
  });
  repo.write("node_modules/node/bin/node", '#!/bin/sh\necho "handed over"\n');
  chmodSync(join(repo.path, "node_modules/node/bin/node"), 0o755);
  expect(await keywarden([], { directory: repo.path, program: probe })).toMatchObject({
    status: 0,
    stdout: "handed over\n",
  });
});

it("refuses an agent's event where its settings, or the package, lead to nothing, and says who has to do what", async () => {
  using repo = await makeRepository();
  const program = addPackage(repo.path);
  const home = join(repo.outside, "home of jo");
  mkdirSync(home);
  const env = { ...repo.env, HOME: home, CLAUDE_CONFIG_DIR: undefined };
  const commandOf = async (...flags: readonly string[]): Promise<string> => {
    const args = ["guard", "install", "--agent", "claude", ...flags];
    const { status } = await keywarden(args, { directory: repo.path, env, program });
    expect(status).toBe(0);
    const folder = flags.length === 0 ? repo.path : home;
    const text = readFileSync(join(folder, ".claude/settings.json"), "utf8");
    return /"command": (".*guard check.*")/.exec(text)?.[1] ?? "";
  };
  const event = {
    hook_event_name: "PreToolUse",
    cwd: repo.path,
    tool_name: "Bash",
    tool_input: { command: "ls" },
  };
  const answer = async (command: string, path: string): Promise<string> => {
    const input = JSON.stringify(event);
    const run = ["-c", `alias.agent=!f() { ${JSON.parse(command) as string}; }; f`, "agent"];
    const { exitCode, stderr } = await repo.run(run, {
      input,
      env: { PATH: path, CLAUDE_PROJECT_DIR: repo.path, HOME: home },
    });
    return exitCode === 0 ? "passes" : `${exitCode}: ${stderr}`;
  };
  const [ofPerson, ofProject] = [await commandOf("--user"), await commandOf()];
  expect(await answer(ofPerson, makePath(repo))).toBe("passes");
  const moved = ofPerson.replaceAll(process.execPath, "/home/jo/.volta/tools/image/node/24.1.0/bin/node");
  expect(await answer(moved, makePath(repo, process.execPath))).toBe("passes");
  for (const command of [moved, ofProject]) {
    const refused = await answer(command, makePath(repo));
    expect(refused).toMatch(/^2: keywarden: blocked, because no Node was found/);
    expect(refused).toContain("guard install --agent <name>");
  }
  const installed = makePath(repo, process.execPath);
  for (const file of ["main.js", "hook.sh"]) {
    const path = join(dirname(program), file);
    const whole = readFileSync(path);
    for (const ruin of ["", Buffer.alloc(whole.length)]) {
      writeFileSync(path, ruin);
      for (const command of [ofPerson, ofProject])
        expect(await answer(command, installed)).toMatch(/^2: [^]*\S/);
    }
    writeFileSync(path, whole);
  }
  expect(await answer(ofProject, installed)).toBe("passes");
  rmSync(join(repo.path, "node_modules"), { recursive: true });
  for (const command of [ofPerson, ofProject]) {
    const refused = await answer(command, installed);
    expect(refused).toMatch(
      /^2: [^]*keywarden is not installed here, or damaged. A person has to run: npm ci/,
    );
  }
});

it("refuses a push on a server without Node, in the server's words", async () => {
  using place = await makePlace();
  const program = addPackage(place.work.outside);
  const hook = join(place.server, "hooks/pre-receive");
  const push = async (node: string | null): Promise<string> => {
    const path = makePath(place.work, node);
    const script = join(dirname(program), "hook.sh");
    writeFileSync(hook, `#!/bin/sh\nPATH='${path}' exec sh '${script}' pre-receive --timeout 60\n`);
    const { isTaken, output } = await place.push("origin", "main");
    return isTaken ? "taken" : output;
  };
  expect(await push(process.execPath)).toBe("taken");
  await addKey(place.work);
  expect(await push(process.execPath)).toContain("config.env");
  const refused = await push(null);
  expect(refused).toContain("remote: keywarden: blocked, because no Node was found");
  expect(refused).toContain("on this server, or add its folder to PATH in the hook");
});
