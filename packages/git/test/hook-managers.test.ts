import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hookStatus, installHook, openRepository, uninstallHook } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const command = 'echo ours >> "$HOOK_LOG"; exit "${CHECK_STATUS-0}"';
const husky = join(import.meta.dirname, "..", "..", "..", "node_modules", "husky", "bin.js");

async function open(repo: TestRepository, env: Readonly<Record<string, string>> = {}): Promise<Repository> {
  return openRepository(repo.path, { ...repo.env, ...env });
}

async function tryCommit(
  repo: TestRepository,
  checkStatus = 0,
): Promise<{ readonly exitCode: number; readonly ran: readonly string[] }> {
  const log = join(repo.outside, "hook-log");
  writeFileSync(log, "");
  const env = { HOOK_LOG: log, CHECK_STATUS: String(checkStatus) };
  const { exitCode } = await repo.run(["commit", "--allow-empty", "-m", "message"], { env });
  return { exitCode, ran: readFileSync(log, "utf8").split("\n").filter(Boolean) };
}

describe("under husky", () => {
  async function makeHuskyRepository(): Promise<TestRepository> {
    const repo = await makeRepository();
    execFileSync(process.execPath, [husky], { cwd: repo.path, env: repo.env });
    return repo;
  }

  it("puts the check into the file that husky starts, before what is there, and takes it out again", async () => {
    using repo = await makeHuskyRepository();
    const path = join(repo.path, ".husky", "pre-commit");
    const theirs = 'echo theirs >> "$HOOK_LOG"';
    writeFileSync(path, theirs, { mode: 0o644 });
    const repository = await open(repo);

    const firesFrom = join(repo.path, ".husky", "_", "pre-commit");
    expect(await hookStatus(repository)).toMatchObject({
      state: "foreign",
      manager: "husky",
      path,
      firesFrom,
    });
    expect(await installHook(repository, { command })).toMatchObject({ state: "installed", chained: true });
    expect(await tryCommit(repo)).toEqual({ exitCode: 0, ran: ["ours", "theirs"] });
    expect(await tryCommit(repo, 1)).toEqual({ exitCode: 1, ran: ["ours"] });

    expect(await uninstallHook(repository)).toMatchObject({ state: "foreign" });
    expect(readFileSync(path, "utf8")).toBe(theirs);
    expect(existsSync(join(repo.path, ".git", "hooks", "pre-commit"))).toBe(false);
  });

  it("makes the file when there is none", async () => {
    using repo = await makeHuskyRepository();
    const repository = await open(repo);
    expect(await installHook(repository, { command })).toMatchObject({ state: "installed", chained: false });
    expect(await tryCommit(repo, 1)).toEqual({ exitCode: 1, ran: ["ours"] });
    expect(await uninstallHook(repository)).toMatchObject({ state: "absent" });
    expect(existsSync(join(repo.path, ".husky", "pre-commit"))).toBe(false);
  });

  it("says when husky itself would not start it", async () => {
    using repo = await makeHuskyRepository();
    await installHook(await open(repo), { command });
    expect(await hookStatus(await open(repo, { HUSKY: "0" }))).toMatchObject({
      state: "outdated",
      problem: expect.stringContaining("HUSKY=0"),
    });
    rmSync(join(repo.path, ".husky", "_"), { recursive: true });
    expect(await hookStatus(await open(repo))).toMatchObject({
      state: "outdated",
      problem: expect.stringContaining("npx husky"),
    });
    expect(await tryCommit(repo)).toEqual({ exitCode: 0, ran: [] });
  });

  it("knows a husky folder of another name", async () => {
    using repo = await makeRepository();
    execFileSync(process.execPath, [husky, "tools/hooks"], { cwd: repo.path, env: repo.env });
    expect(await installHook(await open(repo), { command })).toMatchObject({
      manager: "husky",
      path: join(repo.path, "tools", "hooks", "pre-commit"),
    });
    expect(await tryCommit(repo, 1)).toEqual({ exitCode: 1, ran: ["ours"] });
  });
});

describe("under core.hooksPath", () => {
  it.each(["relative", "absolute"])("uses the %s directory that git uses", async (kind) => {
    using repo = await makeRepository();
    const directory = join(repo.path, ".githooks");
    await repo.git("config", "core.hooksPath", kind === "relative" ? ".githooks" : directory);
    const repository = await open(repo);

    expect(await installHook(repository, { command })).toMatchObject({
      state: "installed",
      manager: "hooks-path",
      path: join(directory, "pre-commit"),
    });
    expect(await tryCommit(repo, 1)).toEqual({ exitCode: 1, ran: ["ours"] });
    expect(await uninstallHook(repository)).toMatchObject({ state: "absent" });
  });

  it("does not touch a directory that serves every repository unless told to", async () => {
    using repo = await makeRepository();
    const directory = join(repo.outside, "all-hooks");
    await repo.git("config", "--global", "core.hooksPath", directory);
    const repository = await open(repo);

    await expect(installHook(repository, { command })).rejects.toMatchObject({
      code: "GIT_HOOKS_SHARED",
      message: expect.stringContaining("git config core.hooksPath .githooks"),
    });
    expect(existsSync(directory)).toBe(false);
    expect(await installHook(repository, { command, shared: true })).toMatchObject({ state: "installed" });
    expect(await tryCommit(repo, 1)).toEqual({ exitCode: 1, ran: ["ours"] });

    await repo.git("config", "core.hooksPath", ".githooks");
    expect(await hookStatus(repository)).toMatchObject({ state: "absent" });
    expect(await installHook(repository, { command })).toMatchObject({
      path: join(repo.path, ".githooks", "pre-commit"),
    });
  });

  it("says why nothing can be installed where hooks are switched off", async () => {
    using repo = await makeRepository();
    await repo.git("config", "core.hooksPath", "/dev/null");
    await expect(installHook(await open(repo), { command })).rejects.toMatchObject({
      code: "GIT_HOOKS_UNWRITABLE",
      message: expect.stringContaining("core.hooksPath"),
    });
  });

  it("reports a directory where the hook should be", async () => {
    using repo = await makeRepository();
    mkdirSync(join(repo.path, ".git", "hooks", "pre-commit"), { recursive: true });
    await expect(installHook(await open(repo), { command })).rejects.toMatchObject({
      code: "GIT_HOOKS_UNWRITABLE",
    });
  });

  it("leaves the old hook in place when the new one cannot be written", async (context) => {
    if (process.getuid?.() === 0) context.skip("root writes everywhere");
    using repo = await makeRepository();
    const directory = join(repo.path, ".git", "hooks");
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "pre-commit"), "#!/bin/sh\n", { mode: 0o755 });
    chmodSync(directory, 0o555);
    await expect(installHook(await open(repo), { command })).rejects.toMatchObject({
      code: "GIT_HOOKS_UNWRITABLE",
    });
    chmodSync(directory, 0o755);
    expect(readFileSync(join(directory, "pre-commit"), "utf8")).toBe("#!/bin/sh\n");
  });
});
