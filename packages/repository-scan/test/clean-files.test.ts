import { readdirSync, readFileSync, renameSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { aforo, providersOf } from "@keywarden/key-format";
import { loadSetupIn } from "@keywarden/repository-config";
import { makeScanTools, openCleanFiles, scannerFor, scanPaths } from "@keywarden/repository-scan";
import type { CleanFiles, CleanKey } from "@keywarden/repository-scan";
import { defaultPolicy } from "@keywarden/scan";
import { makeKey, makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { cleanStates } from "../src/files/clean-states.ts";
import { notClean, stateNumbers } from "../src/files/file-states.ts";
import { expectDistrust } from "./expect-distrust.ts";

const key = makeKey(aforo, { kind: "secret", environment: "production" }, 1).reveal();
const { providers } = providersOf([]);
const plain = 250;

interface Conditions extends Partial<CleanKey> {
  readonly startedAtMs?: number;
  readonly paths?: readonly string[];
  readonly includeIgnored?: boolean;
  readonly isThorough?: boolean;
}

const cacheOf = (repo: TestRepository): string => join(repo.outside, "cache");

// All that a test writes is young; a scan that begins in an hour finds it old.
const later = (): number => Date.now() + 3_600_000;

function openClean(repo: TestRepository, conditions: Conditions = {}): CleanFiles {
  const {
    startedAtMs = later(),
    paths = [],
    includeIgnored = false,
    isThorough = false,
    ...key
  } = conditions;
  const folder = { directory: repo.path, paths, includeIgnored, isThorough, startedAtMs };
  const clean = openCleanFiles(folder, { folder: cacheOf(repo), program: "1 a", providers, ...key });
  if (clean === null) throw new Error("no cache here");
  return clean;
}

async function scan(repo: TestRepository, conditions: Conditions | null = {}) {
  const setup = await loadSetupIn(repo.path, () => {});
  const tools = makeScanTools(setup, defaultPolicy, 0, (path) => path);
  const clean = conditions === null ? null : openClean(repo, conditions);
  const { paths = [], includeIgnored = false } = conditions ?? {};
  const where = { directory: repo.path, env: repo.env };
  await scanPaths({ paths, includeIgnored }, where, { ...tools, clean });
  const { findings, summary } = tools.account.report("paths");
  const { fromCache = 0, ...rest } = summary;
  return { fromCache, summary: rest, found: findings.map(({ finding }) => finding.path) };
}

/** As many clean files as are worth a cache, one with a key, one that is not opened. */
async function withFiles(): Promise<TestRepository> {
  const repo = await makeRepository();
  for (let number = 0; number < plain; number += 1) repo.write(`folder/${number}.txt`, `nothing ${number}\n`);
  repo.write("a.env", `KEY=${key}\n`);
  repo.write("b.pdf", "%PDF-1.7\n");
  return repo;
}

const cacheFileOf = (repo: TestRepository): string => {
  const folder = join(cacheOf(repo), "clean-files");
  return join(folder, readdirSync(folder)[0] ?? "");
};

describe("a second scan of files", () => {
  it("reads again only what was not clean or has changed, and gives the same answer", async () => {
    using repo = await withFiles();
    const without = await scan(repo, null);
    const first = await scan(repo);
    const second = await scan(repo);
    expect([without.fromCache, first.fromCache, second.fromCache]).toEqual([0, 0, plain]);
    expect([first.summary, second.summary]).toEqual([without.summary, without.summary]);
    expect([first.found, second.found]).toEqual([["a.env"], ["a.env"]]);
    expect(statSync(cacheFileOf(repo)).mode & 0o777).toBe(0o600);
    expect(readFileSync(cacheFileOf(repo)).includes("a.env")).toBe(false);
  });

  it("sees a key in a file of the same size and time, a new file, another one in its place and a link", async () => {
    using repo = await withFiles();
    const path = join(repo.path, "folder/7.txt");
    const text = "x".repeat(`KEY=${key}\n`.length);
    for (const number of [7, 8, 9]) repo.write(`folder/${number}.txt`, text);
    utimesSync(path, 1000, 1000);
    await scan(repo);
    repo.write("folder/7.txt", `KEY=${key}\n`);
    utimesSync(path, 1000, 1000);
    repo.write("folder/10a.txt", `KEY=${key}\n`);
    repo.write("other.txt", `KEY=${key}\n`);
    renameSync(join(repo.path, "other.txt"), join(repo.path, "folder/8.txt"));
    renameSync(join(repo.path, "folder/9.txt"), join(repo.path, "folder/9"));
    symlinkSync(key, join(repo.path, "folder/9.txt"));
    const { found, fromCache } = await scan(repo);
    expect(found.toSorted()).toEqual([
      "a.env",
      "folder/10a.txt",
      "folder/7.txt",
      "folder/8.txt",
      "folder/9.txt",
    ]);
    expect(fromCache).toBe(plain - 3);
    expect((await scan(repo)).found.length).toBe(5);
  });

  it("does not believe that a file is as it was which had just been changed when it was read", async () => {
    using repo = await withFiles();
    await scan(repo, { startedAtMs: Date.now() });
    expect((await scan(repo)).fromCache).toBe(0);
    expect((await scan(repo)).fromCache).toBe(plain);
  });

  it("believes nothing of other keys, another program, another folder or another way to scan", async () => {
    using repo = await withFiles();
    await scan(repo, { providers: providers.slice(0, 1) });
    expect((await scan(repo)).fromCache).toBe(0);
    expect((await scan(repo, { program: "1 b" })).fromCache).toBe(0);
    expect((await scan(repo, { program: "1 b" })).fromCache).toBe(plain);
    expect((await scan(repo, { program: "1 b", isThorough: true })).fromCache).toBe(0);
    expect((await scan(repo, { program: "1 b", includeIgnored: true })).fromCache).toBe(0);
    expect((await scan(repo, { program: "1 b", paths: ["folder"] })).fromCache).toBe(0);
    expect((await scan(repo, { program: "1 b" })).fromCache).toBe(plain);
  });

  it("believes nothing that is damaged, or that others can read, write or have put there", async () => {
    using repo = await withFiles();
    await scan(repo);
    const file = cacheFileOf(repo);
    const path = Buffer.from(join(repo.path, "folder/7.txt"));
    const isBelieved = (): boolean => openClean(repo).find([path])[0] !== -1;
    expect(isBelieved()).toBe(true);
    expectDistrust(file, isBelieved, { everyBytes: 97, lastBytes: 57 });
  });

  it("keeps nothing of few files", async () => {
    using repo = await makeRepository();
    repo.write("a.txt", "nothing");
    await scan(repo);
    expect((await scan(repo)).fromCache).toBe(0);
  });
});

it("finds of many files those clean whose name and content both show nothing, each alone", async () => {
  using repo = await makeRepository();
  const scanner = scannerFor(providers, true);
  // Names of which a part leads to keys, or that a scan would open; and one that is cut in two by the next.
  const names = [
    "patterns",
    "api-key_",
    "x^a",
    "sk_live_",
    key,
    "a",
    `${key}.txt`,
    "\u001f\u008b",
    "ion_",
    "z",
  ];
  const paths = Array.from({ length: 400 }, (_, number) => {
    const name = `${names[number % names.length] ?? ""}${number % 7 === 0 ? "" : number}-${number}`;
    repo.write(`some/${name}`, number % 31 === 0 ? `KEY=${key}\n` : `export const total = ${number};\n`);
    return Buffer.from(join(repo.path, "some", name));
  });
  const options = { directory: repo.path, scanner, onProgress: () => {}, isKept: true };
  const states = await cleanStates(paths, options);
  const isClean = (path: Buffer): boolean =>
    scanner.scanBytes(path.subarray(repo.path.length + 1)).length === 0 &&
    scanner.scanBytes(readFileSync(path)).length === 0;
  const expected = paths.map(isClean);
  expect(paths.map((_, file) => states?.[file * stateNumbers] !== notClean)).toEqual(expected);
  expect(new Set(expected)).toEqual(new Set([true, false]));
});
