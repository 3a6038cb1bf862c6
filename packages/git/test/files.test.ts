import { rmSync } from "node:fs";
import { join } from "node:path";
import { listFiles, openRepository } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const file = (path: string | Buffer) => ({
  path: Buffer.from(path),
  isRepository: false,
  isWatched: true,
});
const untracked = (path: string | Buffer) => ({ ...file(path), isWatched: false });
const nested = (path: string, isWatched: boolean) => ({
  path: Buffer.from(path),
  isRepository: true,
  isWatched,
});

describe("listFiles", () => {
  it("lists tracked and untracked files once each in byte order, but not ignored ones", async () => {
    using repo = await makeRepository();
    repo.write(".gitignore", "*.log\n");
    repo.write("tracked", "");
    repo.write("tracked-but-ignored.log", "");
    await repo.git("add", "--force", "--all");
    repo.write("folder/untracked", "");
    repo.write("ignored.log", "");
    repo.write("é", "");
    repo.write(Buffer.from([0x7a, 0xff]), "");
    const repository = await openRepository(repo.path, repo.env);

    expect([...(await listFiles(repository))]).toEqual([
      file(".gitignore"),
      untracked("folder/untracked"),
      file("tracked"),
      file("tracked-but-ignored.log"),
      untracked(Buffer.from([0x7a, 0xff])),
      untracked("é"),
    ]);
    expect([...(await listFiles(repository, { includeIgnored: true }))]).toContainEqual(
      untracked("ignored.log"),
    );
  });

  it("lists an unmerged path once", async () => {
    using repo = await makeRepository();
    repo.write("both", "base\n");
    await repo.commit("base");
    await repo.git("checkout", "--quiet", "-b", "side");
    repo.write("both", "side\n");
    await repo.commit("side");
    await repo.git("checkout", "--quiet", "main");
    repo.write("both", "main\n");
    await repo.commit("main");
    await repo.run(["merge", "side"]);

    expect([...(await listFiles(await openRepository(repo.path, repo.env)))]).toEqual([untracked("both")]);
  });

  it("lists the whole repository from a folder in it, and files that are gone from disk", async () => {
    using repo = await makeRepository();
    repo.write("folder/inner", "");
    repo.write("outer", "");
    await repo.commit("first");
    rmSync(join(repo.path, "outer"));
    expect([...(await listFiles(await openRepository(join(repo.path, "folder"), repo.env)))]).toHaveLength(2);
  });

  it("tells which files git does not look at when it is asked what has changed", async () => {
    using repo = await makeRepository();
    repo.write("away", "");
    repo.write("same", "");
    repo.write("seen", "");
    await repo.commit("first");
    await repo.git("update-index", "--assume-unchanged", "same");
    await repo.git("update-index", "--skip-worktree", "away");
    const repository = await openRepository(repo.path, repo.env);
    expect([...(await listFiles(repository))]).toEqual([untracked("away"), untracked("same"), file("seen")]);
  });

  it("tells submodules and nested repositories from files, whatever these are called", async () => {
    using inner = await makeRepository();
    inner.write("inside", "");
    await inner.commit("inner");
    using repo = await makeRepository();
    repo.write("? H 160000", "");
    repo.write("tab\tinside", "");
    await repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.path, "module");
    await repo.git("add", "--all");
    await repo.git("clone", "--quiet", inner.path, "nested");
    expect([...(await listFiles(await openRepository(repo.path, repo.env)))]).toEqual([
      file(".gitmodules"),
      file("? H 160000"),
      nested("module", true),
      nested("nested", false),
      file("tab\tinside"),
    ]);
  });

  it("takes paths literally, not as patterns", async () => {
    using repo = await makeRepository();
    repo.write("*", "star");
    repo.write("other", "");
    repo.write("folder/inner", "");
    const repository = await openRepository(repo.path, repo.env);
    expect([...(await listFiles(repository, { paths: ["*"] }))]).toEqual([untracked("*")]);
    expect([...(await listFiles(repository, { paths: ["folder"] }))]).toEqual([untracked("folder/inner")]);
    expect([...(await listFiles(repository, { paths: [":(top)other"] }))]).toEqual([]);
  });

  it("says that a bare repository has no files", async () => {
    using repo = await makeRepository({ bare: true });
    await expect(listFiles(await openRepository(repo.path, repo.env))).rejects.toMatchObject({
      code: "GIT_NO_WORK_TREE",
    });
  });
});
