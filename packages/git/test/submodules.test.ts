import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { listRangeSubmodules, openRepository } from "@keywarden/git";
import { makeRepository, type TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const commitOf = (digit: string): string => digit.repeat(40);

/** Commits these submodules, each at a commit that is nowhere: no other is left. */
async function commitLinks(
  repo: TestRepository,
  links: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>> = {},
): Promise<string> {
  const sections = Object.keys(links).map(
    (path, index) => `[submodule "s${index}"]\n\tpath = ${path}\n\turl = ../x\n`,
  );
  repo.write(".gitmodules", sections.join(""));
  for (const [path, text] of Object.entries(others)) repo.write(path, text);
  for (const [path, id] of Object.entries(links)) {
    mkdirSync(join(repo.path, path), { recursive: true });
    await repo.git("update-index", "--add", "--cacheinfo", `160000,${id},${path}`);
  }
  return repo.commit("links");
}

async function pathsOf(
  repo: TestRepository,
  range: Parameters<typeof listRangeSubmodules>[1],
): Promise<readonly string[]> {
  const repository = await openRepository(repo.path, repo.env);
  const kept = { ...repository, keepsReader: true };
  const paths = await listRangeSubmodules(repository, range);
  expect(await listRangeSubmodules(kept, range)).toEqual(paths);
  return paths.map((path) => path.toString("utf8"));
}

describe("the submodules of a range", () => {
  it("are those that come in or move, and none that stays where it is", async () => {
    using repo = await makeRepository();
    repo.write("a", "x");
    const first = await repo.commit("a");
    const links = { lib: commitOf("1"), "we ird/ünï": commitOf("2") };
    const added = await commitLinks(repo, links);
    const other = await commitLinks(repo, links, { a: "y" });
    const moved = await commitLinks(repo, { ...links, lib: commitOf("3") });
    await repo.git("tag", "-a", "-m", "t", "t");
    const tag = await repo.git("rev-parse", "t");
    expect(await pathsOf(repo, { include: [first], exclude: [] })).toEqual([]);
    expect(await pathsOf(repo, { include: [added], exclude: [first] })).toEqual(["lib", "we ird/ünï"]);
    expect(await pathsOf(repo, { include: [other], exclude: [added] })).toEqual([]);
    expect(await pathsOf(repo, { include: [moved], exclude: [other] })).toEqual(["lib"]);
    expect(await pathsOf(repo, { include: [tag], exclude: [other] })).toEqual(["lib"]);
    expect(await pathsOf(repo, { include: [tag], exclude: [commitOf("9")] })).toEqual(["lib", "we ird/ünï"]);
  });

  it("are all that any ref names where the whole history is asked for", async () => {
    using repo = await makeRepository();
    await commitLinks(repo, { lib: commitOf("1") });
    await repo.git("tag", "before");
    await repo.git("rm", "--quiet", "--cached", "lib");
    repo.write(".gitmodules", "");
    await repo.commit("none");
    expect(await pathsOf(repo, { include: [], exclude: [], everything: true })).toEqual(["lib"]);
  });

  it("are none in what is no commit, and in a history without any", async () => {
    using repo = await makeRepository();
    repo.write("a", "x");
    await repo.commit("a");
    const blob = await repo.git("rev-parse", "HEAD:a");
    expect(await pathsOf(repo, { include: [blob], exclude: [] })).toEqual([]);
    expect(await pathsOf(repo, { include: [], exclude: [], everything: true })).toEqual([]);
  });
});
