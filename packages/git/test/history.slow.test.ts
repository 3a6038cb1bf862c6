import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import {
  findCuts,
  findMergeBases,
  findPromisor,
  isReachable,
  listObjectIds,
  listRefs,
  narrowToSince,
  openRepository,
  readObjectBatches,
  resolveObject,
} from "@keywarden/git";
import type { ObjectRange, Repository } from "@keywarden/git";
import { makeRepository, writeHistory } from "@keywarden/testing";
import type { PlannedCommit, TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { collect } from "./collect.ts";

const everything: ObjectRange = { include: [], exclude: [], everything: true };

/** Merges, octopuses, orphans, tags, renames and deletions, with clocks that are wrong. */
const histories = fc
  .array(
    fc.record({
      parents: fc.array(fc.nat(), { maxLength: 3 }),
      files: fc.dictionary(
        fc.constantFrom("a", "b", "dir/a", "dir/b\nc", 'q"ü'),
        fc.constantFrom("1", "2", "3\n", ""),
      ),
      atSeconds: fc.integer({ min: 1, max: 2_000_000_000 }),
      isTagged: fc.boolean(),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((seeds): readonly PlannedCommit[] =>
    seeds.map(({ parents, files, atSeconds, isTagged }, index) => ({
      parents: index === 0 ? [] : [...new Set(parents.map((parent) => parent % index))],
      files: new Map(Object.entries(files)),
      message: `commit ${index}`,
      atSeconds,
      ...(isTagged ? { tag: `tag ${index}` } : {}),
    })),
  );

async function open(repo: TestRepository): Promise<Repository> {
  return openRepository(repo.path, repo.env);
}

async function readIds(repository: Repository, range: ObjectRange): Promise<readonly string[]> {
  const ids = await collect(listObjectIds(repository, range));
  const read: string[] = [];
  for await (const parts of readObjectBatches(repository, ids.flat())) {
    read.push(...parts.filter(({ offsetBytes }) => offsetBytes === 0).map(({ id }) => id));
  }
  expect(read).toEqual(ids.flat());
  return read.toSorted();
}

describe("a whole history", () => {
  it.each(["sha1", "sha256"] as const)(
    "is every object that git reaches, each once (%s)",
    async (objectFormat) => {
      await fc.assert(
        fc.asyncProperty(histories, async (plan) => {
          using repo = await makeRepository({ objectFormat, bare: true });
          await writeHistory(repo, plan);
          const reached = await repo.git("rev-list", "--objects", "--no-object-names", "--all");
          expect(await readIds(await open(repo), everything)).toEqual(reached.split("\n").toSorted());
        }),
        { numRuns: 12 },
      );
    },
  );

  it("includes a detached HEAD, other work trees and notes, each object once", async () => {
    using repo = await makeRepository();
    repo.write("a", "1");
    const first = await repo.commit("first");
    await repo.git("notes", "add", "-m", "a note", first);
    await repo.git("checkout", "-q", "--detach");
    repo.write("a", "2");
    await repo.commit("detached");
    await repo.git("worktree", "add", "-q", "--detach", `${repo.outside}/tree`);
    await repo.run(["commit", "-q", "--allow-empty", "-m", "there"], { directory: `${repo.outside}/tree` });
    const repository = await open(repo);
    const ids = await readIds(repository, everything);
    expect(new Set(ids).size).toBe(ids.length);
    const there = await repo.run(["rev-parse", "HEAD"], { directory: `${repo.outside}/tree` });
    expect(ids).toContain(there.stdout.toString().trim());
    const note = (await listRefs(repository)).find(({ name }) => name.toString() === "refs/notes/commits");
    expect(ids).toContain(note?.id);
  });

  it("is what is stored, not what replacements and grafts make of it", async () => {
    using repo = await makeRepository();
    repo.write("a", "secret");
    const first = await repo.commit("first");
    repo.write("a", "harmless");
    const second = await repo.commit("second");
    const blob = await repo.git("rev-parse", `${first}:a`);
    await repo.git("replace", "--graft", second);
    repo.write(Buffer.from(".git/info/grafts"), `${second}\n`);
    expect(await readIds(await open(repo), { include: [second], exclude: [] })).toContain(blob);
  });
});

describe("narrowToSince", () => {
  it("takes new commits and what is built on them, whatever the clocks said", async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 2_000_000_000 }), async (plan, seconds) => {
        using repo = await makeRepository({ bare: true });
        const ids = await writeHistory(repo, plan);
        const isNew: boolean[] = [];
        for (const [index, { atSeconds, parents }] of plan.entries()) {
          isNew[index] = atSeconds >= seconds || parents.some((parent) => isNew[parent]);
        }
        const repository = await open(repo);
        const range = await narrowToSince(repository, everything, seconds * 1000);
        const listed = new Set((await collect(listObjectIds(repository, range))).flat());
        expect(ids.filter((id) => listed.has(id))).toEqual(ids.filter((_, index) => isNew[index]));
      }),
      { numRuns: 15 },
    );
  });
});

describe("what a clone lacks", () => {
  it("is found where a range runs into the cut of a shallow clone, and only there", async () => {
    using repo = await makeRepository();
    for (const name of ["one", "two", "three", "four"]) {
      repo.write(name, name);
      await repo.commit(name);
    }
    const clone = `${repo.outside}/clone`;
    await repo.git("clone", "-q", "--depth=2", `file://${repo.path}`, clone);
    const shallow = await openRepository(clone, repo.env);
    const [head = "", cut = ""] = (await repo.git("rev-list", "-2", "HEAD")).split("\n");
    expect(await findCuts(shallow, { include: [head], exclude: [] })).toEqual([cut]);
    expect(await findCuts(shallow, everything)).toEqual([cut]);
    expect(await findCuts(shallow, { include: [head], exclude: [cut] })).toEqual([]);
    expect(await findCuts(await open(repo), everything)).toEqual([]);
  });

  it("does not count a first commit as cut off", async () => {
    using repo = await makeRepository();
    const first = await repo.commit("first");
    const clone = `${repo.outside}/clone`;
    await repo.git("clone", "-q", "--depth=1", `file://${repo.path}`, clone);
    const shallow = await openRepository(clone, repo.env);
    expect(await findCuts(shallow, { include: [first], exclude: [] })).toEqual([]);
  });

  it("is never fetched from the remote of a partial clone", async () => {
    using repo = await makeRepository();
    repo.write("a", "old");
    await repo.commit("first");
    repo.write("a", "new");
    await repo.commit("second");
    await repo.git("config", "uploadpack.allowFilter", "true");
    const clone = `${repo.outside}/clone`;
    await repo.git("clone", "-q", "--filter=blob:none", `file://${repo.path}`, clone);
    const partial = await openRepository(clone, repo.env);
    expect(await findPromisor(partial)).toBe("origin");
    await expect(collect(listObjectIds(partial, everything))).rejects.toMatchObject({
      code: "GIT_OBJECT_MISSING",
    });
    const old = await repo.git("rev-parse", "HEAD~1:a");
    const missing = execFileSync("git", ["rev-list", "--objects", "--all", "--missing=print"], {
      cwd: clone,
      env: repo.env,
    });
    expect(missing.toString()).toContain(`?${old}`);
    expect(await findPromisor(await open(repo))).toBeNull();
  });
});

describe("commits and each other", () => {
  it("tells what is reachable, where two lines parted, and tags from commits", async () => {
    using repo = await makeRepository();
    const base = await repo.commit("base");
    await repo.git("checkout", "-q", "-b", "side");
    const side = await repo.commit("side");
    await repo.git("checkout", "-q", "main");
    const main = await repo.commit("main");
    await repo.git("tag", "-a", "-m", "a tag", "v1", base);
    await repo.git("checkout", "-q", "--orphan", "island");
    const island = await repo.commit("island");
    const repository = await open(repo);
    expect(await isReachable(repository, base, main)).toBe(true);
    expect(await isReachable(repository, main, side)).toBe(false);
    expect(await findMergeBases(repository, main, side)).toEqual([base]);
    expect(await findMergeBases(repository, main, island)).toEqual([]);
    expect((await resolveObject(repository, "v1"))?.type).toBe("tag");
    expect(await resolveObject(repository, "v1^{commit}")).toEqual({ id: base, type: "commit" });
    for (const text of ["", "-v1", "nothing", "a b", "a\nb"])
      expect(await resolveObject(repository, text)).toBeNull();
  });
});
