import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GitError, openRepository } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

describe("openRepository", () => {
  it("finds the top level from a folder below it", async () => {
    using repo = await makeRepository();
    mkdirSync(join(repo.path, "deep", "down"), { recursive: true });

    expect(await openRepository(join(repo.path, "deep", "down"), repo.env)).toMatchObject({
      directory: repo.path,
      gitDirectory: join(repo.path, ".git"),
      commonDirectory: join(repo.path, ".git"),
      isBare: false,
      objectFormat: "sha1",
    });
  });

  it("runs in the git directory of a bare repository", async () => {
    using repo = await makeRepository({ bare: true });
    expect(await openRepository(repo.path, repo.env)).toMatchObject({ directory: repo.path, isBare: true });
  });

  it("knows a SHA-256 repository", async () => {
    using repo = await makeRepository({ objectFormat: "sha256" });
    expect(await openRepository(repo.path, repo.env)).toMatchObject({ objectFormat: "sha256" });
  });

  it("tells a linked worktree's own directory from the common one", async () => {
    using repo = await makeRepository();
    await repo.commit("first");
    const linked = join(repo.outside, "linked");
    await repo.git("worktree", "add", "--quiet", linked);

    expect(await openRepository(linked, repo.env)).toMatchObject({
      directory: linked,
      gitDirectory: join(repo.path, ".git", "worktrees", "linked"),
      commonDirectory: join(repo.path, ".git"),
    });
  });

  it("works from inside the git directory, as some hooks do", async () => {
    using repo = await makeRepository();
    const inside = join(repo.path, ".git");
    expect(await openRepository(inside, repo.env)).toMatchObject({ directory: inside, isBare: false });
  });

  it("follows GIT_DIR, and keeps relative paths in the environment true from the top level", async () => {
    using repo = await makeRepository();
    mkdirSync(join(repo.path, "below"));
    const env = { ...repo.env, GIT_DIR: "../.git", GIT_WORK_TREE: "..", GIT_INDEX_FILE: ".git/other-index" };

    const repository = await openRepository(join(repo.path, "below"), env);

    expect(repository.directory).toBe(repo.path);
    expect(repository.env).toMatchObject({
      GIT_DIR: join(repo.path, ".git"),
      GIT_WORK_TREE: repo.path,
      GIT_INDEX_FILE: join(repo.path, ".git", "other-index"),
    });
  });

  it.each([
    ["a directory outside any repository", "", "GIT_NOT_A_REPOSITORY", /git init/u],
    ["a directory that does not exist", "absent", "GIT_NOT_A_REPOSITORY", /does not exist/u],
    ["a file", "file", "GIT_NOT_A_REPOSITORY", /is not a directory/u],
  ])("refuses %s", async (_what, name, code, message) => {
    using repo = await makeRepository();
    writeFileSync(join(repo.outside, "file"), "");
    const failure = openRepository(join(repo.outside, name), repo.env);
    await expect(failure).rejects.toThrow(GitError);
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("says how to get git when there is none", async () => {
    using repo = await makeRepository();
    await expect(openRepository(repo.path, { ...repo.env, PATH: repo.outside })).rejects.toMatchObject({
      code: "GIT_MISSING",
      message: expect.stringContaining("install git"),
    });
  });

  it("says how to trust a repository that another user owns", async () => {
    using repo = await makeRepository();
    const env = { ...repo.env, GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };
    await expect(openRepository(repo.path, env)).rejects.toMatchObject({
      code: "GIT_DUBIOUS_OWNERSHIP",
      message: expect.stringContaining(`git config --global --add safe.directory '${repo.path}'`),
    });
  });

  it("passes on git's own words for anything else", async () => {
    using repo = await makeRepository();
    writeFileSync(join(repo.path, ".git", "config"), "[core\n");
    await expect(openRepository(repo.path, repo.env)).rejects.toMatchObject({
      code: "GIT_FAILED",
      message: expect.stringMatching(/bad config line 1/u),
    });
  });
});
