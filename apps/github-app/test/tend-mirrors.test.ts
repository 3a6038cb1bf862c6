import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openExposureStorage } from "@keywarden/storage";
import { makeClock, makeRepository, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { tendMirrors } from "../src/repositories/tend-mirrors.ts";

const host = "github.test";
const daysAgo = (clock: () => number, days: number): Date => new Date(clock() - days * 86_400_000);

async function setUp() {
  const temporary = makeTemporaryDirectory();
  const clock = makeClock();
  const storage = await openExposureStorage({ path: ":memory:", clock });
  const repo = await makeRepository();
  const mirrorsDirectory = join(temporary.path, "mirrors");
  mkdirSync(mirrorsDirectory);
  const options = { storage, host, mirrorsDirectory, mostBytes: null, env: repo.env, clock, log: () => {} };
  return {
    options,
    clock,
    storage,
    repo,
    async addMirror(repositoryId: number, daysOld: number, bytes = 0): Promise<string> {
      const directory = join(mirrorsDirectory, `${repositoryId}.git`);
      await repo.git("init", "--quiet", "--bare", directory);
      writeFileSync(join(directory, "objects", "noise"), Buffer.alloc(bytes));
      const news = { owner: "acme", name: "shop", installationId: 1, isPrivate: true, atMs: null };
      await storage.repositories.learn({ host, repositoryId }, news);
      const used = daysAgo(clock, daysOld);
      utimesSync(directory, used, used);
      return directory;
    },
    async [Symbol.asyncDispose]() {
      await storage.close();
      repo.remove();
      temporary.remove();
    },
  };
}

describe("tendMirrors", () => {
  test.each(["uninstalled", "unreachable"] as const)(
    "removes the mirror of a repository that is %s, and no other",
    async (state) => {
      await using world = await setUp();
      const gone = await world.addMirror(7, 0);
      const kept = [await world.addMirror(8, 0), await world.addMirror(9, 0)];
      await world.storage.repositories.setState({ host, repositoryId: 7 }, state);
      await world.storage.repositories.setState({ host, repositoryId: 9 }, "suspended");
      await tendMirrors(world.options, new Map());
      expect(existsSync(gone)).toBe(false);
      expect(kept.map((directory) => existsSync(directory))).toEqual([true, true]);
    },
  );

  test("makes room where the mirrors are too large, the least recently used first", async () => {
    await using world = await setUp();
    const old = await world.addMirror(7, 3, 3_000_000);
    const older = await world.addMirror(8, 5, 3_000_000);
    const inUse = await world.addMirror(9, 0, 9_000_000);
    await tendMirrors({ ...world.options, mostBytes: 14_000_000 }, new Map());
    expect([old, older, inUse].map((directory) => existsSync(directory))).toEqual([true, false, true]);
    await tendMirrors({ ...world.options, mostBytes: 1_000_000 }, new Map());
    // One that was used just now may be read at this moment.
    expect([old, inUse].map((directory) => existsSync(directory))).toEqual([false, true]);
  });

  test("packs refs and loose objects, keeps each of them, and does not take that for a use", async () => {
    await using world = await setUp();
    const { repo } = world;
    const directory = await world.addMirror(7, 2);
    const inMirror = (...args: readonly string[]) => repo.git("--git-dir", directory, ...args);
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      const id = await inMirror(
        "commit-tree",
        "-m",
        `commit ${index}`,
        "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
      ).catch(async () => {
        await inMirror("hash-object", "-w", "-t", "tree", "/dev/null");
        return inMirror("commit-tree", "-m", `commit ${index}`, "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
      });
      await inMirror("update-ref", `refs/keywarden/${id}`, id);
      ids.push(id);
    }
    const used = daysAgo(world.clock, 2);
    utimesSync(directory, used, used);
    const packed = new Map<number, number>();
    await tendMirrors(world.options, packed);
    expect(existsSync(join(directory, "packed-refs"))).toBe(true);
    expect(await inMirror("count-objects")).toMatch(/^0 objects/u);
    for (const id of ids) expect(await inMirror("cat-file", "-t", id)).toBe("commit");
    expect(packed.get(7)).toBe(used.getTime());
    await tendMirrors({ ...world.options, mostBytes: 1 }, packed);
    expect(existsSync(directory)).toBe(false);
  });
});
