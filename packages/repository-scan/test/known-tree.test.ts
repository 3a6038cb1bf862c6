import { readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { aforo, providersOf } from "@keywarden/key-format";
import { loadSetupIn } from "@keywarden/repository-config";
import { makeScanTools, openCleanFiles, scanPaths } from "@keywarden/repository-scan";
import { defaultPolicy } from "@keywarden/scan";
import { makeKey, makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { expectDistrust } from "./expect-distrust.ts";

const key = makeKey(aforo, { kind: "secret", environment: "production" }, 1).reveal();
const { providers } = providersOf([]);
const plain = 250;
const folderOf = (repo: TestRepository): string => join(repo.outside, "cache");

// All that a test writes is young; a scan that begins in an hour finds it old.
const later = (): number => Date.now() + 3_600_000;

interface Conditions {
  readonly isCached?: boolean;
  readonly startedAtMs?: number;
  readonly program?: string;
  readonly includeIgnored?: boolean;
}

function openClean(repo: TestRepository, conditions: Conditions = {}) {
  const { startedAtMs = later(), program = "1 a", includeIgnored = false } = conditions;
  const folder = { directory: repo.path, paths: [], includeIgnored, isThorough: false, startedAtMs };
  const clean = openCleanFiles(folder, { folder: folderOf(repo), program, providers });
  if (clean === null) throw new Error("no cache here");
  return clean;
}

/** Scans the work tree with nothing but what is known of all of it at once. */
async function scan(repo: TestRepository, conditions: Conditions = {}) {
  rmSync(join(folderOf(repo), "clean-files"), { recursive: true, force: true });
  const { isCached = true, includeIgnored = false } = conditions;
  const setup = await loadSetupIn(repo.path, () => {});
  const tools = makeScanTools(setup, defaultPolicy, 0, (path) => path);
  const clean = isCached ? openClean(repo, conditions) : null;
  await scanPaths(
    { paths: [], includeIgnored },
    { directory: repo.path, env: repo.env },
    { ...tools, clean },
  );
  const { summary, ...report } = tools.account.report("paths");
  const { fromCache = 0, ...rest } = summary;
  return { fromCache, report: { ...report, summary: rest } };
}

async function withTree(): Promise<TestRepository> {
  const repo = await makeRepository();
  for (let number = 0; number < plain; number += 1) repo.write(`folder/${number}.txt`, `nothing ${number}\n`);
  repo.write("a.env", `KEY=${key}\n`);
  repo.write("b.pdf", "%PDF-1.7\n");
  symlinkSync("a.env", join(repo.path, "link"));
  repo.write(".gitignore", "*.log\n");
  await repo.commit("all");
  repo.write("new.txt", "nothing\n");
  repo.write("ignored.log", "nothing\n");
  return repo;
}

const clean = plain + 1;

const fileIn = (repo: TestRepository): string => {
  const folder = join(folderOf(repo), "known-trees");
  return join(folder, readdirSync(folder)[0] ?? "");
};

describe("a second scan of a work tree that is as it was", () => {
  it("reads again only what tells something or is not tracked, and gives the same answer", async () => {
    using repo = await withTree();
    const without = await scan(repo, { isCached: false });
    expect(await scan(repo)).toEqual(without);
    expect(await scan(repo)).toEqual({ ...without, fromCache: clean });
    expect(without.report.findings).toHaveLength(1);
    expect(statSync(fileIn(repo)).mode & 0o777).toBe(0o600);
    expect(readFileSync(fileIn(repo)).includes(key)).toBe(false);
    expect((await scan(repo, { includeIgnored: true })).fromCache).toBe(0);
    expect((await scan(repo, { program: "1 b" })).fromCache).toBe(0);
  });

  it("sees a key wherever it comes, with the size and the times of what was there", async () => {
    using repo = await withTree();
    const at = (name: string): string => join(repo.path, name);
    const text = `KEY=${key}\n`;
    // Of the same size and time, but another file: when anything of a file was changed cannot be set, nor waited for.
    const replace = (by: string): void => {
      repo.write("instead", by);
      utimesSync(at("instead"), 1000, 1000);
      renameSync(at("instead"), at("folder/7.txt"));
    };
    replace("n".repeat(text.length));
    await repo.commit("as long as a key");
    const changes: readonly (() => unknown)[] = [
      () => replace(text),
      () => repo.write("folder/6.txt", text),
      () => repo.git("add", "--all"),
      () => repo.write("another.txt", text),
      () => renameSync(at("a.env"), at("folder/8.txt")),
      () => rmSync(at("folder/9.txt")),
      async () => {
        await repo.commit("all until here");
        await repo.git("update-index", "--assume-unchanged", "folder/10.txt");
        await scan(repo);
        repo.write("folder/10.txt", text);
      },
      async () => {
        await repo.git("config", "core.checkStat", "minimal");
        replace("n".repeat(text.length));
        await repo.commit("all");
        await scan(repo);
        replace(text);
      },
    ];
    for (const change of changes) {
      await scan(repo);
      await change();
      const { fromCache: _, ...seen } = await scan(repo);
      const { fromCache: _none, ...without } = await scan(repo, { isCached: false });
      expect([String(change), seen]).toEqual([String(change), without]);
    }
  });

  it("believes nothing of files that had just been changed when they were read", async () => {
    using repo = await withTree();
    await scan(repo, { startedAtMs: Date.now() });
    expect((await scan(repo)).fromCache).toBe(0);
    expect((await scan(repo)).fromCache).toBe(clean);
  });

  it("believes nothing that is damaged, or that others can read, write or have put there", async () => {
    using repo = await withTree();
    const { trees } = openClean(repo);
    trees.keep("a state", { count: 1, bytes: 2, rest: [[3, 4]] });
    expect(trees.find("another state")).toBeNull();
    const isBelieved = (): boolean => trees.find("a state") !== null;
    expectDistrust(fileIn(repo), isBelieved, { everyBytes: 7, lastBytes: 33 });
  });
});
