import { listStaged, mergeHeads, openRepository } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

/** Two branches that both change `both`, and `side` adds a file; main is checked out. */
async function makeForkedRepository(): Promise<TestRepository> {
  const repo = await makeRepository();
  repo.write("both", "base\n");
  await repo.commit("base");
  await repo.git("checkout", "--quiet", "-b", "side");
  repo.write("both", "side\n");
  repo.write("from-side", "brought along\n");
  await repo.commit("side");
  await repo.git("checkout", "--quiet", "main");
  repo.write("both", "main\n");
  await repo.commit("main");
  return repo;
}

describe("a merge under way", () => {
  it("has no merge heads when nothing is merged", async () => {
    using repo = await makeRepository();
    await repo.commit("first");
    expect(await mergeHeads(await openRepository(repo.path, repo.env))).toEqual([]);
  });

  it("tells what the merge brings along from what it introduces itself", async () => {
    using repo = await makeForkedRepository();
    await repo.run(["merge", "--no-commit", "side"]);
    repo.write("both", "resolved by hand\n");
    repo.write("evil", "in neither parent\n");
    await repo.git("add", "--all");
    const repository = await openRepository(repo.path, repo.env);

    expect(await mergeHeads(repository)).toEqual([await repo.git("rev-parse", "side")]);
    const entries = await listStaged(repository);
    expect(entries.map(({ path }) => path.toString())).toEqual(["both", "evil", "from-side"]);
    const [both, evil, fromSide] = entries;
    expect(both).toMatchObject({
      oldId: await repo.git("rev-parse", "main:both"),
      mergedIds: [await repo.git("rev-parse", "side:both")],
    });
    expect(evil?.mergedIds).toEqual([]);
    expect(fromSide?.mergedIds).toEqual([fromSide?.newId]);
  });

  it("knows every head of an octopus merge", async () => {
    using repo = await makeRepository();
    const base = await repo.commit("base");
    for (const branch of ["one", "two"]) {
      await repo.git("checkout", "--quiet", "-b", branch, base);
      repo.write(`from-${branch}`, branch);
      await repo.commit(branch);
    }
    await repo.git("checkout", "--quiet", "main");
    await repo.git("merge", "--quiet", "--no-commit", "--no-ff", "one", "two");
    const repository = await openRepository(repo.path, repo.env);

    expect(await mergeHeads(repository)).toHaveLength(2);
    for (const { newId, mergedIds } of await listStaged(repository)) expect(mergedIds).toEqual([newId]);
  });

  it("is seen from a linked worktree, where it is that worktree's own", async () => {
    using repo = await makeForkedRepository();
    const linked = `${repo.outside}/linked`;
    await repo.git("worktree", "add", "--quiet", "-b", "third", linked, "main~1");
    await repo.run(["merge", "--no-commit", "--no-ff", "side"], { directory: linked });

    const entries = await listStaged(await openRepository(linked, repo.env));
    expect(entries).toHaveLength(2);
    for (const { newId, mergedIds } of entries) expect(mergedIds).toEqual([newId]);
    expect(await mergeHeads(await openRepository(repo.path, repo.env))).toEqual([]);
  });
});
