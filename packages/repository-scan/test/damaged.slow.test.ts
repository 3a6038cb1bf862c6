import { readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { GitError, listStaged, openRepository } from "@keywarden/git";
import { aforo } from "@keywarden/key-format";
import { loadSetupIn } from "@keywarden/repository-config";
import { findScope, makeScanTools, ScanError, scanScope } from "@keywarden/repository-scan";
import type { AskedCommits } from "@keywarden/repository-scan";
import { listUncompared, scanChanges } from "@keywarden/repository-scan/staged";
import { defaultPolicy } from "@keywarden/scan";
import type { ScanReport } from "@keywarden/scan";
import { makeKey, makeRepository, writeHistory } from "@keywarden/testing";
import type { PlannedCommit, TestRepository } from "@keywarden/testing";
import { describe, expect, it, test } from "vitest";

const keys = [1, 2, 3, 4, 5, 6].map((seed) =>
  makeKey(aforo, { kind: "secret", environment: "production" }, seed),
);

async function scan(repository: TestRepository, asked: AskedCommits): Promise<ScanReport> {
  const opened = await openRepository(repository.path, repository.env);
  const setup = await loadSetupIn(repository.outside, () => {});
  const tools = makeScanTools(setup, defaultPolicy, 0, (path) => path);
  const scope = await findScope(asked, opened, { env: repository.env, nowMs: 0 });
  await scanScope(opened, scope, tools);
  return tools.account.report("history");
}

const everything = { kind: "history", refs: [], since: undefined } as const;

/** Up to six commits, each file of which holds one of the keys or none. */
const plans = fc
  .array(
    fc.record({
      parents: fc.array(fc.nat(), { maxLength: 2 }),
      files: fc.dictionary(fc.constantFrom("a", "d/a", "d/e/b"), fc.nat({ max: keys.length }), {
        minKeys: 1,
      }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((seeds): readonly PlannedCommit[] =>
    seeds.map(({ parents, files }, index) => ({
      parents: index === 0 ? [] : [...new Set(parents.map((parent) => parent % index))],
      files: new Map(
        Object.entries(files).map(([path, key]) => [path, `${keys[key]?.reveal() ?? "nothing"} ${path}\n`]),
      ),
      message: `commit ${index}`,
      atSeconds: 1_700_000_000 + index,
    })),
  );

interface Stored {
  readonly id: string;
  readonly path: string;
}

function looseObjects(gitDirectory: string): readonly Stored[] {
  const root = join(gitDirectory, "objects");
  return readdirSync(root)
    .filter((folder) => /^[0-9a-f]{2}$/u.test(folder))
    .flatMap((folder) =>
      readdirSync(join(root, folder)).map((rest) => ({
        id: folder + rest,
        path: join(root, folder, rest),
      })),
    );
}

const damages = {
  gone: (path: string) => rmSync(path, { force: true }),
  "cut off": (path: string) => truncateSync(path, 10),
  emptied: (path: string) => truncateSync(path, 0),
  overwritten: (path: string) => writeFileSync(path, "no zlib stream"),
} as const;

/** What the readable part holds, found by nothing but git's own `cat-file -p`, object by object. */
async function expected(
  repository: TestRepository,
  lost: ReadonlySet<string>,
): Promise<{ readonly fingerprints: ReadonlySet<string>; readonly lacks: boolean }> {
  const refs = (await repository.git("for-each-ref", "--format=%(objectname)")).split("\n").filter(Boolean);
  const open = [...refs];
  const seen = new Set<string>();
  const fingerprints = new Set<string>();
  const scanner = makeScanTools(
    await loadSetupIn(repository.outside, () => {}),
    defaultPolicy,
    0,
    () => null,
  ).scanner;
  let lacks = false;
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (lost.has(id)) {
      lacks = true;
      continue;
    }
    const text = await repository.git("cat-file", "-p", id);
    for (const line of text.split("\n")) {
      const link = /^(?:tree|parent|\d{6} \w+) ([0-9a-f]{40})/u.exec(line)?.[1];
      if (link !== undefined) open.push(link);
    }
    for (const { fingerprint } of scanner.scanText(text)) fingerprints.add(fingerprint);
  }
  return { fingerprints, lacks };
}

/** Scans what the index has and the first commit has not. */
async function scanIndex(repository: TestRepository): Promise<ScanReport> {
  const opened = await openRepository(repository.path, repository.env);
  const setup = await loadSetupIn(repository.outside, () => {});
  const tools = makeScanTools(setup, defaultPolicy, 0, (path) => path);
  const changes = await listStaged(opened).then(
    (entries) => ({ entries, unread: [] }),
    (error: unknown) => listUncompared(opened, error),
  );
  await scanChanges(opened, changes, tools);
  return tools.account.report("staged");
}

describe("a part of a repository of which any objects are lost", () => {
  it.each<[what: string, look: (repository: TestRepository, first: string) => Promise<ScanReport>]>([
    ["range", (repository, first) => scan(repository, { kind: "range", range: `${first}..HEAD` })],
    ["index", scanIndex],
  ])("is a complete %s only where it gives all that the whole one gives", async (_, look) => {
    await fc.assert(
      fc.asyncProperty(plans, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), async (plan, losses) => {
        using repository = await makeRepository();
        const commits = await writeHistory(repository, plan);
        const [first, last] = [commits.at(0) ?? "", commits.at(-1) ?? ""];
        await repository.git("read-tree", last);
        await repository.git("update-ref", "HEAD", look === scanIndex ? first : last);
        const whole = await look(repository, first);
        expect(whole.summary.complete).toBe(true);
        const objects = looseObjects(join(repository.path, ".git"));
        for (const which of losses) rmSync(objects[which % objects.length]?.path ?? "", { force: true });
        const keysOf = ({ findings }: ScanReport) =>
          new Set(findings.map(({ finding }) => finding.fingerprint));
        const seen = await look(repository, first).catch((error: unknown) => {
          // Where git cannot even say what belongs to it, there is nothing to report.
          if (error instanceof ScanError || error instanceof GitError) return null;
          throw error;
        });
        // What cannot be compared counts as new, so there may be more.
        const isHonest =
          seen === null || !seen.summary.complete || [...keysOf(whole)].every((key) => keysOf(seen).has(key));
        expect(isHonest).toBe(true);
      }),
      { numRuns: 12 },
    );
  });
});

test("a range is not complete where a folder is lost that a commit outside of it has as well", async () => {
  const [old = "", other = ""] = keys.map((key) => key.reveal());
  const shared = new Map([["d/e/b", `${other} shared\n`]]);
  using repository = await makeRepository();
  // Neither is built on the other, as after a rebase.
  const [first = "", last = ""] = await writeHistory(repository, [
    {
      parents: [],
      files: new Map([...shared, ["d/a", "nothing\n"]]),
      message: "one",
      atSeconds: 1_700_000_000,
    },
    { parents: [], files: new Map([...shared, ["a", `${old}\n`]]), message: "two", atSeconds: 1_700_000_001 },
  ]);
  await repository.git("update-ref", "HEAD", last);
  const lost = await repository.git("rev-parse", `${last}:d/e`);
  rmSync(join(repository.path, ".git", "objects", lost.slice(0, 2), lost.slice(2)), { force: true });
  const { summary } = await scan(repository, { kind: "range", range: `${first}..HEAD` });
  expect([summary.complete, summary.unread]).toEqual([
    false,
    [expect.objectContaining({ location: "the range" })],
  ]);
});

describe("a history of which any objects are lost", () => {
  it("gives all that can still be read, and is complete only when nothing in reach was lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        plans,
        fc.array(fc.record({ which: fc.nat(), how: fc.constantFrom(...Object.keys(damages)) }), {
          maxLength: 3,
        }),
        async (plan, losses) => {
          using repository = await makeRepository({ bare: true });
          await writeHistory(repository, plan);
          for (const { path } of looseObjects(repository.path)) chmodSync(path, 0o644);
          const objects = looseObjects(repository.path);
          const lost = new Set<string>();
          for (const { which, how } of losses) {
            const object = objects[which % objects.length];
            if (object === undefined || lost.has(object.id)) continue;
            lost.add(object.id);
            damages[how as keyof typeof damages](object.path);
          }
          const { fingerprints, lacks } = await expected(repository, lost);
          const { findings, summary } = await scan(repository, everything);
          expect(new Set(findings.map(({ finding }) => finding.fingerprint))).toEqual(fingerprints);
          expect(summary.complete).toBe(!lacks);
          for (const { location, remedy } of summary.unread) {
            expect(location).toMatch(/^object [0-9a-f]{40}$/u);
            expect(lost.has(location.slice("object ".length))).toBe(true);
            expect(remedy).toBe("git fsck --full");
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("names a ref that names no object", async () => {
    using repository = await makeRepository();
    repository.write("a", `${keys[0]?.reveal() ?? ""}\n`);
    await repository.commit("one");
    writeFileSync(join(repository.path, ".git/refs/heads/broken"), "nothing\n");
    const { findings, summary } = await scan(repository, everything);
    expect(findings).toHaveLength(1);
    expect(summary.unread).toContainEqual({
      location: "refs/heads/broken",
      kind: "git",
      reason: "the ref names no object",
      remedy: "git fsck --full",
    });
  });
});
