import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { makeRepository, makeTemporaryDirectory } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { keywarden, live, publishable, test } from "./command.ts";

interface Explained {
  readonly scanned: boolean;
  readonly facts: readonly { readonly about: string; readonly is: string }[];
  readonly matches: readonly Readonly<Record<string, unknown>>[];
  readonly unopened: readonly object[];
}

async function explain(
  { path: directory, env }: Pick<TestRepository, "path"> & Partial<TestRepository>,
  path: string,
  ...args: readonly string[]
): Promise<Explained & { readonly text: string }> {
  const where = { directory, ...(env === undefined ? {} : { env }) };
  const { status, stdout, stderr } = await keywarden(["scan", "--explain", path, ...args], where);
  expect([status, stderr]).toEqual([0, ""]);
  const json = await keywarden(["scan", "--explain", path, "--format", "json", ...args], where);
  return { ...(JSON.parse(json.stdout) as Explained), text: stdout };
}

const last = ({ facts }: Explained): string => facts.at(-1)?.is ?? "";
const line = `AFORO_API_KEY=${live}\n`;

describe("keywarden scan --explain", () => {
  it("says of a scanned file where it is, what it was searched for, and what became of each key", async () => {
    using repository = await makeRepository();
    const text = `${line}# keywarden:allow made by the factory\nk=${test}\npk=${publishable}\nx=sk_live_YOUR_KEY_HERE\n`;
    repository.write("a.env", text);
    await repository.commit("first");
    const { scanned, facts, matches, text: shown } = await explain(repository, "a.env");
    expect(scanned).toBe(true);
    expect(facts.map(({ about }) => about)).toEqual(["location", "git", "kind", "content", "searched"]);
    expect(shown).toContain("git        tracked\n");
    expect(shown).toMatch(/searched +[^]*sk_live_[^]*;\s+written\s+as\s+plain,\s+utf-16[^]*joined-strings/);
    expect(matches).toMatchObject([
      { outcome: "blocks", line: 1, column: 15, encoding: "plain", confidence: "high" },
      { outcome: "accepted", by: "the keywarden:allow beside it: made by the factory" },
      { outcome: "left alone", by: expect.stringContaining("--publishable") as string },
      { outcome: "left alone", verdict: "placeholder" },
    ]);
    const { matches: all } = await explain(repository, "a.env", "--publishable");
    expect(all[2]).toMatchObject({ outcome: "blocks" });
  });

  it("names the entry of allow, an expired one, the baseline, the confidence and the policy", async () => {
    using repository = await makeRepository();
    repository.write("a.env", line);
    const allow = (more: object): string =>
      JSON.stringify({
        allow: [
          { path: "b", reason: "other" },
          { path: "a.env", reason: "old", ...more },
        ],
      });
    repository.write("keywarden.json", allow({ owner: "ann" }));
    const by = async (): Promise<unknown> => (await explain(repository, "a.env")).matches[0];
    expect(await by()).toMatchObject({
      outcome: "accepted",
      by: expect.stringMatching(/^allow\[1\] at keywarden\.json:1:\d+: old, owner ann$/) as string,
    });
    repository.write("keywarden.json", allow({ expires: "2020-01-01" }));
    expect(await by()).toMatchObject({
      outcome: "blocks",
      by: expect.stringMatching(
        /^allow\[1\] at keywarden\.json:1:\d+ matches but expired on 2020-01-01$/,
      ) as string,
    });
    repository.write("keywarden.json", JSON.stringify({ policy: { secret: { production: "ignore" } } }));
    expect(await by()).toMatchObject({
      outcome: "left alone",
      by: expect.stringContaining("policy") as string,
    });
    rmSync(join(repository.path, "keywarden.json"));
    await keywarden(["baseline", "create"], { directory: repository.path, env: repository.env });
    expect(await by()).toMatchObject({
      outcome: "accepted",
      by: expect.stringMatching(/^the baseline, as [0-9a-f]{12}…$/) as string,
    });
    repository.write("b.env", `${live.slice(0, -2)}\n`);
    expect((await explain(repository, "b.env", "--min-confidence", "high")).matches[0]).toMatchObject({
      outcome: "left alone",
      by: "medium confidence, below the minimum of high; --min-confidence medium reports it",
    });
  });

  it("names the ignore rule with its line, also where git tracks the file all the same", async () => {
    using repository = await makeRepository();
    repository.write(".gitignore", "# secrets\n*.env\nbuild/\n!kept.env\n");
    for (const path of ["a.env", "forced.env", "kept.env", "build/x.js", ":(top)a.txt"])
      repository.write(path, "x\n");
    await repository.git("add", "--force", "forced.env");
    const ignored = await explain(repository, "a.env");
    expect([ignored.scanned, last(ignored)]).toEqual([
      false,
      'ignored by .gitignore:2 "*.env"; --no-ignore would scan it anyway',
    ]);
    expect((await explain(repository, "a.env", "--no-ignore")).scanned).toBe(true);
    expect(last(await explain(repository, "build/x.js"))).toContain('.gitignore:3 "build/"');
    const forced = await explain(repository, "forced.env");
    expect([forced.scanned, forced.facts[1]?.is]).toEqual([
      true,
      'tracked, although .gitignore:2 "*.env" would ignore it',
    ]);
    expect((await explain(repository, "kept.env")).facts[1]?.is).toBe("new, and not ignored");
    expect((await explain(repository, ":(top)a.txt")).facts[1]?.is).toBe("new, and not ignored");
  });

  it("names the entry of exclude, and agrees with the scan on every file", async () => {
    using repository = await makeRepository();
    repository.write("keywarden.json", '{\n  "exclude": ["dist/**",\n    "vendor/**"]\n}\n');
    repository.write("vendor/a.env", line);
    repository.write("b.env", "x\n");
    const excluded = await explain(repository, "vendor/a.env");
    expect([excluded.scanned, last(excluded)]).toEqual([
      false,
      'excluded by "vendor/**" at keywarden.json:3:5; keywarden scan vendor/a.env scans it anyway',
    ]);
    expect((await explain(repository, "b.env")).text).toContain("no exclude entry in keywarden.json matches");
  });

  it("tells files, links, pipes, folders, submodules, sparse paths and what lies outside", async () => {
    using repository = await makeRepository();
    repository.write("a/b.txt", "x\n");
    repository.write("sparse.txt", "x\n");
    repository.write("wide.reg", Buffer.from(`\uFEFF${line}`, "utf16le"));
    repository.write("zero.bin", Buffer.from("a\0b"));
    repository.write("log.gz", gzipSync(line));
    await repository.commit("first");
    symlinkSync("../a", join(repository.path, "a/link"));
    symlinkSync(`secret-${live}`, join(repository.path, "dangling"));
    execFileSync("mkfifo", [join(repository.path, "pipe")]);
    await repository.git("update-index", "--skip-worktree", "sparse.txt");
    rmSync(join(repository.path, "sparse.txt"));
    await repository.git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},sub`);
    mkdirSync(join(repository.path, "sub"));
    const where = { directory: repository.path, env: repository.env };
    const of = async (path: string): Promise<string> =>
      (await keywarden(["scan", "--explain", path], where)).stdout;
    expect(await of("a")).toContain("a folder with 2 files in a scan");
    expect(await of(".")).toContain("the top of a repository");
    expect(await of("a/link")).toContain("a symbolic link: the text of its target is scanned");
    expect(await of("a/link/b.txt")).toContain("reached through a symbolic link");
    expect(await of("dangling")).toMatch(/found +sk_live_….{4} at the target.*\n +blocks/);
    expect(await of("pipe")).toMatch(/not scanned[^]*a named pipe, which is never opened/);
    expect(await of("sparse.txt")).toMatch(/not scanned[^]*skip-worktree[^]*not on disk/);
    expect(await of("sub")).toContain("a submodule: its files are listed by its own rules");
    expect(await of(".git/config")).toMatch(/not scanned[^]*inside \.git/);
    expect(await of("wide.reg")).toMatch(/UTF-16, little endian[^]*, utf-16, high confidence/);
    expect(await of("zero.bin")).toContain(
      "binary to git, because it has zero bytes; it is scanned like any other",
    );
    expect(await of("log.gz")).toMatch(/at gzip:1:15, plain/);
    using outside = makeTemporaryDirectory();
    writeFileSync(join(outside.path, "a.env"), line);
    expect((await explain(outside, "a.env")).facts[0]?.is).toContain("outside a git repository");
  });

  it("explains the next commit with --staged, where only what is added fires", async () => {
    using repository = await makeRepository();
    repository.write("a.env", line);
    repository.write("same.txt", "x\n");
    await repository.commit("first");
    repository.write("a.env", `${line}k=${test}\n`);
    await repository.git("add", "--all");
    repository.write("a.env", "gone from the work tree\n");
    const { matches, text } = await explain(repository, "a.env", "--staged");
    expect(matches).toMatchObject([{ outcome: "was there before" }, { outcome: "blocks", line: 2 }]);
    expect(text).toContain("the next commit changes it");
    expect((await explain(repository, "same.txt", "--staged")).scanned).toBe(false);
    await repository.git("rm", "-q", "-f", "--cached", "a.env");
    expect(last(await explain(repository, "a.env", "--staged"))).toContain("a commit that removes it");
  });

  it("does not know paths that are not there, and says what was meant", async () => {
    using repository = await makeRepository();
    repository.write("src/config.ts", "x\n");
    const where = { directory: repository.path, env: repository.env };
    for (const more of [[], ["--staged"]]) {
      const { status, stderr } = await keywarden(["scan", "--explain", "src/confg.ts", ...more], where);
      expect([status, stderr]).toEqual([2, expect.stringContaining("Did you mean src/config.ts?")]);
    }
    expect((await keywarden(["scan", "--explain", "a", "b"], where)).stderr).toContain("takes one path");
    expect((await keywarden(["scan", "--explain", "a", "--history"], where)).status).toBe(2);
    expect((await keywarden(["scan", "--explain", "a", "--format", "sarif"], where)).status).toBe(2);
  });
});
