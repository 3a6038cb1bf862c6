import { rmSync } from "node:fs";
import { join } from "node:path";
import { listFiles, openRepository } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

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

    const names = [".gitignore", "folder/untracked", "tracked", "tracked-but-ignored.log"];
    const expected = [...names.map((name) => Buffer.from(name)), Buffer.from([0x7a, 0xff]), Buffer.from("é")];
    expect(await listFiles(repository)).toEqual(expected);
    expect(await listFiles(repository, { includeIgnored: true })).toContainEqual(Buffer.from("ignored.log"));
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

    expect(await listFiles(await openRepository(repo.path, repo.env))).toEqual([Buffer.from("both")]);
  });

  it("lists the whole repository from a folder in it, and files that are gone from disk", async () => {
    using repo = await makeRepository();
    repo.write("folder/inner", "");
    repo.write("outer", "");
    await repo.commit("first");
    rmSync(join(repo.path, "outer"));
    expect(await listFiles(await openRepository(join(repo.path, "folder"), repo.env))).toHaveLength(2);
  });

  it("takes paths literally, not as patterns", async () => {
    using repo = await makeRepository();
    repo.write("*", "star");
    repo.write("other", "");
    repo.write("folder/inner", "");
    const repository = await openRepository(repo.path, repo.env);
    expect(await listFiles(repository, { paths: ["*"] })).toEqual([Buffer.from("*")]);
    expect(await listFiles(repository, { paths: ["folder"] })).toEqual([Buffer.from("folder/inner")]);
    expect(await listFiles(repository, { paths: [":(top)other"] })).toEqual([]);
  });

  it("says that a bare repository has no files", async () => {
    using repo = await makeRepository({ bare: true });
    await expect(listFiles(await openRepository(repo.path, repo.env))).rejects.toMatchObject({
      code: "GIT_NO_WORK_TREE",
    });
  });
});
