import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRepository, readObjects, readPackedObjects } from "@keywarden/git";
import type { PackedObject, Repository } from "@keywarden/git";
import { openPackFile, type PackFile } from "../src/packs/pack-file.ts";
import { unlessUnreadable } from "../src/packs/unless-unreadable.ts";
import type { DeltaEdit } from "../src/packs/unpacker.ts";
import { makeUnpackCode, unpackCodePath } from "./generated.ts";
import { makeRepository, makeTemporaryDirectory } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collect } from "./collect.ts";
import { idListOf } from "./list-ids.ts";

/** Versions of one text: lines that are moved, changed, added and left out. */
const versions = fc
  .tuple(
    fc.array(fc.string({ minLength: 20, maxLength: 90 }), { minLength: 30, maxLength: 60 }),
    fc.array(
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.string({ maxLength: 60 })), { minLength: 1, maxLength: 4 }),
      {
        minLength: 4,
        maxLength: 10,
      },
    ),
  )
  .map(([first, edits]) => {
    const all = [first];
    for (const edit of edits) {
      const lines = [...(all.at(-1) ?? [])];
      for (const [at, way, text] of edit) {
        const index = at % (lines.length + 1);
        if (way % 4 === 0) lines.splice(index, 3);
        else if (way % 4 === 1) lines.splice(index, 0, text, ...lines.slice(0, 12));
        else lines.splice(index, 1, text);
      }
      all.push(lines);
    }
    return all.map((lines) => lines.join("\n"));
  });

async function commitVersions(repo: TestRepository, texts: readonly string[]): Promise<void> {
  for (const [number, text] of texts.entries()) {
    repo.write("a.txt", text);
    repo.write(`folder/${number}.txt`, `${number}`);
    await repo.commit(`version ${number}`);
  }
}

const idsOf = async (repo: TestRepository): Promise<readonly string[]> =>
  (await repo.git("rev-list", "--all", "--objects", "--no-object-names")).split("\n");

interface Read {
  readonly id: string;
  readonly type: string;
  readonly bytes: Buffer;
}

interface PackRead {
  readonly read: readonly Read[];
  readonly left: readonly number[];
  readonly deltas: number;
}

/** Reads from packs alone, and makes sure that what an object is said to be made of is true. */
async function readAll(repository: Repository, ids: readonly string[]): Promise<PackRead> {
  const read: Read[] = [];
  let deltas = 0;
  const left = await readPackedObjects<Buffer>(repository, idListOf(repository, ids), (object) => {
    const bytes = Buffer.from(object.bytes);
    if (object.base !== undefined) {
      deltas += 1;
      checkEdit(bytes, object.base);
    }
    if (object.order !== -1) read.push({ id: ids[object.order] ?? "", type: object.type, bytes });
    return bytes;
  });
  return { read, left, deltas };
}

function checkEdit(bytes: Buffer, { known, edit }: NonNullable<PackedObject<Buffer>["base"]>): void {
  const isExplained = new Uint8Array(bytes.length);
  for (let at = 0; at < edit.copies.length; at += 3) {
    const [from = 0, size = 0, to = 0] = edit.copies.slice(at, at + 3);
    expect(bytes.subarray(to, to + size).equals(known.subarray(from, from + size))).toBe(true);
    isExplained.fill(1, to, to + size);
    // Both ends of a piece are seams.
    for (const end of [to, to + size])
      expect(
        edit.changes.some(
          (change, index) =>
            change === end || (index % 2 === 0 && change <= end && (edit.changes[index + 1] ?? 0) >= end),
        ),
      ).toBe(true);
  }
  for (let at = 0; at < edit.changes.length; at += 2)
    isExplained.fill(1, edit.changes[at], edit.changes[at + 1]);
  expect(isExplained.every((byte) => byte === 1)).toBe(true);
  checkGathered(bytes, edit, 7);
}

function checkGathered(object: Buffer, { changes, gather }: DeltaEdit, aroundBytes: number): void {
  const isNear = new Uint8Array(object.length);
  for (let at = 0; at < changes.length; at += 2)
    isNear.fill(1, Math.max(0, (changes[at] ?? 0) - aroundBytes), (changes[at + 1] ?? 0) + aroundBytes);
  const { bytes, windows } = gather(aroundBytes);
  expect(bytes.equals(object.filter((_, at) => isNear[at] === 1))).toBe(true);
  let end = 0;
  for (let at = 0; at < windows.length; at += 3) {
    const [from = 0, to = 0, joinedEnd = 0] = windows.subarray(at, at + 3);
    expect(bytes.subarray(end, joinedEnd).equals(object.subarray(from, to))).toBe(true);
    end = joinedEnd;
  }
  expect(end).toBe(bytes.length);
}

const byId = (objects: readonly Read[]): ReadonlyMap<string, string> =>
  new Map(objects.map(({ id, type, bytes }) => [id, `${type} ${bytes.toString("latin1")}`]));

const repack = (repo: TestRepository, ...settings: readonly string[]): Promise<string> =>
  repo.git(
    ...settings.flatMap((setting) => ["-c", setting]),
    "repack",
    "-a",
    "-d",
    "-f",
    "-q",
    "--depth=50",
    "--window=50",
  );

const packOf = (repo: TestRepository, end: string): string => {
  const folder = join(repo.path, ".git", "objects", "pack");
  return join(folder, readdirSync(folder).find((name) => name.endsWith(end)) ?? "");
};

describe("reading packs", () => {
  it.each([
    ["sha1", "repack.useDeltaBaseOffset=true"],
    ["sha1", "repack.useDeltaBaseOffset=false"],
    ["sha256", "repack.useDeltaBaseOffset=true"],
  ] as const)("gives what git gives for any history (%s, %s)", async (objectFormat, setting) => {
    await fc.assert(
      fc.asyncProperty(versions, async (texts) => {
        using repo = await makeRepository({ objectFormat });
        await commitVersions(repo, texts);
        await repack(repo, setting);
        const repository = await openRepository(repo.path, repo.env);
        const ids = await idsOf(repo);
        const { read, left, deltas } = await readAll(repository, ids);
        expect([left, read.length]).toEqual([[], ids.length]);
        expect(byId(read)).toEqual(byId(await collect(readObjects(repository, ids))));
        expect(deltas).toBeGreaterThan(0);
      }),
      { numRuns: 2 },
    );
  });

  it("leaves to git what is not in a pack, and what is too large, with all that is made of it", async () => {
    using repo = await makeRepository();
    const large = "one line of a large file\n".repeat(90_000);
    await commitVersions(repo, ["a", "b", `${large}1`, `${large}2`]);
    await repack(repo);
    repo.write("loose.txt", "loose");
    await repo.commit("loose");
    const ids = await idsOf(repo);
    const { read, left } = await readAll(await openRepository(repo.path, repo.env), ids);
    const expected = ["HEAD", "HEAD^{tree}", "HEAD:loose.txt", "HEAD:a.txt", "HEAD~2:a.txt"];
    const named = await Promise.all(expected.map((name) => repo.git("rev-parse", name)));
    expect(new Set(left.map((order) => ids[order]))).toEqual(new Set(named));
    expect(read.length + left.length).toBe(ids.length);
  });

  it.each<readonly [string, (repo: TestRepository) => void | Promise<unknown>]>([
    ["an index of version 1", (repo) => rewriteIndex(repo)],
    ["an index of another pack", (repo) => flip(packOf(repo, ".pack"), -3)],
    ["a pack of another version", (repo) => flip(packOf(repo, ".pack"), 7)],
    ["a cut index", (repo) => cut(packOf(repo, ".idx"), 300)],
    ["an empty pack", (repo) => cut(packOf(repo, ".pack"), 0)],
  ])("leaves all of it to git where there is %s", async (_, damage) => {
    using repo = await makeRepository();
    await commitVersions(repo, ["a\nb", "b\nc"]);
    await repack(repo);
    const ids = await idsOf(repo);
    await damage(repo);
    const { read, left } = await readAll(await openRepository(repo.path, repo.env), ids);
    expect([read, left]).toEqual([[], ids.map((_id, order) => order)]);
  });

  it("gives nothing that git would not give where the pack is damaged anywhere", async () => {
    using repo = await makeRepository();
    const [texts = []] = fc.sample(versions, { numRuns: 1, seed: 5 });
    await commitVersions(repo, texts);
    await repack(repo);
    const ids = await idsOf(repo);
    const repository = await openRepository(repo.path, repo.env);
    const whole = byId(await collect(readObjects(repository, ids)));
    const pack = packOf(repo, ".pack");
    const bytes = readFileSync(pack);
    let lost = 0;
    for (let at = 12; at < bytes.length - 20; at += Math.ceil(bytes.length / 60)) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      rewrite(pack, damaged);
      const { read, left } = await readAll(repository, ids);
      lost += left.length;
      expect(read.length + left.length).toBe(ids.length);
      // The kind of an object is in no checksum but that of the whole pack, so git believes it as well.
      for (const { id, bytes: content } of read)
        expect(whole.get(id)?.endsWith(` ${content.toString("latin1")}`)).toBe(true);
    }
    expect(lost).toBeGreaterThan(40);
  });

  it("gives every piece of a pack that is larger than the memory for it, until one is cut off", () => {
    using folder = makeTemporaryDirectory();
    const path = join(folder.path, "one.pack");
    const [windowBytes, pieceBytes] = [8 * 8192 + 100, 40_000];
    const window = { start: 50, end: 50 + windowBytes };
    const piece = { start: window.end + 10, end: window.end + 10 + pieceBytes };
    const memory = { bytes: Buffer.alloc(piece.end + 10), window, piece };
    const content = Buffer.from(Array.from({ length: 600_000 }, (_, at) => (at * 7 + (at >> 8) * 13) & 255));
    content.write("PACK\0\0\0\u0002\0\0\0\u0003", "latin1");
    const packChecksum = content.subarray(-20);
    writeFileSync(path, content);
    const sizes = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 90_000 }));
    const readFrom = (pack: PackFile, offset: number, sizeBytes: number): number =>
      unlessUnreadable(() => pack.read(offset, sizeBytes)) ?? -1;
    const step = fc.tuple(fc.oneof(fc.constant(null), fc.nat(content.length - 1)), sizes);
    const property = fc.property(fc.array(step, { minLength: 20, maxLength: 200 }), (steps) => {
      const pack = openPackFile(path, memory, { count: 3, packChecksum });
      if (pack === null) throw new Error("the pack was not opened");
      let next = 0;
      for (const [offset, sizeBytes] of steps) {
        const from = offset ?? (next < content.length ? next : 0);
        next = from + sizeBytes;
        const at = readFrom(pack, from, sizeBytes);
        const isRight =
          at === -1
            ? sizeBytes > pieceBytes || next > content.length
            : memory.bytes.subarray(at, at + sizeBytes).equals(content.subarray(from, next));
        expect(isRight).toBe(true);
      }
      pack.close();
    });
    fc.assert(property, { numRuns: 60 });

    const pack = openPackFile(path, memory, { count: 3, packChecksum });
    cut(path, 300_000);
    expect(() => pack?.read(299_990, 20)).toThrow(RangeError);
    const at = pack?.read(200_000, 1_000) ?? -1;
    expect(memory.bytes.subarray(at, at + 1_000).equals(content.subarray(200_000, 201_000))).toBe(true);
    pack?.close();
  });

  it("runs what its source in AssemblyScript makes", async () => {
    const isCurrent = readFileSync(unpackCodePath, "utf8") === (await makeUnpackCode());
    expect(isCurrent, "npm run generate -w packages/git writes it anew").toBe(true);
  });

  it("reads nothing where git looks for objects elsewhere", async () => {
    using repo = await makeRepository();
    await commitVersions(repo, ["a"]);
    await repack(repo);
    const env = { ...repo.env, GIT_ALTERNATE_OBJECT_DIRECTORIES: join(repo.outside, "objects") };
    const ids = await idsOf(repo);
    expect((await readAll(await openRepository(repo.path, env), ids)).left.length).toBe(ids.length);
  });
});

async function rewriteIndex(repo: TestRepository): Promise<void> {
  await repo.git("index-pack", "--index-version=1", packOf(repo, ".pack"));
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  rewrite(path, bytes);
}

const cut = (path: string, sizeBytes: number): void =>
  rewrite(path, readFileSync(path).subarray(0, sizeBytes));

function rewrite(path: string, bytes: Uint8Array): void {
  chmodSync(path, 0o644);
  writeFileSync(path, bytes);
}
