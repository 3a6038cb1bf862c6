import { openRepository, readObjects, readPackedObjects, readSharedPack } from "@keywarden/git";
import type { PackedObject, Repository, SharedPack } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collect } from "./collect.ts";
import { idListOf } from "./list-ids.ts";

/** Files of versions that are made of each other. */
const histories = fc.array(fc.array(fc.nat(40), { minLength: 3, maxLength: 12 }), {
  minLength: 3,
  maxLength: 6,
});

async function commitAll(repo: TestRepository, files: readonly (readonly number[])[]): Promise<void> {
  for (let version = 0; version < 8; version += 1) {
    for (const [file, changes] of files.entries()) {
      const lines = Array.from({ length: 60 }, (_, line) => `file ${file}, line ${line}`);
      for (const at of changes.slice(0, version)) lines[at] = `changed in ${version} at ${at}`;
      repo.write(`folder/${file}.txt`, lines.join("\n"));
    }
    await repo.commit(`version ${version}`);
  }
  await repo.git("repack", "-a", "-d", "-f", "-q", "--depth=50", "--window=50");
}

const idsOf = async (repo: TestRepository): Promise<readonly string[]> =>
  (await repo.git("rev-list", "--all", "--objects", "--no-object-names")).split("\n");

interface Reading {
  /** What each reader was told of, this one first: type and content by number. */
  readonly read: readonly ReadonlyMap<number, string>[];
  readonly left: readonly number[];
}

/**
 * Reads a pack with so many readers beside the first one.
 *
 * @param tells whether what a reader has read of a number counts
 */
async function readTogether(
  repository: Repository,
  ids: readonly string[],
  count: number,
  tells: (order: number) => boolean = () => true,
): Promise<Reading> {
  const read = Array.from({ length: count + 1 }, () => new Map<number, string>());
  const visitFor =
    (reader: number) =>
    ({ order, type, bytes }: PackedObject<null>): null => {
      if (order === -1) return null;
      expect(read.some((known) => known.has(order))).toBe(false);
      if (reader === 0 || tells(order)) read[reader]?.set(order, `${type} ${bytes.toString("latin1")}`);
      return null;
    };
  const start = (pack: SharedPack) => ({
    ended: Promise.all(
      Array.from({ length: count }, (_, reader) => readSharedPack(pack, visitFor(reader + 1))),
    ).then(() => {}),
    hasRead: (order: number) => read.slice(1).some((known) => known.has(order)),
    stop: () => {},
  });
  const left = await readPackedObjects(repository, idListOf(repository, ids), visitFor(0), {
    fromBytes: 0,
    start,
  });
  return { read, left };
}

describe("a pack that several read", () => {
  it("gives each object once, whoever reads it, and its trees to the first", async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 3 }), async (files, count) => {
        using repo = await makeRepository();
        await commitAll(repo, files);
        const repository = await openRepository(repo.path, repo.env);
        const ids = await idsOf(repo);
        const { read, left } = await readTogether(repository, ids, count);
        const all = new Map(read.flatMap((known) => [...known]).map(([order, text]) => [ids[order], text]));
        const given = await collect(readObjects(repository, ids));
        expect(left).toEqual([]);
        expect(all).toEqual(
          new Map(given.map(({ id, type, bytes }) => [id, `${type} ${bytes.toString("latin1")}`])),
        );
        const others = read.slice(1).flatMap((known) => [...known.values()]);
        expect([others.length > 0, others.some((text) => text.startsWith("tree "))]).toEqual([true, false]);
      }),
      { numRuns: 2 },
    );
  });

  it("leaves what a reader has taken and not told of to git, and nothing else", async () => {
    using repo = await makeRepository();
    await commitAll(repo, [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9, 10],
    ]);
    const repository = await openRepository(repo.path, repo.env);
    const ids = await idsOf(repo);
    const { read, left } = await readTogether(repository, ids, 2, (order) => order % 3 !== 0);
    const told = read.flatMap((known) => [...known.keys()]);
    expect(left.length).toBeGreaterThan(0);
    expect(left.every((order) => order % 3 === 0)).toBe(true);
    expect([...told, ...left].sort((one, other) => one - other)).toEqual([...ids.keys()]);
  });

  it("is left to the first one by a reader that finds another pack there", async () => {
    using repo = await makeRepository();
    await commitAll(repo, [[1, 2, 3]]);
    const repository = await openRepository(repo.path, repo.env);
    const ids = await idsOf(repo);
    const read: number[] = [];
    const start = (pack: SharedPack) => ({
      ended: readSharedPack({ ...pack, packChecksum: new Uint8Array(20) }, () => {
        throw new Error("nothing was to be read");
      }),
      hasRead: () => false,
      stop: () => {},
    });
    const left = await readPackedObjects(
      repository,
      idListOf(repository, ids),
      ({ order }) => read.push(order),
      {
        fromBytes: 0,
        start,
      },
    );
    expect([left, new Set(read).size]).toEqual([[], ids.length]);
  });
});
