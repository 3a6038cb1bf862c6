import { createHash } from "node:crypto";
import { listIntroductions, listObjectIds, listWithin, openRepository } from "@keywarden/git";
import type { Holders, ObjectRange, Repository } from "@keywarden/git";
import { makeRepository, writeHistory } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collect } from "./collect.ts";
import { planCommits } from "./plan-commits.ts";

async function introductions(
  repo: TestRepository,
  holders: Holders,
  range: ObjectRange,
): Promise<readonly string[]> {
  const opened = await openRepository(repo.path, repo.env);
  const say = async (repository: Repository): Promise<readonly string[]> => {
    const found = await collect(listIntroductions(repository, holders, range));
    return found.map(({ label, commit, path }) => `${label} ${commit} ${path.toString()}`);
  };
  const said = await say(opened);
  // In a mirror whose range was just listed no git is started any more: none would be found.
  const env: Record<string, string | undefined> = { ...opened.env };
  const mirror = { ...opened, env, keepsReader: true };
  await collect(listObjectIds(mirror, range));
  env["PATH"] = "/nowhere";
  expect((await say(mirror)).toSorted()).toEqual(said.toSorted());
  return said;
}

const blobs = (labels: readonly (readonly [string, readonly string[]])[]): Holders => ({
  blobs: new Map(labels),
});

describe("listIntroductions", () => {
  it("names the commit that adds what is sought, and none that edits, moves, copies or leaves it", async () => {
    using repo = await makeRepository();
    repo.write("a.env", "K\n");
    const first = await repo.commit("adds it");
    repo.write("a.env", "K\nedited\n");
    await repo.commit("edits it");
    await repo.git("mv", "a.env", "b.env");
    await repo.commit("moves it");
    repo.write("copy.env", "K\nedited\n");
    await repo.commit("copies it");
    repo.write("else", "nothing");
    const tip = await repo.commit("leaves it");
    const holders = blobs([
      [await repo.git("rev-parse", `${first}:a.env`), ["k"]],
      [await repo.git("rev-parse", "HEAD:b.env"), ["k"]],
    ]);

    const range = { include: [tip], exclude: [] };
    expect(await introductions(repo, holders, range)).toEqual([`k ${first} a.env`]);
    expect(await introductions(repo, holders, { include: [tip], exclude: [first] })).toEqual([]);
  });

  it("is not sure of a commit whose parent has a file that nobody has read", async () => {
    using repo = await makeRepository();
    repo.write("README.md", "a shop\n");
    const root = await repo.commit("begins");
    repo.write("large.bin", "nobody knows\n");
    const unread = new Set([await repo.git("hash-object", "large.bin")]);
    repo.write("a.env", "K\n");
    const beside = await repo.commit("adds both");
    repo.write("b.env", "L\n");
    const tip = await repo.commit("adds another");
    const of = async (label: string): Promise<readonly [string, readonly string[]]> => [
      await repo.git("rev-parse", `${tip}:${label}.env`),
      [label],
    ];
    const holders = { ...blobs([await of("a"), await of("b")]), unread };
    const range = { include: [tip], exclude: [root] };
    const found = await collect(listIntroductions(await openRepository(repo.path, repo.env), holders, range));
    expect(found.map(({ label, commit, isSure }) => [label, commit, isSure])).toEqual([
      ["a", beside, true],
      ["b", tip, false],
    ]);
  });

  it("names every path under which a commit adds it", async () => {
    using repo = await makeRepository();
    repo.write("a.env", "K\n");
    repo.write("b/a.env", "K\n");
    const tip = await repo.commit("adds it twice");
    const holders = blobs([[await repo.git("rev-parse", `${tip}:a.env`), ["k"]]]);
    expect(await introductions(repo, holders, { include: [tip], exclude: [] })).toEqual([
      `k ${tip} a.env`,
      `k ${tip} b/a.env`,
    ]);
  });

  it("names a commit that brings back what had been removed", async () => {
    using repo = await makeRepository();
    repo.write("a.env", "K\n");
    const first = await repo.commit("adds it");
    await repo.git("rm", "--quiet", "a.env");
    const removed = await repo.commit("removes it");
    repo.write("a.env", "K\n");
    const back = await repo.commit("brings it back");
    const holders = blobs([[await repo.git("rev-parse", `${first}:a.env`), ["k"]]]);

    expect(await introductions(repo, holders, { include: [back], exclude: [removed] })).toEqual([
      `k ${back} a.env`,
    ]);
  });

  it("names no merge of a branch that holds it, but one that holds what no parent does", async () => {
    using repo = await makeRepository();
    repo.write("base", "base");
    const base = await repo.commit("base");
    await repo.git("checkout", "--quiet", "-b", "side");
    repo.write("a.env", "K\n");
    const side = await repo.commit("adds it on the side");
    await repo.git("checkout", "--quiet", "main");
    repo.write("main", "main");
    const main = await repo.commit("main");
    await repo.git("merge", "--quiet", "--no-ff", "--no-commit", "side");
    repo.write("evil.env", "E\n");
    const merge = await repo.commit("merge");
    const holders = blobs([
      [await repo.git("rev-parse", `${side}:a.env`), ["k"]],
      [await repo.git("rev-parse", `${merge}:evil.env`), ["evil"]],
    ]);

    const found = await introductions(repo, holders, { include: [merge], exclude: [base] });
    expect(found.toSorted()).toEqual([`evil ${merge} evil.env`, `k ${side} a.env`]);
    expect(await introductions(repo, holders, { include: [merge], exclude: [side, main] })).toEqual([
      `evil ${merge} evil.env`,
    ]);
  });

  it("looks for names by their digest, in any folder, and edits beside them introduce nothing", async () => {
    using repo = await makeRepository();
    repo.write("names/odd/file", "1");
    const first = await repo.commit("adds the name");
    repo.write("names/odd/file", "2");
    repo.write("names/odd/other", "2");
    await repo.commit("edits below it");
    await repo.git("mv", "names/odd", "odd");
    const moved = await repo.commit("moves it");
    const names = new Map([[createHash("sha256").update("odd").digest("hex"), ["odd"]]]);

    expect(await introductions(repo, { blobs: new Map(), names }, { include: [moved], exclude: [] })).toEqual(
      [`odd ${first} names/odd/file`],
    );
  });

  it("agrees with a reading of every commit's files beside those of its parents, for any history", async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        using repo = await makeRepository();
        const ids = await writeHistory(repo, plan);
        const holders = new Map<string, string[]>();
        for (const [index, id] of ids.entries())
          for (const [path, text] of plan[index]?.files ?? [])
            holders.set(await repo.git("rev-parse", `${id}:${path}`), labelsOf(text));

        const expected = plan.flatMap(({ files, parents }, index) => {
          const inherited = new Set(parents.flatMap((parent) => labelsIn(plan[parent]?.files)));
          return [...new Set(labelsIn(files))]
            .filter((label) => !inherited.has(label))
            .map((label) => `${label} ${ids[index]}`);
        });
        const repository = await openRepository(repo.path, repo.env);
        const found = await collect(
          listIntroductions(repository, { blobs: holders }, { include: ids, exclude: [] }),
        );
        const named = new Set(found.map(({ label, commit }) => `${label} ${commit}`));
        expect([...named].toSorted()).toEqual(expected.toSorted());
      }),
      { numRuns: 12 },
    );
  });
});

const labelsOf = (text: string): string[] => ["x", "y"].filter((label) => text.includes(label));
const labelsIn = (files: ReadonlyMap<string, string> | undefined): readonly string[] =>
  [...(files ?? [])].flatMap(([, text]) => labelsOf(text));

const plans = fc
  .array(
    fc.record({
      files: fc.dictionary(fc.constantFrom("a", "b", "folder/c"), fc.constantFrom("x", "y", "xy", "-", "x2")),
      back: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map(planCommits);

describe("listWithin", () => {
  it("tells commits and tags that a range brings in from those that were there, nested tags too", async () => {
    using repo = await makeRepository();
    repo.write("a", "1");
    const old = await repo.commit("old");
    await repo.git("tag", "-a", "-m", "inner", "inner");
    await repo.git("tag", "-a", "-m", "outer", "outer", "inner");
    repo.write("a", "2");
    const fresh = await repo.commit("fresh");
    await repo.git("tag", "-a", "-m", "new", "new", old);
    const [inner, outer, tag] = [
      await repo.git("rev-parse", "inner"),
      await repo.git("rev-parse", "outer"),
      await repo.git("rev-parse", "new"),
    ];
    const repository = await openRepository(repo.path, repo.env);

    const asked = [old, fresh, inner, outer, tag];
    const within = await listWithin(repository, asked, { include: asked, exclude: [outer] });
    expect([...within].toSorted()).toEqual([fresh, tag].toSorted());
    // What the range does not lead to is not within it, however new it is.
    expect(await listWithin(repository, asked, { include: [old], exclude: [] })).toEqual(new Set([old]));
  });
});
