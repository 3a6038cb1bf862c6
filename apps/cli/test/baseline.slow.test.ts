import { readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { aforo } from "@keywarden/key-format";
import type { Secret } from "@keywarden/key-format";
import { assertNoKey, makeKey, makeRepository, makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { keywarden } from "./command.ts";

const secrets: readonly Secret[] = Array.from({ length: 12 }, (_, index) =>
  makeKey(aforo, { kind: "secret", environment: "production" }, 500 + index),
);
const keys = secrets.map((secret) => secret.reveal());

const folder = ".keywarden/baseline";
const filesOf = (repository: TestRepository): readonly string[] =>
  readdirSync(join(repository.path, folder)).sort();
const idsOf = (repository: TestRepository): readonly string[] =>
  filesOf(repository).filter((name) => name !== "key");

async function run(repository: TestRepository, ...args: readonly string[]) {
  const result = await keywarden(args, { directory: repository.path, env: repository.env });
  assertNoKey(result.stdout + result.stderr, secrets);
  return result;
}

/** A repository with old keys in it and a committed baseline. */
async function baselined(count: number): Promise<TestRepository> {
  const repository = await makeRepository();
  for (const [index, key] of keys.slice(0, count).entries())
    repository.write(`src/${index}.ts`, `"${key}"\n`);
  const { status } = await run(repository, "baseline", "create");
  expect(status).toBe(0);
  await repository.commit("baseline");
  return repository;
}

describe("keywarden baseline create", () => {
  it("asks nobody to commit what is in no git repository", async () => {
    using directory = makeTemporaryDirectory();
    const { status, stdout } = await keywarden(["baseline", "create"], { directory: directory.path });
    expect(status).toBe(0);
    expect(stdout).toContain("It is not in a git repository.");
    expect(stdout).not.toContain("git add");
  });

  it("accepts what is reported now, says what that is, and stops nothing any more", async () => {
    using repository = await makeRepository();
    repository.write("src/a.ts", `"${keys[0]}"\n`);
    repository.write("src/b.ts", `"${keys[1]}" // keywarden:allow made for this test\n`);
    const { status, stdout } = await run(repository, "baseline", "create");
    expect([status, stdout]).toEqual([
      0,
      `accepted  src/a.ts:1:2  ${secrets[0]?.redacted}\nThe baseline in ${folder} accepts 1 key. Commit it: git add :/${folder}\n`,
    ]);
    const scan = await run(repository, "scan");
    expect([scan.status, scan.stdout]).toEqual([
      0,
      expect.stringContaining(
        "accepted: 1 by keywarden:allow, 1 in the baseline; --show-accepted lists them",
      ),
    ]);
  });

  it("works from any folder of the repository and outside of one", async () => {
    using repository = await makeRepository();
    repository.write("src/deep/a.ts", `"${keys[0]}"\n`);
    repository.write("b.ts", `"${keys[1]}"\n`);
    const inside = { directory: join(repository.path, "src/deep"), env: repository.env };
    expect((await keywarden(["baseline", "create"], inside)).status).toBe(0);
    expect(idsOf(repository)).toHaveLength(2);
    rmSync(join(repository.path, ".git"), { recursive: true });
    expect((await run(repository, "scan")).status).toBe(0);
  });

  it("never replaces a baseline, whose key would be lost", async () => {
    using repository = await baselined(1);
    const before = filesOf(repository);
    const { status, stderr } = await run(repository, "baseline", "create");
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("keywarden baseline update brings it up to date"),
    ]);
    expect(filesOf(repository)).toEqual(before);
  });

  it("gives every repository a key of its own", async () => {
    using one = await baselined(2);
    using other = await baselined(2);
    expect(idsOf(one).filter((id) => idsOf(other).includes(id))).toEqual([]);
  });

  it("writes nothing when keywarden.json is not understood", async () => {
    using repository = await makeRepository();
    repository.write("a.ts", `"${keys[0]}"\n`);
    repository.write("keywarden.json", '{ "alow": [] }');
    expect((await run(repository, "baseline", "create")).status).toBe(2);
    expect(readdirSync(repository.path)).not.toContain(".keywarden");
  });
});

describe("a baseline with --history", () => {
  it("accepts what only old commits hold, for as long as it is brought up to date in the same way", async () => {
    using repository = await makeRepository();
    repository.write("a.ts", `"${keys[0]}"\n`);
    await repository.commit("old");
    repository.write("a.ts", `"${keys[1]}"\n`);
    await repository.commit("new");
    const { status, stdout } = await run(repository, "baseline", "create", "--history");
    expect([status, stdout]).toEqual([0, expect.stringContaining("accepts 2 keys")]);
    expect((await run(repository, "scan", "--history")).status).toBe(0);
    const again = await run(repository, "baseline", "update", "--history");
    expect(again.stdout).toBe("0 added, 0 no longer found and removed; the baseline accepts 2 now.\n");

    await run(repository, "baseline", "update");
    expect((await run(repository, "scan")).status).toBe(0);
    expect((await run(repository, "scan", "--history")).status).toBe(1);
  });
});

describe("what the baseline holds", () => {
  it("is a key, and one line a finding in a file of that name: no path, line, time or fingerprint", async () => {
    using repository = await baselined(5);
    const read = (name: string) => readFileSync(join(repository.path, folder, name), "utf8");
    expect(read("key")).toMatch(/^[0-9a-f]{64}\n$/);
    expect(idsOf(repository)).toHaveLength(5);
    for (const id of idsOf(repository))
      expect([id, read(id)]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), `${id}\n`]);
    const everything = filesOf(repository)
      .map((name) => name + read(name))
      .join("");
    assertNoKey(everything, secrets);
    for (const key of keys) expect(everything).not.toContain(sha256(key));
  });

  it("is the same whichever files, lines and order the keys are found in", async () => {
    using repository = await baselined(5);
    const before = idsOf(repository);
    for (let index = 0; index < 5; index += 1) rmSync(join(repository.path, `src/${index}.ts`));
    repository.write("all.json", JSON.stringify(keys.slice(0, 5).reverse(), null, 4));
    const { stdout } = await run(repository, "baseline", "update");
    expect(stdout).toBe("0 added, 0 no longer found and removed; the baseline accepts 5 now.\n");
    expect(idsOf(repository)).toEqual(before);
  });
});

describe("an accepted key", () => {
  it("stays accepted when its file is moved, renamed, indented or rebased", async () => {
    using repository = await baselined(2);
    await repository.git("mv", "src/0.ts", "moved.js");
    repository.write("src/1.ts", `\n\n      "${keys[1]}",\n`);
    expect((await run(repository, "scan")).status).toBe(0);
    await repository.git("checkout", "-q", "-b", "topic");
    await repository.commit("move");
    await repository.git("checkout", "-q", "-");
    repository.write("other.ts", "nothing\n");
    await repository.commit("other");
    await repository.git("rebase", "-q", "HEAD", "topic");
    expect((await run(repository, "scan")).status).toBe(0);
  });

  it("is a new key once one of its characters has changed", async () => {
    using repository = await baselined(1);
    const key = keys[0] ?? "";
    const changed = key.slice(0, -1) + (key.endsWith("a") ? "b" : "a");
    repository.write("src/0.ts", `"${changed}"\n`);
    await repository.git("add", ".");
    expect((await run(repository, "scan")).status).toBe(1);
    expect((await run(repository, "scan", "--staged")).status).toBe(1);
  });
});

describe("two branches", () => {
  it("that each accept more keys and drop some merge without conflict, and the merge is sorted and whole", async () => {
    using repository = await baselined(4);
    const main = (await repository.git("branch", "--show-current")).trim();
    for (const [branch, added, dropped] of [
      ["one", [4, 5, 6, 7], 0],
      ["two", [7, 8, 9, 10], 1],
    ] as const) {
      await repository.git("checkout", "-q", "-b", branch, main);
      for (const index of added) repository.write(`${branch}/${index}.ts`, `"${keys[index]}"\n`);
      rmSync(join(repository.path, `src/${dropped}.ts`));
      expect((await run(repository, "baseline", "update")).stdout).toContain("4 added, 1 no longer found");
      await repository.commit(branch);
    }
    await repository.git("merge", "-q", "--no-edit", "one");
    expect((await repository.git("status", "--porcelain")).trim()).toBe("");

    const listed = (await repository.git("ls-files", folder)).trim().split("\n");
    expect(listed).toEqual(listed.toSorted());
    expect(idsOf(repository)).toHaveLength(4 - 2 + 4 + 4 - 1);
    const lines = idsOf(repository).map((id) => readFileSync(join(repository.path, folder, id), "utf8"));
    expect(lines).toEqual(idsOf(repository).map((id) => `${id}\n`));
    expect((await run(repository, "scan")).status).toBe(0);
    expect((await run(repository, "baseline", "audit")).status).toBe(0);
    const again = await run(repository, "baseline", "update");
    expect(again.stdout).toBe("0 added, 0 no longer found and removed; the baseline accepts 9 now.\n");
  });

  it("that drop and add in the same place are no rename to git", async () => {
    using repository = await baselined(1);
    const main = (await repository.git("branch", "--show-current")).trim();
    for (const [branch, index] of [
      ["one", 4],
      ["two", 5],
    ] as const) {
      await repository.git("checkout", "-q", "-b", branch, main);
      rmSync(join(repository.path, "src/0.ts"));
      repository.write(`${branch}.ts`, `"${keys[index]}"\n`);
      await run(repository, "baseline", "update");
      await repository.commit(branch);
    }
    await repository.git("merge", "-q", "--no-edit", "one");
    expect((await run(repository, "scan")).status).toBe(0);
    expect(idsOf(repository)).toHaveLength(2);
  });
});

describe("keywarden baseline audit", () => {
  it("lists everything that is accepted, how and why", async () => {
    using repository = await baselined(1);
    repository.write("b.ts", `"${keys[1]}" // keywarden:allow made for this test\n`);
    repository.write("c.ts", `"${keys[2]}"\n`);
    repository.write("d.ts", `"${keys[3]}"\n`);
    repository.write("keywarden.json", '{ "allow": [{ "path": "c.ts", "reason": "made here, too" }] }');
    const { status, stdout } = await run(repository, "baseline", "audit");
    expect(status).toBe(0);
    const id = (idsOf(repository)[0] ?? "").slice(0, 12);
    expect(stdout.trimEnd().split("\n")).toEqual([
      `b.ts:1:2  ${secrets[1]?.redacted}  keywarden:allow: made for this test`,
      `c.ts:1:2  ${secrets[2]?.redacted}  keywarden.json: made here, too`,
      `src/0.ts:1:2  ${secrets[0]?.redacted}  in the baseline as ${id}…`,
      "accepted: 1 in the baseline, 1 by keywarden.json, 1 by keywarden:allow; reported: 1",
    ]);
  });

  it("exits 1 for what is no longer found, what has expired and what fits nothing", async () => {
    using repository = await baselined(2);
    rmSync(join(repository.path, "src/0.ts"));
    const stale = await run(repository, "baseline", "audit");
    expect([stale.status, stale.stdout]).toEqual([
      1,
      expect.stringMatching(/^[0-9a-f]{12}…  no longer found$/m),
    ]);
    await run(repository, "baseline", "update");
    expect((await run(repository, "baseline", "audit")).status).toBe(0);

    repository.write("b.ts", `"${keys[2]}"\n`);
    repository.write(
      "keywarden.json",
      '{ "allow": [\n{ "path": "b.ts", "reason": "made here", "expires": "2020-01-01" },\n{ "path": "x.ts", "reason": "made here" }] }',
    );
    const { status, stdout } = await run(repository, "baseline", "audit");
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining("keywarden.json:2:1: this entry of allow expired"),
    ]);
    expect(stdout).toContain(
      'keywarden.json:3:1: allow[1].path fits no key in this scan; did you mean "b.ts"?',
    );
  });

  it("and update need a baseline", async () => {
    using repository = await makeRepository();
    for (const action of ["audit", "update"]) {
      const { status, stderr } = await run(repository, "baseline", action);
      expect([status, stderr]).toEqual([
        2,
        "keywarden: No baseline exists; keywarden baseline create creates one.\n",
      ]);
    }
  });
});

describe("keywarden baseline add", () => {
  const other = makeKey(aforo, { kind: "secret", environment: "production" }, 900);

  it("accepts single findings with reason, owner and day, and reports them again from that day on", async () => {
    using repository = await makeRepository();
    repository.write("src/a.ts", `\n"${keys[0]}"\n"${keys[1]}"\n`);
    const facts = ["--reason", "made for tests", "--owner", "payments"];
    const added = await run(repository, "baseline", "add", "src/a.ts:2", ...facts, "--expires", "2999-01-31");
    expect([added.status, added.stdout]).toEqual([
      0,
      `accepted  src/a.ts:2:2  ${secrets[0]?.redacted}\n` +
        `The baseline accepts 1 key until 2999-01-31: made for tests. Commit it: git add :/${folder}\n`,
    ]);
    const [name = ""] = idsOf(repository);
    expect(name).toMatch(/^[0-9a-f]{64}\.until-2999-01-31$/);
    const scan = await run(repository, "scan", "--show-accepted");
    expect([scan.status, scan.stdout]).toEqual([
      1,
      expect.stringContaining("made for tests, owner payments"),
    ]);
    expect(scan.stdout).toContain("src/a.ts:3:2");

    await repository.commit("baseline");
    repository.write("src/b.ts", `"${keys[0]}"\n`);
    await repository.git("add", "--all");
    expect((await run(repository, "scan", "--staged")).status).toBe(0);

    const past = name.replace("2999", "2001");
    renameSync(join(repository.path, folder, name), join(repository.path, folder, past));
    const late = await run(repository, "scan");
    expect([late.status, late.stdout.replaceAll("\n", " ")]).toEqual([
      1,
      expect.stringContaining(
        "this entry expired on 2001-01-31 (made for tests, owner payments); 2 findings are reported again",
      ),
    ]);
    expect((await run(repository, "baseline", "audit")).status).toBe(1);
    const id = past.slice(0, 12);
    expect((await run(repository, "baseline", "add", id, "--reason", "still needed")).status).toBe(0);
    expect(idsOf(repository)).toEqual([past.slice(0, 64)]);
  });

  it.each([
    [["src/b.ts"], 'Nothing is reported at "src/b.ts"'],
    [["abc"], "a finding id needs 8 digits"],
    [["src/a.ts", "--expires", "2001-01-31"], "--expires 2001-01-31 is past"],
    [["src/a.ts", "--expires", "soon"], "--expires takes a day that exists"],
    [["src/a.ts", "--reason", "?"], "--reason takes a sentence"],
    [["src/a.ts", "--reason", `it was ${other.reveal()}`], "--reason holds what looks like a key"],
  ])("says what it cannot do with %j", async (args, words) => {
    using repository = await makeRepository();
    repository.write("src/a.ts", `"${other.reveal()}"\n`);
    const reason = args.includes("--reason") ? [] : ["--reason", "made for tests"];
    const { status, stderr } = await run(repository, "baseline", "add", ...args, ...reason);
    expect([status, stderr.replaceAll(/\s+/g, " ")]).toEqual([2, expect.stringContaining(words)]);
  });
});
