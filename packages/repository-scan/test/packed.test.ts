import { openRepository } from "@keywarden/git";
import { aforo, providersOf } from "@keywarden/key-format";
import { scannerFor, scanRange } from "@keywarden/repository-scan";
import type { RangeMatches, ReadLimits } from "@keywarden/repository-scan";
import { makeKey, makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const keyOf = (seed: number): string =>
  makeKey(aforo, { kind: "secret", environment: "production" }, seed).reveal();

const { providers } = providersOf([]);

async function scanAll(repo: TestRepository, limits?: ReadLimits): Promise<RangeMatches> {
  const repository = await openRepository(repo.path, repo.env);
  const range = { include: [], exclude: [], everything: true };
  return scanRange(repository, range, {
    scanner: scannerFor(providers),
    triage: (matches) => matches,
    limits,
  });
}

const show = ({ blobs, names, texts, unopened, counts, unread }: RangeMatches) => ({
  blobs: [...blobs].map(([id, matches]) => [id, matches.map((match) => ({ ...match, secret: null }))]),
  names: [...names.keys()].sort(),
  texts: [...texts].map(([id, { type, matches }]) => [
    id,
    type,
    matches.map(({ line, column }) => [line, column]),
  ]),
  unopened: [...unopened],
  counts: { ...counts.counts, bytes: counts.bytes },
  unread,
});

describe("a history in packs", () => {
  it("is read for as long as it may take: the rest is named, and what was read of a file counts", async () => {
    using repo = await makeRepository();
    repo.write("long.txt", `${keyOf(1)}\n${"x\n".repeat(800_000)}${keyOf(2)}\n`);
    repo.write(`${keyOf(3)}.txt`, "small\n");
    await repo.commit(keyOf(4));
    const boundless = { fileBytes: Infinity, totalBytes: Infinity, totalFiles: Infinity };
    const late = await scanAll(repo, { ...boundless, fileMs: 0 });
    expect(late.tooLarge.map(({ limit }) => limit)).toEqual(["fileMs"]);
    expect([...late.blobs.values()].map((matches) => matches.map(({ line }) => line))).toEqual([[1]]);
    for (const _ of [1, 2]) {
      const over = await scanAll(repo, { ...boundless, totalMs: 0 });
      expect(over.tooLarge.map(({ limit }) => limit)).toEqual(["totalMs", "totalMs"]);
      expect([over.blobs.size, over.names.size, over.texts.size]).toEqual([0, 1, 1]);
      await repo.git("repack", "--quiet", "-a", "-d");
    }
  });

  it("is read within its limits, as one of loose objects is: names and messages always", async () => {
    using repo = await makeRepository();
    repo.write("large.txt", `${"x\n".repeat(3_000)}${keyOf(1)}\n`);
    repo.write("small.txt", `${keyOf(2)}\n`);
    await repo.commit(`with ${keyOf(3)}`);
    const large = await repo.git("rev-parse", "HEAD:large.txt");
    const limits = { fileBytes: 5_000, totalBytes: 10_000, totalFiles: 10 };
    const loose = await scanAll(repo, limits);
    await repo.git("repack", "-a", "-d", "-f", "-q");
    const packed = await scanAll(repo, limits);
    for (const { tooLarge, blobs, texts } of [loose, packed]) {
      expect(tooLarge).toEqual([{ id: large, sizeBytes: expect.any(Number), limit: "fileBytes" }]);
      expect([blobs.size, texts.size]).toEqual([1, 1]);
    }
    const { tooLarge, blobs } = await scanAll(repo, { ...limits, totalFiles: 0 });
    expect([tooLarge.length, blobs.size]).toEqual([2, 0]);
    expect((await scanAll(repo, { ...limits, totalBytes: 1 })).tooLarge).toHaveLength(2);
  });

  it("is scanned like one of loose objects: the same matches, gaps and counts in the same order", async () => {
    using repo = await makeRepository();
    const lines = Array.from({ length: 80 }, (_, number) => `line ${number} of the text = ${number * 7919}`);
    for (let version = 0; version < 24; version += 1) {
      // Keys come, move, change in the middle and go; words that begin keys stay.
      lines.splice((version * 13) % lines.length, 1, `client_secret pat eyJ ${version}`);
      if (version % 3 === 0) lines.splice((version * 31) % lines.length, 0, `KEY = "${keyOf(version)}"`);
      if (version % 5 === 4) {
        const at = lines.findIndex((line) => line.startsWith("KEY"));
        lines[at] = lines[at]?.replace(/.{3}"$/u, 'abc"') ?? "";
      }
      if (version % 7 === 6)
        lines.splice(
          lines.findIndex((line) => line.startsWith("KEY")),
          1,
        );
      repo.write("a.txt", lines.join("\n"));
      repo.write(`b/${version === 9 ? keyOf(90) : String(version)}.txt`, lines.slice(version).join("\n"));
      if (version === 5) repo.write("c.pdf", "%PDF-1.7\n");
      await repo.commit(version === 11 ? `with ${keyOf(91)}` : `version ${version}`);
    }
    await repo.git("tag", "-a", "-m", `a tag with ${keyOf(92)}`, "v1");
    const loose = show(await scanAll(repo));
    await repo.git("repack", "-a", "-d", "-f", "-q", "--depth=50", "--window=50");
    const packed = show(await scanAll(repo));
    expect(packed).toEqual(loose);
    expect([packed.blobs.length > 20, packed.names.length, packed.texts.length]).toEqual([true, 1, 2]);
    expect(packed.unopened.length).toBe(1);
    // Some in a pack, some not.
    repo.write("d.txt", `${lines.join("\n")}\nKEY = ${keyOf(93)}\n`);
    await repo.commit("later");
    const mixed = show(await scanAll(repo));
    await repo.git("repack", "-a", "-d", "-f", "-q");
    expect(show(await scanAll(repo))).toEqual(mixed);
  });
});
