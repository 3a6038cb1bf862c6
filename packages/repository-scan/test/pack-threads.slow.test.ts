import { makeIdList, openRepository, readPackedObjects } from "@keywarden/git";
import type { PackSharing, SharedPack } from "@keywarden/git";
import { aforo, providersOf } from "@keywarden/key-format";
import { scannerFor, scanRange } from "@keywarden/repository-scan";
import type { RangeMatches } from "@keywarden/repository-scan";
import type { Match, ScannedVersion, Scanner, SkippedMember } from "@keywarden/scan";
import { makeKey, makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scanPacksWith } from "../src/objects/pack-threads.ts";

const keyOf = (seed: number): string =>
  makeKey(aforo, { kind: "secret", environment: "production" }, seed).reveal();

const scanner = scannerFor(providersOf([]).providers, true);

async function scanWith(repo: TestRepository, count: number, own: Scanner = scanner): Promise<RangeMatches> {
  const repository = await openRepository(repo.path, repo.env);
  const range = { include: [], exclude: [], everything: true };
  return scanRange(repository, range, {
    scanner: own,
    triage: (matches) => matches.filter(({ verdict }) => verdict === "key"),
    threads: { count, fromBytes: 0 },
  });
}

const show = ({ blobs, names, texts, unopened, counts, unread, telling }: RangeMatches) => ({
  blobs: [...blobs].map(([id, matches]) => [id, matches.map(showMatch)]),
  names: [...names.keys()],
  texts: [...texts].map(([id, { type, matches }]) => [id, type, matches.map(showMatch)]),
  unopened: [...unopened],
  counts: { ...counts.counts, bytes: counts.bytes },
  unread,
  telling,
});
const showMatch = ({ secret, ...match }: Match) => ({
  ...match,
  text: secret.reveal(),
  shown: secret.redacted,
});

type Told = ReadonlyMap<string, unknown>;

/** Gives what is told of all that is packed but for the trees, by this thread or by so many others alone. */
async function tell(repo: TestRepository, others: number): Promise<Told> {
  const repository = await openRepository(repo.path, repo.env);
  const ids = (await repo.git("rev-list", "--all", "--objects", "--no-object-names")).split("\n");
  const asked = makeIdList(repository);
  asked.add(ids);
  const told = new Map<string, unknown>();
  const note = (
    { order, ...object }: { readonly order: number; readonly type: string; readonly sizeBytes: number },
    matches: readonly Match[],
    skipped: readonly SkippedMember[],
  ): void => {
    if (object.type !== "tree") told.set(ids[order] ?? "", [object, matches.map(showMatch), skipped]);
  };
  const { fromBytes, start } = scanPacksWith({ count: others + 1, fromBytes: 0 }, scanner, ids.length, note);
  // They take from a number of their own, and this thread finds nothing left.
  const startAlone = (pack: SharedPack): ReturnType<PackSharing["start"]> => {
    const readers = start({ ...pack, next: new Int32Array(new SharedArrayBuffer(4)) });
    Atomics.store(pack.next, 0, pack.needed.length);
    return readers;
  };
  const left = await readPackedObjects<ScannedVersion>(
    repository,
    asked,
    ({ order, type, bytes, base }) => {
      const skipped: SkippedMember[] = [];
      const known = base === undefined ? null : { version: base.known, edit: base.edit };
      const version = scanner.scanVersion(bytes, known, (part) => skipped.push(part));
      if (order !== -1) note({ order, type, sizeBytes: bytes.length }, version.matches, skipped);
      return version;
    },
    others === 0 ? undefined : { fromBytes, start: startAlone },
  );
  expect(left).toEqual([]);
  return told;
}

/** Of each file the versions that bring a key, and of what sort. */
const histories = fc.array(fc.array(fc.tuple(fc.nat(11), fc.nat(3)), { minLength: 1, maxLength: 5 }), {
  minLength: 4,
  maxLength: 10,
});

async function commitAll(
  repo: TestRepository,
  files: readonly (readonly (readonly [number, number])[])[],
): Promise<void> {
  for (let version = 0; version < 12; version += 1) {
    for (const [file, keys] of files.entries()) {
      const lines = Array.from({ length: 90 }, (_, line) => `file ${file}, line ${line}: ${line * 7919}`);
      for (const [at, sort] of keys) {
        if (at > version) continue;
        const key = keyOf(file * 20 + at);
        const text = [
          `KEY = "${key}"`,
          `KEY = "${key.slice(0, -3)}"`,
          `KEY = "${key.slice(0, 8)}YOUR_KEY_HERE"`,
        ];
        lines.splice(at * 5, 0, text[sort] ?? ["-----BEGIN RSA PRIVATE", "KEY-----"].join(" "));
      }
      repo.write(`folder/${file}.txt`, lines.join("\n"));
    }
    if (version === 3) repo.write("one.pdf", "%PDF-1.7\n");
    if (version === 4) repo.write(`${keyOf(900)}.txt`, "small");
    await repo.commit(version === 5 ? `with ${keyOf(901)}` : `version ${version}`);
  }
  await repo.git("tag", "-a", "-m", `a tag with ${keyOf(902)}`, "v1");
  await repo.git("repack", "-a", "-d", "-f", "-q", "--depth=50", "--window=50");
}

describe("threads that scan a pack together", () => {
  it("find what one thread finds, in the same order and with the same account", async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (files) => {
        using repo = await makeRepository();
        await commitAll(repo, files);
        const alone = show(await scanWith(repo, 1));
        expect([alone.blobs.length > 0, alone.texts.length, alone.names.length]).toEqual([true, 2, 1]);
        for (const count of [2, 3]) expect(show(await scanWith(repo, count))).toEqual(alone);
        const own = await tell(repo, 0);
        for (const others of [1, 2, 3]) expect(await tell(repo, others)).toEqual(own);
      }),
      { numRuns: 4 },
    );
  });

  it("leave no object out where one of them dies", async () => {
    using repo = await makeRepository();
    await commitAll(repo, [
      [
        [1, 0],
        [3, 1],
      ],
      [[2, 0]],
    ]);
    const alone = show(await scanWith(repo, 1));
    // Of these no scanner can be made.
    const broken: Scanner = { ...scanner, providers: [JSON.parse("{}")] };
    expect(show(await scanWith(repo, 3, broken))).toEqual(alone);
  });
});
