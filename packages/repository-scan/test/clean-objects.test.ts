import { cpSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { openRepository } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import { aforo, providersOf } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import { openCleanObjects, scannerFor, scanRange } from "@keywarden/repository-scan";
import { makeKey, makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { expectDistrust } from "./expect-distrust.ts";

const key = makeKey(aforo, { kind: "secret", environment: "production" }, 1).reveal();
const { providers } = providersOf([]);
const someProviders: readonly ProviderProfile[] = providers.slice(0, 1);

interface Conditions {
  readonly folder?: string;
  readonly program?: string;
  readonly providers?: readonly ProviderProfile[];
}

const folderOf = (repo: TestRepository): string => join(repo.outside, "cache");

const open = (repo: TestRepository): Promise<Repository> => openRepository(repo.path, repo.env);

function openClean(repo: TestRepository, repository: Repository, conditions: Conditions = {}) {
  const clean = openCleanObjects(repository, {
    folder: folderOf(repo),
    program: "1 a",
    providers,
    ...conditions,
  });
  if (clean === null) throw new Error("no cache here");
  return clean;
}

async function scan(repo: TestRepository, conditions: Conditions = {}) {
  const repository = await open(repo);
  const clean = openClean(repo, repository, conditions);
  const scanner = scannerFor(conditions.providers ?? providers);
  const range = { include: [], exclude: [], everything: true };
  const found = await scanRange(repository, range, { scanner, triage: (matches) => matches, clean });
  clean.save();
  const { counts, blobs, unread, unopened } = found;
  return {
    fromCache: counts.fromCache,
    counts: { ...counts.counts, bytes: counts.bytes },
    blobs: [...blobs.keys()],
    unread: unread.map(({ id }) => id),
    unopened: [...unopened.keys()],
  };
}

async function withHistory(): Promise<TestRepository> {
  const repo = await makeRepository();
  repo.write("a.txt", "nothing\n");
  repo.write("b.pdf", "%PDF-1.7\n");
  await repo.commit("first");
  repo.write("a.txt", `KEY=${key}\n`);
  await repo.commit("second");
  return repo;
}

const fileOf = (folder: string): string =>
  join(folder, "clean-objects", readdirSync(join(folder, "clean-objects"))[0] ?? "");

describe("a second scan of a history", () => {
  it("reads again only what was not clean, and gives the same answer", async () => {
    using repo = await withHistory();
    const first = await scan(repo);
    const second = await scan(repo);
    // Two commits, two trees and a blob; the one with a key and the one that is not read are none of these.
    expect([first.fromCache, second.fromCache]).toEqual([0, 5]);
    expect({ ...second, fromCache: 0 }).toEqual(first);
    expect([first.blobs.length, first.unopened.length]).toEqual([1, 1]);
    const file = fileOf(folderOf(repo));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes(Buffer.from(first.blobs[0] ?? "", "hex"))).toBe(false);
  });

  it("believes nothing that was made for other keys, by another program or for another repository", async () => {
    using repo = await withHistory();
    await scan(repo, { providers: someProviders });
    expect((await scan(repo)).fromCache).toBe(0);
    expect((await scan(repo, { program: "1 b" })).fromCache).toBe(0);
    expect((await scan(repo, { program: "1 b" })).fromCache).toBe(5);
    // The same history once more where the first one was.
    const copy = join(repo.outside, "copy");
    cpSync(join(repo.path, ".git"), copy, { recursive: true });
    renameSync(join(repo.path, ".git"), join(repo.outside, "old"));
    renameSync(copy, join(repo.path, ".git"));
    expect((await scan(repo, { program: "1 b" })).fromCache).toBe(0);
  });

  it("believes nothing that is damaged, or that others can read, write or have put there", async () => {
    using repo = await withHistory();
    await scan(repo);
    const file = fileOf(folderOf(repo));
    const repository = await open(repo);
    const head = await repo.git("rev-parse", "HEAD");
    const isBelieved = (): boolean => openClean(repo, repository).find(head) !== null;
    expect(isBelieved()).toBe(true);
    expectDistrust(file, isBelieved, { everyBytes: 7, lastBytes: 27 });
  });

  it("never takes what could not be read for clean, neither then nor later", async () => {
    using repo = await withHistory();
    const blob = await repo.git("rev-parse", "HEAD~1:a.txt");
    const path = join(repo.path, ".git", "objects", blob.slice(0, 2), blob.slice(2));
    renameSync(path, `${path}.away`);
    expect((await scan(repo)).unread).toEqual([blob]);
    expect((await scan(repo)).unread).toEqual([blob]);
    renameSync(`${path}.away`, path);
    expect((await scan(repo)).unread).toEqual([]);
    expect((await scan(repo)).fromCache).toBe(5);
    // What was clean and is gone is said to be gone.
    rmSync(path);
    expect(await scan(repo)).toMatchObject({ unread: [blob], fromCache: 4 });
  });
});
