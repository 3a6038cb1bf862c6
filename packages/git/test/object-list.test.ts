import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  isShallow,
  listObjectIds,
  listObjectIdsOfEach,
  makeIdList,
  openRepository,
  readHistory,
  readObjects,
  resolveCommit,
} from "@keywarden/git";
import type { ObjectRange } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { collect } from "./collect.ts";
import { listIds } from "./list-ids.ts";

async function idsIn(repo: TestRepository, range: ObjectRange): Promise<readonly string[]> {
  return listIds(await openRepository(repo.path, repo.env), range);
}

describe("listObjectIds", () => {
  it.each(["sha1", "sha256"] as const)("lists commit, trees and blobs (%s)", async (objectFormat) => {
    using repo = await makeRepository({ objectFormat });
    repo.write("folder/a file", "content");
    const commit = await repo.commit("first");
    const repository = await openRepository(repo.path, repo.env);

    expect(await listIds(repository, { include: [commit], exclude: [] })).toEqual([
      commit,
      await repo.git("rev-parse", "HEAD^{tree}"),
      await repo.git("rev-parse", "HEAD:folder"),
      await repo.git("rev-parse", "HEAD:folder/a file"),
    ]);
  });

  it("lists what an annotated tag points at, and the tag itself", async () => {
    using repo = await makeRepository();
    const commit = await repo.commit("first");
    await repo.git("tag", "-a", "-m", "message", "v1");
    const tag = await repo.git("rev-parse", "v1");

    expect(await idsIn(repo, { include: [tag], exclude: [] })).toEqual(expect.arrayContaining([tag, commit]));
  });

  it("leaves out what the excluded commits reach", async () => {
    using repo = await makeRepository();
    repo.write("old", "old");
    const first = await repo.commit("first");
    repo.write("new", "new");
    const second = await repo.commit("second");

    expect(await idsIn(repo, { include: [second], exclude: [first] })).toEqual([
      second,
      await repo.git("rev-parse", "HEAD^{tree}"),
      await repo.git("rev-parse", "HEAD:new"),
    ]);
    expect(await idsIn(repo, { include: [first], exclude: [second] })).toEqual([]);
    expect(await idsIn(repo, { include: [], exclude: [second] })).toEqual([]);
  });

  it("lists what a merge brings in and what only the merge holds, each once", async () => {
    using repo = await makeRepository();
    const base = await repo.commit("base");
    await repo.git("checkout", "--quiet", "-b", "side");
    repo.write("side", "side");
    await repo.commit("side");
    await repo.git("checkout", "--quiet", "main");
    await repo.git("merge", "--quiet", "--no-ff", "--no-commit", "side");
    repo.write("evil", "only in the merge");
    const merge = await repo.commit("merge");

    const ids = await idsIn(repo, { include: [merge, merge], exclude: [base] });
    expect(ids).toEqual(expect.arrayContaining([await repo.git("rev-parse", "HEAD:evil")]));
    expect(ids).toEqual(expect.arrayContaining([await repo.git("rev-parse", "HEAD:side")]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("lists more, not less, when an excluded commit is not here", async () => {
    using repo = await makeRepository();
    const commit = await repo.commit("first");
    expect(await idsIn(repo, { include: [commit], exclude: ["d".repeat(40)] })).toHaveLength(2);
  });

  it("fails when an included commit is not here", async () => {
    using repo = await makeRepository();
    await expect(idsIn(repo, { include: ["d".repeat(40)], exclude: [] })).rejects.toMatchObject({
      code: "GIT_OBJECT_MISSING",
    });
  });

  it("fails when something reachable is not here", async () => {
    using repo = await makeRepository();
    repo.write("lost", "lost");
    const commit = await repo.commit("first");
    const tree = await repo.git("rev-parse", "HEAD^{tree}");
    rmSync(join(repo.path, ".git", "objects", tree.slice(0, 2), tree.slice(2)));
    await expect(idsIn(repo, { include: [commit], exclude: [] })).rejects.toMatchObject({
      code: "GIT_OBJECT_MISSING",
    });
  });

  it("fails on a partial clone when the blobs are asked for", async () => {
    using repo = await makeRepository();
    repo.write("big", "left out");
    const commit = await repo.commit("first");
    await repo.git("config", "uploadpack.allowFilter", "true");
    const clone = join(repo.outside, "clone");
    await repo.git("clone", "--quiet", "--bare", "--filter=blob:none", `file://${repo.path}`, clone);
    const repository = await openRepository(clone, repo.env);

    const everything = async (): Promise<unknown> => {
      async function* ids(): AsyncGenerator<string> {
        for await (const some of listObjectIds(repository, { include: [commit], exclude: [] })) yield* some;
      }
      return collect(readObjects(repository, ids()));
    };
    await expect(everything()).rejects.toMatchObject({ code: "GIT_OBJECT_MISSING" });
  });

  it.each(["main", "--all", "^main", "abc", "0".repeat(40)])(
    "refuses %j as an end of the range",
    async (revision) => {
      using repo = await makeRepository();
      const commit = await repo.commit("first");
      await expect(idsIn(repo, { include: [revision], exclude: [] })).rejects.toMatchObject({
        code: "GIT_BAD_INPUT",
      });
      await expect(idsIn(repo, { include: [commit], exclude: [revision] })).rejects.toMatchObject({
        code: "GIT_BAD_INPUT",
      });
    },
  );

  it("walks the history as stored, without replacements", async () => {
    using repo = await makeRepository();
    repo.write("hidden", "hidden by the replacement");
    const first = await repo.commit("first");
    const hidden = await repo.git("rev-parse", "HEAD:hidden");
    const empty = await repo.git(
      "commit-tree",
      "-m",
      "empty",
      await repo.git("hash-object", "-t", "tree", "/dev/null"),
    );
    await repo.git("replace", first, empty);

    expect(await idsIn(repo, { include: [first], exclude: [] })).toContain(hidden);
  });

  it("stops git when the reader stops early", async () => {
    using repo = await makeRepository();
    const commit = await repo.commit("first");
    const repository = await openRepository(repo.path, repo.env);
    for await (const [id] of listObjectIds(repository, { include: [commit], exclude: [] })) {
      expect(id).toBe(commit);
      break;
    }
  });
});

describe("resolveCommit", () => {
  it("peels tags and branches to the commit", async () => {
    using repo = await makeRepository();
    const commit = await repo.commit("first");
    await repo.git("tag", "-a", "-m", "message", "v1");
    const repository = await openRepository(repo.path, repo.env);
    for (const revision of ["HEAD", "main", "v1", commit, commit.slice(0, 10), "refs/heads/main"]) {
      expect(await resolveCommit(repository, revision)).toBe(commit);
    }
  });

  it("gives null for what names no commit", async () => {
    using repo = await makeRepository();
    const repository = await openRepository(repo.path, repo.env);
    expect(await resolveCommit(repository, "HEAD")).toBeNull();
    repo.write("file", "");
    await repo.commit("first");
    for (const revision of ["absent", "", "--all", "a\nb", "HEAD:file", "d".repeat(40), "with space"]) {
      expect(await resolveCommit(repository, revision)).toBeNull();
    }
  });
});

describe("isShallow", () => {
  it("tells a clone whose history is cut off", async () => {
    using repo = await makeRepository();
    await repo.commit("first");
    await repo.commit("second");
    const clone = join(repo.outside, "clone");
    await repo.git("clone", "--quiet", "--depth=1", `file://${repo.path}`, clone);

    expect(await isShallow(await openRepository(clone, repo.env))).toBe(true);
    expect(await isShallow(await openRepository(repo.path, repo.env))).toBe(false);
  });
});

describe("listObjectIdsOfEach", () => {
  it.each(["sha1", "sha256"] as const)("gives what a list of each range gives (%s)", async (objectFormat) => {
    using repo = await makeRepository({ objectFormat });
    const commits: string[] = [];
    for (const text of ["one", "two", "one", "three"]) {
      repo.write("folder/file", text);
      commits.push(await repo.commit(text));
    }
    const [first = "", second = "", third = "", last = ""] = commits;
    const gone = "0".repeat(first.length - 1).concat("1");
    const ranges = [
      { include: [second], exclude: [] },
      { include: [third], exclude: [second, gone] },
      { include: [second, last], exclude: [third] },
      { include: [first], exclude: [last] },
    ];
    const repository = await openRepository(repo.path, repo.env);
    const alone: (readonly string[])[] = [];
    for (const range of ranges) alone.push(await listIds(repository, range));
    expect(await listObjectIdsOfEach(repository, ranges)).toEqual(alone);
    expect(alone[3]).toEqual([]);
    expect(await listObjectIdsOfEach(repository, [])).toEqual([]);
    // Long lists are no small ones, and nobody holds them in memory.
    const long = listObjectIdsOfEach(repository, ranges, 100);
    await expect(long).rejects.toMatchObject({ code: "GIT_BAD_OUTPUT" });
  });

  it("fails where an object of one of them is not here", async () => {
    using repo = await makeRepository();
    repo.write("file", "content");
    const commit = await repo.commit("first");
    const tree = await repo.git("rev-parse", "HEAD^{tree}");
    rmSync(join(repo.path, ".git", "objects", tree.slice(0, 2), tree.slice(2)));
    const repository = await openRepository(repo.path, repo.env);
    const ranges = [{ include: [commit], exclude: [] }];
    await expect(listObjectIdsOfEach(repository, ranges)).rejects.toMatchObject({ name: "GitError" });
  });
});

test("a history says what one commit reaches and another does not, within its range", async () => {
  using repo = await makeRepository();
  const ids: string[] = [];
  for (const message of ["root", "base", "left"]) ids.push(await repo.commit(message));
  const [root = "", base = "", left = ""] = ids;
  await repo.git("checkout", "--quiet", "-b", "side", base);
  const right = await repo.commit("right");
  await repo.git("merge", "--quiet", "-m", "merge", left);
  const merge = await repo.git("rev-parse", "HEAD");
  const repository = await openRepository(repo.path, repo.env);
  const history = await readHistory(repository, { include: [merge], exclude: [root] });
  const all = [root, base, left, right, merge];
  expect(all.filter((id) => history.has(id))).toEqual([base, left, right, merge]);
  expect([...history.reached(all, merge)]).toEqual([base, left, right, merge]);
  expect([...history.reached(all, merge, left)]).toEqual([right, merge]);
  expect([...history.reached(all, left, right)]).toEqual([left]);
  expect([...history.reached(all, left, root)]).toEqual([base, left]);
  expect([...history.reached(all, root)]).toEqual([]);
});

describe("a list of ids", () => {
  it.each([
    ["sha1", 40],
    ["sha256", 64],
  ] as const)("gives the ids that were added, and some of them in its order (%s)", (objectFormat, length) => {
    const character = fc.constantFrom(..."0123456789abcdef");
    const id = fc
      .array(character, { minLength: length, maxLength: length })
      .map((characters) => characters.join(""));
    const groups = fc.array(fc.uniqueArray(id, { maxLength: 20 }), { maxLength: 6 });
    fc.assert(
      fc.property(groups, fc.array(fc.nat(), { maxLength: 10 }), fc.array(id), (added, some, others) => {
        const list = makeIdList({ objectFormat });
        for (const group of added) list.add(group);
        const all = added.flat();
        expect(Array.from({ length: list.count }, (_, order) => list.idAt(order))).toEqual(all);
        expect(list.bytes.toString("hex")).toBe(all.join(""));
        const among = new Set([...some.flatMap((at) => all[at % all.length] ?? []), ...others]);
        expect(list.inOrder(among)).toEqual(all.filter((one) => among.has(one)));
      }),
    );
  });

  it("refuses what is not an id", () => {
    const list = makeIdList({ objectFormat: "sha1" });
    expect(() => list.add(["not an id in hexadecimal letters, but long"])).toThrow("without a full id");
    expect(list.count).toBe(0);
  });
});
