import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRepository } from "@keywarden/git";
import { aforo, providersOf } from "@keywarden/key-format";
import { loadSetupIn } from "@keywarden/repository-config";
import { findScope, makeScanTools, openCleanObjects, scanScope } from "@keywarden/repository-scan";
import { defaultPolicy } from "@keywarden/scan";
import type { ScanPolicy } from "@keywarden/scan";
import { makeKey, makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { expectDistrust } from "./expect-distrust.ts";

const [key, other, third] = [1, 2, 3].map((seed) =>
  makeKey(aforo, { kind: "secret", environment: "production" }, seed).reveal(),
);
const placeholder = "sk_live_YOUR_KEY_HERE";
const { providers } = providersOf([]);
const everything = { kind: "history", refs: [], since: undefined } as const;

interface Conditions {
  readonly policy?: ScanPolicy;
  readonly program?: string;
  readonly isCached?: boolean;
}

/** Scans all of it with nothing but what is known of the whole history. */
async function scan(repo: TestRepository, conditions: Conditions = {}) {
  const { policy = defaultPolicy, program = "1 a", isCached = true } = conditions;
  const folder = join(repo.outside, "cache");
  rmSync(join(folder, "clean-objects"), { recursive: true, force: true });
  const repository = await openRepository(repo.path, repo.env);
  const setup = await loadSetupIn(repo.outside, () => {});
  const tools = makeScanTools(setup, policy, 0, (path) => path);
  const clean = isCached ? openCleanObjects(repository, { folder, program, providers }) : null;
  const scope = await findScope(everything, repository, { env: repo.env, nowMs: 0 });
  await scanScope(repository, scope, clean === null ? tools : { ...tools, clean });
  const { summary, ...report } = tools.account.report("history");
  const { fromCache = 0, ...rest } = summary;
  return { fromCache, report: { ...report, summary: rest } };
}

async function withHistory(): Promise<TestRepository> {
  const repo = await makeRepository();
  for (const version of [1, 2, 3]) {
    repo.write("a.txt", `${placeholder}\nversion ${version}\n`);
    repo.write("b.txt", version === 1 ? `KEY=${key}\n` : "nothing\n");
    repo.write("c.pdf", "%PDF-1.7\n");
    repo.write(version === 2 ? `${other}/d.txt` : "e.txt", `KEY=${key}\nversion ${version}\n`);
    await repo.commit(version === 3 ? `change ${other}` : "change");
  }
  await repo.git("branch", "side", "HEAD~1");
  return repo;
}

const fileIn = (repo: TestRepository): string => {
  const folder = join(repo.outside, "cache", "known-history");
  return join(folder, readdirSync(folder)[0] ?? "");
};

describe("a second scan of a history that is as it was", () => {
  it("reads again only what tells something, and gives the same answer", async () => {
    using repo = await withHistory();
    await repo.git("branch", `with-${third}`);
    const plain = await scan(repo, { isCached: false });
    expect(plain.report.summary).toMatchObject({
      complete: true,
      blobs: { listed: 9 },
      trees: { listed: 4 },
      ignored: { placeholder: 1 },
    });
    expect(await scan(repo)).toEqual(plain);
    // Of nine blobs four have a key, one is not opened and one is the first with a placeholder; the others are the two trees
    // that name a key and the commit that does.
    expect(await scan(repo)).toEqual({ ...plain, fromCache: 3 + 4 + 9 - 9 });
    const kept = readFileSync(fileIn(repo));
    expect(statSync(fileIn(repo)).mode & 0o777).toBe(0o600);
    expect([key, other, third].filter((text) => kept.includes(text ?? ""))).toEqual([]);
  });

  it("believes nothing once a ref, a HEAD or an object has come, moved or gone", async () => {
    using repo = await withHistory();
    const changes: readonly (() => Promise<unknown> | void)[] = [
      () => repo.git("branch", "more"),
      () => repo.git("branch", "--force", "side", "HEAD"),
      () => repo.git("branch", "--delete", "side"),
      () => repo.git("checkout", "--quiet", "--detach", "HEAD~1"),
      () => repo.git("worktree", "add", "--quiet", "--detach", join(repo.outside, "tree"), "HEAD"),
      () => repo.git("gc", "--quiet"),
      () => repo.git("worktree", "remove", join(repo.outside, "tree")),
      async () =>
        writeFileSync(join(repo.path, ".git", "shallow"), `${await repo.git("rev-parse", "HEAD")}\n`),
    ];
    await scan(repo);
    for (const change of changes) {
      expect((await scan(repo)).fromCache).toBeGreaterThan(0);
      await change();
      const seen = await scan(repo);
      expect([String(change), seen]).toEqual([String(change), await scan(repo, { isCached: false })]);
    }
  });

  it("says that an object is gone, and knows nothing of a history with gaps", async () => {
    using repo = await withHistory();
    await scan(repo);
    const id = await repo.git("rev-parse", "HEAD:b.txt");
    const path = join(repo.path, ".git", "objects", id.slice(0, 2), id.slice(2));
    renameSync(path, join(repo.outside, "away"));
    for (const _ of [1, 2]) {
      const { fromCache, report } = await scan(repo);
      expect([fromCache, report.summary.unread.map(({ location }) => location)]).toEqual([
        0,
        [`object ${id}`],
      ]);
    }
  });

  it("answers another policy, and another program, from the objects themselves", async () => {
    using repo = await withHistory();
    await scan(repo);
    const policy: ScanPolicy = {
      ...defaultPolicy,
      actions: {
        ...defaultPolicy.actions,
        secret: { production: "ignore", sandbox: "ignore", development: "ignore" },
      },
    };
    const seen = await scan(repo, { policy });
    expect(seen).toEqual(await scan(repo, { policy, isCached: false }));
    // Of what the policy leaves alone one blob is read again for each key, so the default must not believe that.
    const first = await scan(repo, { isCached: false });
    expect(await scan(repo)).toEqual(first);
    expect((await scan(repo, { program: "1 b" })).fromCache).toBe(0);
  });

  it("believes nothing where objects can come from elsewhere", async () => {
    using repo = await withHistory();
    await scan(repo);
    writeFileSync(join(repo.path, ".git", "objects", "info", "alternates"), join(repo.outside, "none"));
    expect((await scan(repo)).fromCache).toBe(0);
    expect((await scan(repo)).fromCache).toBe(0);
  });

  it("believes nothing that is damaged, or that others can read, write or have put there", async () => {
    using repo = await withHistory();
    await scan(repo);
    const repository = await openRepository(repo.path, repo.env);
    const folder = join(repo.outside, "cache");
    const { histories } = openCleanObjects(repository, { folder, program: "1 a", providers }) ?? {};
    if (histories === undefined) throw new Error("no cache here");
    const known = { ids: [key ?? ""], others: { blob: 1, commit: 2, tree: 3, tag: 4, bytes: 5 } };
    histories.keep("a state", { ...known, cleanNames: "", origins: null });
    expect(histories.find("another state")).toBeNull();
    const isBelieved = (): boolean => histories.find("a state") !== null;
    expectDistrust(fileIn(repo), isBelieved, { everyBytes: 7, lastBytes: 33 });
  });
});
