import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { makeRepository, sha256, writeHistory } from "@keywarden/testing";
import type { PlannedCommit, TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { placeOf, keywarden, live, publishable, restricted, scanJson, test } from "./command.ts";

const keyByWord = { live, test, restricted } as const;
const histories = fc
  .array(
    fc.record({
      parents: fc.array(fc.nat(), { maxLength: 3 }),
      files: fc.dictionary(
        fc.constantFrom("a", "b", "dir/a", "dir/line\nbreak", 'q"ü'),
        fc.constantFrom("", "live", "test", "restricted", "live live", "live test more"),
      ),
      atSeconds: fc.integer({ min: 1, max: 2_000_000_000 }),
      isTagged: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((seeds): readonly PlannedCommit[] =>
    seeds.map(({ parents, files, atSeconds, isTagged }, index) => ({
      parents: index === 0 ? [] : [...new Set(parents.map((parent) => parent % index))],
      files: new Map(Object.entries(files).map(([path, words]) => [path, contentOf(words, index)])),
      message: `commit ${index}`,
      atSeconds,
      ...(isTagged ? { tag: `tag ${index}` } : {}),
    })),
  );

/** Lines that hold the named keys; the same words are the same blob in some commits and another in others. */
function contentOf(words: string, index: number): string {
  const lines = words
    .split(" ")
    .map((word) => (word in keyByWord ? keyByWord[word as keyof typeof keyByWord] : word));
  return [...lines, index % 3 === 0 ? `edit ${index}` : "", ""].join("\n");
}

describe("keywarden scan --history", () => {
  it("reads every blob that git reaches once, and finds each key at each path in a commit that brings it in", async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (plan) => {
        using repository = await makeRepository({ bare: true });
        const ids = await writeHistory(repository, plan);
        const { findings, summary } = await scanJson(["--history"], placeOf(repository));
        const holds = (index: number, path: string, key: string): boolean =>
          plan[index]?.files.get(path)?.includes(key) === true;
        const expected = new Set<string>();
        for (const { files } of plan) {
          for (const [path, text] of files) {
            for (const key of Object.values(keyByWord))
              if (text.includes(key)) expected.add(`${sha256(key)} ${path}`);
          }
        }
        expect(
          new Set(findings.map(({ fingerprint, path }) => `${String(fingerprint)} ${String(path)}`)),
        ).toEqual(expected);
        expect(findings).toHaveLength(expected.size);
        for (const { fingerprint, path, commit } of findings) {
          const key = Object.values(keyByWord).find((candidate) => sha256(candidate) === fingerprint) ?? "";
          const index = ids.indexOf(String(commit));
          expect(holds(index, String(path), key)).toBe(true);
          expect(plan[index]?.parents.some((parent) => holds(parent, String(path), key))).toBe(false);
        }
        const listed = await repository.git("rev-list", "--objects", "--no-object-names", "--all");
        const types = execFileSync("git", ["cat-file", "--batch-check=%(objecttype)"], {
          cwd: repository.path,
          env: repository.env,
          input: listed,
        }).toString();
        const count = (type: string): number => types.split("\n").filter((line) => line === type).length;
        for (const type of ["blob", "commit", "tree", "tag"]) {
          expect(summary[`${type}s`]).toEqual({ listed: count(type), scanned: count(type), skipped: 0 });
        }
      }),
      { numRuns: 8 },
    );
  });

  it("says who brought a key in, when, and how often it is there besides", async () => {
    using repository = await makeRepository();
    repository.write(".env", `KEY=${live}\n`);
    const first = await repository.commit("first");
    repository.write(".env", `# a note\nKEY=${live}\nAGAIN=${live}\n`);
    await repository.commit("second");
    rmSync(join(repository.path, ".env"));
    await repository.commit("gone");
    const { status, findings, summary } = await scanJson(["--history"], placeOf(repository));
    expect([status, findings.length]).toEqual([1, 1]);
    expect(findings[0]).toMatchObject({
      path: ".env",
      line: 1,
      commit: first,
      author: "Ada Author <ada@example.com>",
      date: "2026-01-01T00:00:00.000Z",
      others: 2,
    });
    expect(summary).toMatchObject({ mode: "history", scope: "all refs", complete: true });
    const { stdout } = await keywarden(["scan", "--history"], placeOf(repository));
    expect(stdout).toContain(
      `commit ${first.slice(0, 12)} by Ada Author <ada@example.com>, 2026-01-01 · 2 more`,
    );
    expect(stdout).toContain("scanned 3 commits (all refs), 1 ref name, 2 blobs");
  });

  it.each(["sha1", "sha256"] as const)(
    "finds keys outside of blobs: messages, people, tags, names, refs (%s)",
    async (objectFormat) => {
      using repository = await makeRepository({ objectFormat });
      repository.write("a", "1");
      const said = await repository.commit(`subject\n\nuse ${live}`);
      await repository.git("tag", "-a", "-m", `tagged ${test}`, "v1");
      repository.write(`odd\n${restricted}/x`, "1");
      repository.write(`copy/${restricted}.txt`, "1");
      const named = await repository.commit("names");
      await repository.git(
        "commit",
        "-q",
        "--allow-empty",
        `--author=${live} <a@example.com>`,
        "-m",
        "by a key",
      );
      const author = await repository.git("rev-parse", "HEAD");
      await repository.git("branch", `fix-${test}`);
      const { findings } = await scanJson(["--history"], placeOf(repository));
      const found = findings.map(({ path, locationKind, commit, fingerprint }) => [
        path,
        locationKind,
        commit,
        fingerprint,
      ]);
      const shown = (key: string): string => `${key.slice(0, key.indexOf("_", 3) + 1)}…${key.slice(-4)}`;
      expect(found).toContainEqual(["message of commit", "content", said, sha256(live)]);
      expect(found).toContainEqual(["header of commit", "content", author, sha256(live)]);
      expect(found).toContainEqual(["message of tag v1", "content", undefined, sha256(test)]);
      expect(found).toContainEqual([`odd\n${shown(restricted)}/x`, "path", named, sha256(restricted)]);
      expect(found).toContainEqual([`copy/${shown(restricted)}.txt`, "path", named, sha256(restricted)]);
      expect(found).toContainEqual([`refs/heads/fix-${shown(test)}`, "path", undefined, sha256(test)]);
      expect(found).toHaveLength(6);
    },
  );

  it("finds what only a merge holds, what only a stash holds, and a link's target", async () => {
    using repository = await makeRepository();
    repository.write("a", "1");
    await repository.commit("base");
    await repository.git("checkout", "-q", "-b", "side");
    repository.write("b", "2");
    await repository.commit("side");
    await repository.git("checkout", "-q", "main");
    await repository.git("merge", "-q", "--no-ff", "--no-commit", "side");
    repository.write("evil", live);
    const merge = await repository.commit("merge");
    execFileSync("ln", ["-s", test, join(repository.path, "link")]);
    const linked = await repository.commit("link");
    repository.write("a", restricted);
    await repository.git("stash", "-q");
    const { findings } = await scanJson(["--history"], placeOf(repository));
    const found = findings.map(({ path, locationKind, commit }) => [path, locationKind, commit]);
    expect(found).toContainEqual(["evil", "content", merge]);
    expect(found).toContainEqual(["link", "link", linked]);
    expect(found.filter(([path]) => path === "a")).toHaveLength(1);
    expect(found).toHaveLength(3);
  });

  it("takes refs, tags and ids, and names the nearest one for those that do not exist", async () => {
    using repository = await makeRepository();
    repository.write("a", "1");
    await repository.commit("base");
    await repository.git("tag", "-a", "-m", live, "release");
    await repository.git("checkout", "-q", "-b", "feature");
    repository.write("a", test);
    const id = await repository.commit("test");
    await repository.git("checkout", "-q", "main");
    expect((await scanJson(["--history", "main"], placeOf(repository))).status).toBe(0);
    expect((await scanJson(["--history", "release"], placeOf(repository))).findings).toHaveLength(1);
    expect((await scanJson(["--history", "feature", "release"], placeOf(repository))).findings).toHaveLength(
      2,
    );
    expect((await scanJson(["--history", id], placeOf(repository))).findings).toHaveLength(1);
    const { status, stderr } = await keywarden(["scan", "--history", "featrue"], placeOf(repository));
    expect([status, stderr]).toEqual([
      2,
      'keywarden: There is no commit "featrue" here. Did you mean feature?\n',
    ]);
  });

  it("counts what it leaves alone once for each key, and cannot tell of a repository without a commit", async () => {
    using repository = await makeRepository();
    const none = await keywarden(["scan", "--history"], placeOf(repository));
    expect([none.status, none.stdout]).toEqual([2, ""]);
    expect(none.stderr).toContain("has no commits and no refs yet");
    for (const text of ["1", "2", "3"]) {
      repository.write("a", `${publishable} ${text}`);
      await repository.commit(text);
    }
    const { status, summary } = await scanJson(["--history"], placeOf(repository));
    expect([status, summary["ignored"]]).toEqual([0, { publishable: 1 }]);
  });

  it("leaves out what keywarden.json excludes, and says so", async () => {
    using repository = await makeRepository();
    repository.write("keywarden.json", '{ "exclude": ["fixtures/**"] }');
    repository.write("fixtures/a", `${live}\n`);
    repository.write("src/a", `${test}\n`);
    await repository.commit("both");
    const { findings, summary } = await scanJson(["--history"], placeOf(repository));
    expect(findings.map(({ path }) => path)).toEqual(["src/a"]);
    expect(summary["skipped"]).toEqual([
      { path: "fixtures/a", reason: expect.stringContaining("fixtures/**") },
    ]);
    expect(summary.complete).toBe(true);
  });

  it("scans a blob of many megabytes and a blob that only a ref holds", async () => {
    using repository = await makeRepository();
    repository.write("big", `${"filler text ".repeat(300_000)}\n${live}\n${"x\n".repeat(100_000)}`);
    await repository.commit("big");
    const { stdout } = await repository.run(["hash-object", "-w", "--stdin"], { input: `${test}\n` });
    await repository.git("update-ref", "refs/keys/blob", stdout.toString().trim());
    const { findings } = await scanJson(["--history"], placeOf(repository));
    expect(findings.map(({ path, line }) => [path, line])).toEqual([
      ["big", 2],
      [`object ${stdout.toString().trim()}`, 1],
    ]);
  });
});

describe("a history that is not all here", () => {
  async function makeOrigin(): Promise<TestRepository> {
    const repository = await makeRepository();
    for (const text of ["one", "two", "three"]) {
      repository.write("a", text);
      await repository.commit(text);
    }
    await repository.git("config", "uploadpack.allowFilter", "true");
    await repository.git("config", "uploadpack.allowAnySHA1InWant", "true");
    return repository;
  }

  it.each([
    ["shallow", "--depth=1", "git fetch --unshallow"],
    ["partial", "--filter=blob:none", "git fetch --refetch --no-filter origin"],
  ])(
    "cannot be told of a %s clone, until the command that it names has run",
    async (_what, option, command) => {
      using origin = await makeOrigin();
      const clone = join(origin.outside, "clone");
      await origin.git("clone", "-q", option, `file://${origin.path}`, clone);
      const place = { directory: clone, env: origin.env };
      const { status, stdout, stderr } = await keywarden(["scan", "--history"], place);
      expect([status, stderr]).toEqual([2, ""]);
      expect(stdout).toContain(`try: ${command}\n`);
      execFileSync("sh", ["-c", command], { cwd: clone, env: origin.env, stdio: "ignore" });
      expect((await scanJson(["--history"], place)).summary["blobs"]).toMatchObject({ scanned: 3 });
    },
  );

  it("cannot be told when an object is gone", async () => {
    using origin = await makeOrigin();
    const blob = await origin.git("rev-parse", "HEAD~1:a");
    rmSync(join(origin.path, ".git/objects", blob.slice(0, 2), blob.slice(2)));
    const { status, stdout } = await keywarden(["scan", "--history"], placeOf(origin));
    expect(status).toBe(2);
    expect(stdout).toContain(`could not read object ${blob}: is not here\ntry: git fsck --full\n`);
  });

  it("does not matter where it lies outside the range", async () => {
    using origin = await makeOrigin();
    const clone = join(origin.outside, "clone");
    await origin.git("clone", "-q", "--depth=2", `file://${origin.path}`, clone);
    const place = { directory: clone, env: origin.env };
    expect((await scanJson(["--range", "HEAD~1..HEAD"], place)).status).toBe(0);
    const { status, stderr } = await keywarden(["scan", "--range", "HEAD~2..HEAD"], place);
    expect([status, stderr]).toEqual([2, expect.stringContaining("git fetch --unshallow")]);
  });
});
