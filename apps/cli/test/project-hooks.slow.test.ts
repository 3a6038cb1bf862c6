import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { builtProgram } from "@keywarden/testing/built-program";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { keywarden, live } from "./command.ts";

const linked = "node_modules/keywarden";

/** Lays a version of the package out as pnpm does, behind a link whose target holds the version. */
function addPackage(repo: TestRepository, version: string): void {
  const store = join(repo.path, `node_modules/.pnpm/keywarden@${version}/node_modules/keywarden`);
  cpSync(dirname(builtProgram("cli")), join(store, "dist"), { recursive: true });
  rmSync(join(repo.path, linked), { force: true });
  symlinkSync(join(`.pnpm/keywarden@${version}/node_modules/keywarden`), join(repo.path, linked));
}

/** Makes a project whose hooks are committed with it, and that has the package installed. */
async function makeProject(): Promise<TestRepository> {
  const repo = await makeRepository();
  repo.write(".gitignore", "node_modules\n");
  repo.write("readme.md", "hello\n");
  addPackage(repo, "0.1.0");
  await repo.git("config", "core.hooksPath", ".githooks");
  await repo.commit("first");
  return repo;
}

const install = (repo: TestRepository, args: readonly string[] = [], env: Record<string, string> = {}) =>
  keywarden(["hook", "install", ...args], {
    directory: repo.path,
    env: { ...repo.env, ...env },
    program: join(repo.path, linked, "dist/main.js"),
  });

const runHook = (repo: TestRepository, env: Record<string, string> = {}) =>
  repo.run(["hook", "run", "pre-commit"], { env });

const hookText = (repo: TestRepository): string =>
  readFileSync(join(repo.path, ".githooks/pre-commit"), "utf8");

async function stageKey(repo: TestRepository): Promise<void> {
  repo.write("config.env", `API_KEY=${live}\n`);
  await repo.git("add", "config.env");
}

describe("a hook that is committed with the project", () => {
  it("names no version and no path behind a link, and an upgrade changes none of it", async () => {
    using repo = await makeProject();
    expect((await install(repo)).stdout).toMatch(
      /Every commit .*\n.*Every push .*\ngit rebase, am, cherry-pick and revert run no hook before a commit/s,
    );
    const before = hookText(repo);
    expect(before).toContain(`sh ${linked}/dist/hook.sh pre-commit`);
    expect(before).not.toMatch(/0\.1\.0|\.pnpm|sk_/);
    expect(before.split("\n").length).toBeLessThan(30);

    addPackage(repo, "0.2.0");
    rmSync(join(repo.path, "node_modules/.pnpm/keywarden@0.1.0"), { recursive: true });
    await stageKey(repo);
    expect(await runHook(repo)).toMatchObject({ exitCode: 1 });
    await install(repo);
    expect(hookText(repo)).toBe(before);
  });

  it("says what to install where the package is missing, and never that it found keys", async () => {
    using repo = await makeProject();
    await install(repo);
    rmSync(join(repo.path, "node_modules"), { recursive: true });
    const { exitCode, stderr } = await runHook(repo);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`this file is missing, empty or damaged:\n  ${linked}/dist/hook.sh\n`);
    expect(stderr).toContain("Install the project's packages");
    expect(stderr).not.toContain("MODULE_NOT_FOUND");
  });

  it("finds Node where a graphical client starts git without a PATH, as the installation noted it", async () => {
    using repo = await makeProject();
    await install(repo);
    const bare = join(repo.outside, "bin");
    mkdirSync(bare);
    for (const name of ["git", "sh", "cat", "dirname", "env"]) {
      const path = [`/usr/bin/${name}`, `/bin/${name}`].find((one) => existsSync(one));
      if (path !== undefined) symlinkSync(path, join(bare, name));
    }
    await stageKey(repo);
    expect(await runHook(repo, { PATH: bare })).toMatchObject({ exitCode: 1 });
  });

  it("lets git prove a commit clean without Node, by lines that stay on this machine", async () => {
    using repo = await makeProject();
    await install(repo);
    expect(readFileSync(join(repo.path, ".git/keywarden/pre-commit"), "utf8")).toContain("diff-index");
    await repo.commit("hooks");
    rmSync(join(repo.path, linked, "dist/main.js"));
    repo.write("clean.txt", "nothing\n");
    await repo.git("add", "clean.txt");
    expect(await runHook(repo)).toMatchObject({ exitCode: 0 });
    await stageKey(repo);
    expect((await runHook(repo)).exitCode).not.toBe(0);
  });
});

describe("a hook in a project of Yarn's Plug'n'Play", () => {
  const home = (version: string) => `.yarn/unplugged/keywarden-npm-${version}-c0ffee/node_modules/keywarden`;

  async function unplug(version: string): Promise<TestRepository> {
    const repo = await makeRepository();
    repo.write(".gitignore", ".yarn\n");
    cpSync(dirname(builtProgram("cli")), join(repo.path, home(version), "dist"), { recursive: true });
    await repo.git("config", "core.hooksPath", ".githooks");
    await repo.commit("first");
    return repo;
  }

  const run = (repo: TestRepository, args: readonly string[], version = "0.1.0") =>
    keywarden(args, {
      directory: repo.path,
      env: repo.env,
      program: join(repo.path, home(version), "dist/main.js"),
    });

  it("calls the script in whatever folder Yarn unpacked, and an upgrade changes none of it", async () => {
    using repo = await unplug("0.1.0");
    expect((await run(repo, ["hook", "install"])).status).toBe(0);
    const before = hookText(repo);
    expect(before).toContain("'.yarn/unplugged/keywarden-'*'/node_modules/keywarden/dist/hook.sh'");
    expect(before).not.toMatch(/0\.1\.0|c0ffee/);
    await stageKey(repo);
    expect(await runHook(repo)).toMatchObject({ exitCode: 1 });
    expect((await run(repo, ["hook", "status"])).status).toBe(0);

    renameSync(
      join(repo.path, dirname(dirname(home("0.1.0")))),
      join(repo.path, dirname(dirname(home("0.2.0")))),
    );
    expect(await runHook(repo)).toMatchObject({ exitCode: 1 });
    expect((await run(repo, ["hook", "install"], "0.2.0")).status).toBe(0);
    expect(hookText(repo)).toBe(before);
    expect(readFileSync(join(repo.path, ".git/keywarden/pre-commit"), "utf8")).toContain("diff-index");

    rmSync(join(repo.path, ".yarn"), { recursive: true });
    const { exitCode, stderr } = await runHook(repo);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Install the project's packages");
  });

  it("writes settings for an agent that name no version", async () => {
    using repo = await unplug("0.1.0");
    expect(await run(repo, ["guard", "install", "--agent", "claude"])).toMatchObject({ status: 0 });
    const settings = readFileSync(join(repo.path, ".claude/settings.json"), "utf8");
    expect(settings).toContain(".yarn/unplugged/keywarden-*/node_modules/keywarden/dist/hook.sh guard check");
    expect(settings).not.toMatch(/0\.1\.0|c0ffee/);
  });
});

describe("keywarden hook install as the project's prepare script", () => {
  const asPrepare = { npm_lifecycle_event: "prepare" };

  it("does not fail an installation outside of a repository, and says so", async () => {
    using repo = await makeRepository();
    const place = { directory: repo.outside, env: { ...repo.env, ...asPrepare } };
    expect(await keywarden(["hook", "install"], place)).toMatchObject({
      status: 0,
      stdout: "keywarden: no git repository here, so there is no hook to install.\n",
    });
    const byHand = { directory: repo.outside, env: { ...repo.env, npm_lifecycle_event: "" } };
    expect((await keywarden(["hook", "install"], byHand)).status).toBe(2);
  });

  it("works in a linked worktree and, asked to, in every submodule", async () => {
    using library = await makeRepository();
    library.write("code.txt", "code\n");
    await library.commit("library");
    using repo = await makeProject();
    const add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.path, "lib"];
    await repo.git(...add);
    await repo.commit("with a submodule");
    expect((await install(repo, ["--recurse-submodules"], asPrepare)).status).toBe(0);
    repo.write("lib/key.env", `API_KEY=${live}\n`);
    const inside = { directory: join(repo.path, "lib") };
    await repo.run(["add", "key.env"], inside);
    expect(await repo.run(["hook", "run", "pre-commit"], inside)).toMatchObject({ exitCode: 1 });

    const worktree = join(repo.outside, "worktree");
    await repo.git("worktree", "add", "--quiet", worktree);
    symlinkSync(join(repo.path, "node_modules"), join(worktree, "node_modules"));
    const { status } = await keywarden(["hook", "install"], {
      directory: worktree,
      env: { ...repo.env, ...asPrepare },
      program: join(worktree, linked, "dist/main.js"),
    });
    expect(status).toBe(0);
  });
});

const git = (repo: TestRepository, ...args: readonly string[]) =>
  repo.run(args, { env: { GIT_EDITOR: "true" } });

it.each<[what: string, commit: (repo: TestRepository) => Promise<unknown>]>([
  [
    "rebase --continue",
    async (repo) => {
      await git(repo, "checkout", "--quiet", "side");
      await git(repo, "rebase", "main");
      repo.write("c.txt", `k=${live}\n`);
      await git(repo, "add", "c.txt");
      await git(repo, "rebase", "--continue");
    },
  ],
  ["cherry-pick", (repo) => git(repo, "cherry-pick", "with-key")],
  ["revert", (repo) => git(repo, "revert", "--edit", "without-key")],
  [
    "am",
    async (repo) => {
      const patch = await repo.git("format-patch", "-1", "--stdout", "with-key");
      writeFileSync(join(repo.outside, "patch"), patch);
      await git(repo, "am", join(repo.outside, "patch"));
    },
  ],
])("stops at the push what git %s has committed without a hook", async (_, commit) => {
  using repo = await makeProject();
  const remote = join(repo.outside, "remote.git");
  await repo.git("init", "--quiet", "--bare", remote);
  await repo.git("remote", "add", "origin", remote);
  await repo.git("checkout", "--quiet", "-b", "other");
  repo.write("d.txt", `k=${live}\n`);
  await repo.commit("with key");
  await repo.git("tag", "with-key");
  repo.write("d.txt", "none\n");
  await repo.commit("without key");
  await repo.git("tag", "without-key");
  await repo.git("checkout", "--quiet", "main");
  await install(repo);
  await repo.commit("hooks");
  await repo.git("push", "--quiet", "origin", "main");
  await repo.git("checkout", "--quiet", "-b", "side");
  repo.write("c.txt", "side\n");
  await repo.commit("side");
  await repo.git("checkout", "--quiet", "main");
  repo.write("c.txt", "main\n");
  repo.write("d.txt", "none\n");
  await repo.commit("main");
  if (_ !== "revert") {
    await repo.git("rm", "--quiet", "d.txt");
    await repo.commit("none");
  }
  await commit(repo);
  expect(await repo.git("show", "HEAD")).toContain("+k=");
  const push = await repo.run(["push", "--quiet", "origin", "HEAD:refs/heads/pushed"]);
  expect(push.exitCode).not.toBe(0);
  expect(push.stderr + push.stdout.toString("utf8")).toContain("push stopped");
});

it("guards an agent through the package's script, and refuses where the package is gone", async () => {
  using repo = await makeProject();
  const guard = (action: string) =>
    keywarden(["guard", action, "--agent", "claude"], {
      directory: repo.path,
      env: repo.env,
      program: join(repo.path, linked, "dist/main.js"),
    });
  expect((await guard("install")).status).toBe(0);
  const settings = readFileSync(join(repo.path, ".claude/settings.json"), "utf8");
  expect(settings).toContain(
    `$CLAUDE_PROJECT_DIR\\"/${linked}/dist/hook.sh guard check --agent claude; s=$?; [ \\"$s\\" -eq 89 ] || {`,
  );
  rmSync(join(repo.path, linked));
  const [, command = ""] = /"command": "(.*)"/.exec(settings) ?? [];
  const { spawnSync } = await import("node:child_process");
  const env = { PATH: process.env["PATH"], CLAUDE_PROJECT_DIR: repo.path };
  const args = ["-c", JSON.parse(`"${command}"`) as string];
  const { status, stderr } = spawnSync("sh", args, { env, input: "{}", encoding: "utf8" });
  expect([status, stderr]).toEqual([2, expect.stringContaining("A person has to run: npm ci")]);
});
