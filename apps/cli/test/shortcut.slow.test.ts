import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { aforo } from "@keywarden/key-format";
import { makeKey, makeTemporaryDirectory } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { builtProgram } from "@keywarden/testing/built-program";
import { copyProgram } from "./copy-program.ts";
import { guardedRepository, keywarden, live } from "./command.ts";
import { isProvedClean } from "./proof.ts";

const program = builtProgram("cli");

const stage = async (
  repository: TestRepository,
  path: string,
  content: string | Uint8Array,
): Promise<void> => {
  repository.write(path, content);
  await repository.git("add", "--all");
};

describe("git proves", () => {
  it("that a plain change holds no key, without starting the program", async () => {
    using repository = await guardedRepository({ program });
    await stage(repository, "a.txt", "nothing to see\n");
    expect(await isProvedClean(repository)).toBe(true);
  });

  it("the same in SHA-256 repositories and in linked worktrees, too", async () => {
    using repository = await guardedRepository({ program, objectFormat: "sha256" });
    await stage(repository, "a.txt", "nothing to see\n");
    expect(await isProvedClean(repository)).toBe(true);
    const worktree = join(repository.outside, "linked");
    await repository.git("worktree", "add", "-q", worktree);
    writeFileSync(join(worktree, "b.txt"), "nothing\n");
    await repository.run(["add", "--all"], { directory: worktree });
    // The check cannot start any more: only the proof lets this commit pass.
    const gone = makeTemporaryDirectory();
    try {
      const doomed = copyProgram(gone.path);
      await keywarden(["hook", "install"], {
        directory: repository.path,
        env: repository.env,
        program: doomed,
      });
      rmSync(doomed);
      const { exitCode } = await repository.run(["commit", "-m", "x"], { directory: worktree });
      expect(exitCode).toBe(0);
    } finally {
      gone.remove();
    }
  });
});

describe("the check starts", () => {
  const base64 = Buffer.from(`x${live}`).toString("base64");
  it.each<[string, string, string | Uint8Array]>([
    ["a key", "a.env", live],
    ["a key without a line break in 3 MB", "a.js", "x=1;".repeat(800_000) + live],
    ["UTF-16", "a.reg", Buffer.from(`\uFEFF${live}\n`, "utf16le")],
    ["UTF-16, big endian", "a.reg", Buffer.from(`\uFEFF${live}\n`, "utf16le").swap16()],
    ["base64", "a.txt", base64],
    [
      "wrapped base64",
      "a.txt",
      Buffer.from("y".repeat(45) + live)
        .toString("base64")
        .replaceAll(/.{64}/g, "$&\n"),
    ],
    ["hexadecimal digits", "a.txt", Buffer.from(live).toString("hex")],
    ["percent escapes", "a.txt", live.replaceAll("_", "%5F")],
    ["backslash escapes", "a.js", live.replaceAll("_", String.raw`\u005f`)],
    ["HTML entities", "a.html", live.replaceAll("_", "&#95;")],
    ["a text that goes on in the next line", "a.sh", `${live.slice(0, 3)}\\\n${live.slice(3)}`],
    ["texts that are joined", "a.js", `"sk_" +\n  "${live.slice(3)}"`],
    ["a gzip file", "a.gz", gzipSync(live)],
    ["a path", `${live}/a.txt`, "x\n"],
  ])("for %s", async (_, path, content) => {
    using repository = await guardedRepository({ program });
    await stage(repository, path, content);
    expect(await isProvedClean(repository)).toBe(false);
  });

  it("when a body is written below a prefix that was there", async () => {
    using repository = await guardedRepository({ program });
    const [prefix, body] = [live.slice(0, 8), live.slice(8)];
    repository.write("a.js", `key =\n  "${prefix}" +\n  "";\n`);
    await repository.git("add", "--all");
    await repository.git("commit", "-q", "--no-verify", "-m", "before");
    await stage(repository, "a.js", `key =\n  "${prefix}" +\n  "${body}";\n`);
    expect(await isProvedClean(repository)).toBe(false);
  });

  it("when the file on disk only looks like what is staged", async () => {
    using repository = await guardedRepository({ program });
    await repository.git("config", "core.trustctime", "false");
    await repository.git("config", "core.checkStat", "minimal");
    const path = join(repository.path, "a.env");
    const time = new Date(Date.UTC(2026, 0, 1));
    writeFileSync(path, live);
    utimesSync(path, time, time);
    await repository.git("add", "--all");
    writeFileSync(path, "x".repeat(live.length));
    utimesSync(path, time, time);
    expect(await isProvedClean(repository)).toBe(false);
  });

  it("when the configuration is staged, changed or removed", async () => {
    using repository = await guardedRepository({ program });
    await stage(repository, "keywarden.json", "{}");
    expect(await isProvedClean(repository)).toBe(false);
    await keywarden(["hook", "install"], { directory: repository.path, env: repository.env, program });
    expect(await isProvedClean(repository)).toBe(true);
    await stage(repository, "keywarden.json", '{ "providers": [] }');
    expect(await isProvedClean(repository)).toBe(false);
    await repository.git("rm", "-q", "-f", "keywarden.json");
    expect(await isProvedClean(repository)).toBe(false);
  });

  it("when another build of the program is installed", async () => {
    using other = makeTemporaryDirectory();
    using repository = await guardedRepository({ program: copyProgram(other.path) });
    await stage(repository, "a.txt", "x\n");
    expect(await isProvedClean(repository)).toBe(true);
    writeFileSync(join(other.path, "dist/build-id"), `${"0".repeat(64)}\n`);
    expect(await isProvedClean(repository)).toBe(false);
  });

  it.each(["GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"])("when %s leads elsewhere", async (name) => {
    using repository = await guardedRepository({ program });
    await stage(repository, "a.txt", "x\n");
    const value = name === "GIT_COMMON_DIR" ? ".git" : ".git/objects";
    expect(await isProvedClean(repository, { [name]: join(repository.path, value) })).toBe(false);
  });

  it("for the first commit, for nothing staged and for a missing blob", async () => {
    using unborn = await guardedRepository({ program, isUnborn: true });
    await stage(unborn, "a.txt", "x\n");
    expect(await isProvedClean(unborn)).toBe(false);
    using repository = await guardedRepository({ program });
    expect(await isProvedClean(repository)).toBe(false);
    await repository.git("update-index", "--add", "--cacheinfo", `100644,${"1".repeat(40)},gone.txt`);
    expect(await isProvedClean(repository)).toBe(false);
  });
});

const day = 24 * 60 * 60 * 1000;
const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const allow = [
  { path: "legacy/**", reason: "old", expires: dayText(Date.now() - day) },
  { path: "legacy/**", reason: "for a day more", owner: "ann", expires: dayText(Date.now() + 2 * day) },
  { fingerprint: "0".repeat(64), reason: "fits nothing" },
];

/** A repository that accepts keys in every way, with a hook that knows it. */
async function acceptingRepository(): Promise<TestRepository> {
  const repository = await guardedRepository({ program, isUnborn: true });
  const where = { directory: repository.path, env: repository.env, program };
  repository.write("legacy/a.env", live);
  await keywarden(["baseline", "create"], where);
  repository.write("keywarden.json", JSON.stringify({ allow }));
  await repository.git("add", "--all");
  await repository.git("commit", "-q", "--no-verify", "-m", "first");
  await keywarden(["hook", "install"], where);
  return repository;
}

describe("with accepted keys, a baseline and entries that have expired", () => {
  it("git still proves a plain change clean, and the scan has nothing to say of it either", async () => {
    using repository = await acceptingRepository();
    await stage(repository, "a.txt", "nothing to see\n");
    expect(await isProvedClean(repository)).toBe(true);
    const where = { directory: repository.path, env: repository.env, program };
    const { status, stdout } = await keywarden(["scan", "--staged", "--format", "json"], where);
    const { summary } = JSON.parse(stdout) as { summary: { expired: unknown; findings: unknown } };
    expect([status, summary]).toEqual([0, expect.objectContaining({ expired: [], findings: 0 })]);
  });

  it("the check starts where an entry could be used, and tells of the one that has expired", async () => {
    using repository = await acceptingRepository();
    await repository.git("rm", "-q", "-r", "--cached", ".keywarden");
    await keywarden(["hook", "install"], { directory: repository.path, env: repository.env, program });
    await stage(repository, "legacy/b.env", live);
    expect(await isProvedClean(repository)).toBe(false);
    const only = JSON.stringify({ allow: allow.slice(0, 1) });
    await stage(repository, "keywarden.json", only);
    await repository.git("rm", "-q", "-r", "-f", "--cached", ".keywarden");
    const { stdout } = await keywarden(["scan", "--staged"], {
      directory: repository.path,
      env: repository.env,
      program,
    });
    expect(stdout).toContain("this entry of allow expired on");
  });

  it("the check starts when the baseline changes, until the hook is installed again", async () => {
    using repository = await acceptingRepository();
    const where = { directory: repository.path, env: repository.env, program };
    await stage(repository, `.keywarden/baseline/${"0".repeat(64)}`, "");
    expect(await isProvedClean(repository)).toBe(false);
    await keywarden(["hook", "install"], where);
    expect(await isProvedClean(repository)).toBe(true);
    await stage(repository, ".keywarden/baseline/stranger", "");
    expect(await isProvedClean(repository)).toBe(false);
    expect((await keywarden(["scan", "--staged"], where)).status).toBe(2);
  });
});

describe("on random histories", () => {
  const key = makeKey(aforo, { kind: "secret", environment: "production" }, 7).reveal();
  const content = fc.array(
    fc.constantFrom(
      "x\n",
      "line\n",
      "\0",
      "é\n",
      "task_\n",
      key,
      `${key}\n`,
      key.slice(0, 8),
      "\r\n",
      Buffer.from(key).toString("base64"),
    ),
    { maxLength: 4 },
  );
  const step = fc.record({
    path: fc.constantFrom("a", "b", "d/c", "é", "x y", `p-${key.slice(0, 8)}`),
    content: fc.option(
      content.map((parts) => parts.join("")),
      { nil: null },
    ),
  });

  it.each([
    ["what git proves clean is clean for the exact scan", () => guardedRepository({ program })],
    ["so it is where keys are accepted, and nothing has to be said of an entry", acceptingRepository],
  ])("%s", async (_, make) => {
    using repository = await make();
    let proved = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        for (const { path, content } of steps) {
          if (content === null) rmSync(join(repository.path, path), { force: true });
          else repository.write(path, content);
        }
        await repository.git("add", "--all");
        const where = { directory: repository.path, env: repository.env, program };
        const isProved = await isProvedClean(repository);
        proved += isProved ? 1 : 0;
        const { status, stdout } = isProved
          ? await keywarden(["scan", "--staged"], where)
          : { status: 0, stdout: "" };
        expect([status, stdout.includes("expired")]).toEqual([0, false]);
        await repository.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "x");
      }),
      { numRuns: 25 },
    );
    await stage(repository, "readme.md", "more\n".repeat(proved));
    expect([proved > 0, await isProvedClean(repository)]).toEqual([true, true]);
  });
});
