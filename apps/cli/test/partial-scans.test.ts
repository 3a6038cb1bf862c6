import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRepository, makeTemporaryDirectory } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { placeOf, keywarden, live, scanJson, test } from "./command.ts";

const objectPath = (repository: TestRepository, id: string): string =>
  join(repository.path, ".git/objects", id.slice(0, 2), id.slice(2));

/** A staged file whose blob is gone, beside one with a key. */
async function withLostBlob(repository: TestRepository): Promise<void> {
  repository.write("a.env", `KEY=${live}\n`);
  repository.write("lost.txt", "nothing in it\n");
  await repository.git("add", ".");
  rmSync(objectPath(repository, await repository.git("rev-parse", ":lost.txt")));
}

describe("a scan that cannot read a part", () => {
  it.each(["text", "json", "jsonl", "sarif", "junit", "github", "gitlab", "csv", "markdown", "html"])(
    "reports what it could read, and what not, as %s and into a file",
    async (format) => {
      using repository = await makeRepository();
      await withLostBlob(repository);
      const output = join(repository.outside, "report");
      const { status, stdout } = await keywarden(
        ["scan", "--staged", "--format", format, "--output", output],
        placeOf(repository),
      );
      expect(status).toBe(2);
      expect(stdout).toContain("could not read lost.txt: what is staged, object");
      const report = readFileSync(output, "utf8");
      for (const word of ["a.env", "lost.txt", "git fsck --full"]) expect(report).toContain(word);
      expect(report.includes('"complete": false')).toBe(format === "json" || format === "sarif");
    },
  );

  it("counts everything staged as new where HEAD cannot be read", async () => {
    using repository = await makeRepository();
    repository.write("old.env", `KEY=${live}\n`);
    await repository.commit("first");
    rmSync(objectPath(repository, await repository.git("rev-parse", "HEAD^{tree}")));
    repository.write("new.env", `KEY=${test}\n`);
    await repository.git("add", "new.env");
    const { status, findings, summary } = await scanJson(["--staged"], placeOf(repository));
    expect([status, findings.map(({ path }) => path)]).toEqual([2, ["new.env", "old.env"]]);
    expect(summary["unread"]).toMatchObject([{ location: "HEAD", remedy: "git fsck --full" }]);
  });

  it("scans the paths that are there beside one that is not, and only the missing one is an error", async () => {
    using repository = await makeRepository();
    repository.write("a.env", `KEY=${live}\n`);
    const { status, findings, summary } = await scanJson(["a.env", "b.env"], placeOf(repository));
    expect([status, findings.length]).toEqual([2, 1]);
    expect(summary["unread"]).toMatchObject([{ location: "b.env", kind: "file" }]);
    const alone = await keywarden(["scan", "nope/**"], placeOf(repository));
    expect([alone.status, alone.stderr]).toEqual([2, expect.stringContaining("No file, folder or match")]);
  });
});

describe("with a keywarden.json that cannot be used", () => {
  const missing = 'could not read keywarden.json:1:20: unknown property "alow"';

  async function withBrokenConfig(repository: TestRepository): Promise<void> {
    repository.write("keywarden.json", '{ "providers": [], "alow": [] }');
    await repository.commit("first");
    repository.write("a.env", `KEY=${live}\n`);
    await repository.git("add", ".");
  }

  it.each([[[]], [["--staged"]]])("--explain %j says what it finds, and what is missing", async (more) => {
    using repository = await makeRepository();
    await withBrokenConfig(repository);
    const argv = ["scan", "--explain", "a.env", ...more];
    const { status, stdout } = await keywarden([...argv, "--format", "json"], placeOf(repository));
    expect([status, JSON.parse(stdout)]).toEqual([
      2,
      expect.objectContaining({
        matches: [expect.objectContaining({ outcome: "blocks" })],
        complete: false,
        unread: [expect.objectContaining({ location: "keywarden.json:1:20" })],
      }),
    ]);
    const text = await keywarden(argv, placeOf(repository));
    expect([text.status, text.stdout]).toEqual([
      2,
      expect.stringMatching(/^ {2}missing {4}keywarden\.json:1:20 /m),
    ]);
  });

  it("the hook commit-msg still scans the message", async () => {
    using repository = await makeRepository();
    await withBrokenConfig(repository);
    repository.write("message", `Use ${live}\n`);
    const { status, stdout } = await keywarden(["hook", "commit-msg", "message"], placeOf(repository));
    expect(status).toBe(2);
    expect(stdout).toContain(missing);
    expect(stdout).toContain("message:1:5");
  });

  it("the hook pre-receive still names the key for which it refuses", async () => {
    using repository = await makeRepository();
    await withBrokenConfig(repository);
    const tree = await repository.git("write-tree");
    const commit = await repository.git("commit-tree", "-p", "HEAD", "-m", "second", tree);
    const { status, stderr } = await keywarden(["hook", "pre-receive"], {
      ...placeOf(repository),
      input: `${"0".repeat(40)} ${commit} refs/heads/new\n`,
    });
    expect(status).toBe(2);
    expect(stderr).toContain("it adds 1 key, and a part of it could not be read");
    expect(stderr).toContain("a.env:1:5");
    expect(stderr).toContain("keywarden.json:1:20: unknown property");
  });
});

describe("a scan that would be smaller than it looks", () => {
  it("is refused without git in a folder of a repository, of a submodule and of a linked work tree", async () => {
    using repository = await makeRepository();
    repository.write("sub/k.txt", "x\n");
    await repository.commit("first");
    const linked = join(repository.outside, "linked");
    await repository.git("worktree", "add", "-q", linked);
    const env = { ...repository.env, PATH: repository.outside };
    for (const directory of [repository.path, join(repository.path, "sub"), linked, join(linked, "sub")]) {
      const { status, stdout, stderr } = await keywarden(["scan"], { directory, env });
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toContain("git was not found; install git");
    }
    const outside = join(repository.outside, "plain");
    mkdirSync(outside);
    writeFileSync(join(outside, "a"), "x");
    expect((await keywarden(["scan"], { directory: outside, env })).status).toBe(0);
  });

  it("is refused where .git leads nowhere, and in a bare repository", async () => {
    using repository = await makeRepository();
    const folder = join(repository.outside, "moved");
    mkdirSync(join(folder, "sub"), { recursive: true });
    writeFileSync(join(folder, ".git"), "gitdir: /nowhere/at/all\n");
    writeFileSync(join(folder, "sub/a"), "x");
    const broken = await keywarden(["scan"], { directory: join(folder, "sub"), env: repository.env });
    expect([broken.status, broken.stderr]).toEqual([
      2,
      expect.stringContaining("does not accept it as a repository"),
    ]);
    using bare = await makeRepository({ bare: true });
    const { status, stderr } = await keywarden(["scan"], placeOf(bare));
    expect([status, stderr]).toEqual([2, expect.stringContaining("keywarden scan --history")]);
  });

  it("looks behind a link that is named", async () => {
    using repository = await makeRepository();
    const elsewhere = join(repository.outside, "elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, "a.env"), `KEY=${live}\n`);
    symlinkSync(elsewhere, join(repository.path, "folder"));
    symlinkSync(join(elsewhere, "a.env"), join(repository.path, "file"));
    for (const link of ["folder", "file"]) {
      expect((await scanJson([link], placeOf(repository))).findings).toHaveLength(1);
    }
    expect((await scanJson([], placeOf(repository))).findings).toEqual([]);
  });
});

describe("a remedy that is printed", () => {
  it("of a repository that another user owns works when it is run, from a subfolder too", async () => {
    using repository = await makeRepository();
    repository.write("it's/a", "x\n");
    await repository.commit("first");
    const env = { ...repository.env, GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };
    const place = { directory: join(repository.path, "it's"), env };
    const { status, stderr } = await keywarden(["scan"], place);
    const remedy = /if you do: (?<command>git config .+)$/mu.exec(stderr)?.groups?.["command"] ?? "";
    expect([status, remedy]).toEqual([2, `git config --global --add safe.directory '${repository.path}'`]);
    execFileSync("sh", ["-c", remedy], { cwd: place.directory, env, stdio: "ignore" });
    expect((await keywarden(["scan"], place)).status).toBe(0);
  });
});

describe("a scan of several repositories", () => {
  const several = (...names: readonly string[]): readonly string[] =>
    names.flatMap((name) => ["--repository", name]);

  async function shopAndApi(): Promise<[shop: TestRepository, api: TestRepository]> {
    const [shop, api] = await Promise.all([makeRepository(), makeRepository()]);
    shop.write("a.env", `KEY=${live}\n`);
    await shop.commit("first");
    shop.write("a.env", "KEY=\n");
    api.write("a.env", `KEY=${test}\n`);
    api.write("keywarden.json", '{ "exclude": ["old/**"] }');
    api.write("old/b.env", `KEY=${live}\n`);
    await api.commit("first");
    return [shop, api];
  }

  it("scans each by its own configuration, and says of each finding where it is", async () => {
    const [shop, api] = await shopAndApi();
    using _shop = shop;
    using _api = api;
    const files = await scanJson(several(shop.path, api.path, `${shop.path}/.`), placeOf(api));
    expect([files.status, files.findings.map(({ repository, path }) => [repository, path])]).toEqual([
      1,
      [[api.path, "a.env"]],
    ]);
    expect(files.summary).toMatchObject({
      complete: true,
      repositories: [
        { repository: shop.path, findings: 0, files: { listed: 1 }, complete: true },
        { repository: api.path, findings: 1, files: { skipped: 1 }, complete: true },
      ],
      skipped: [{ repository: api.path, path: "old/b.env" }],
      findings: 1,
    });
    const commits = await scanJson([...several(shop.path, api.path), "--history"], placeOf(api));
    expect(commits.findings.map(({ repository, path }) => [repository, path])).toEqual([
      [shop.path, "a.env"],
      [api.path, "a.env"],
    ]);
  });

  it("is not whole where one cannot be scanned, and reports all others", async () => {
    const [shop, api] = await shopAndApi();
    using _shop = shop;
    using _api = api;
    const names = several(join(api.outside, "gone"), api.path, shop.path);
    const { status, findings, summary } = await scanJson(names, placeOf(shop));
    expect([status, findings.length]).toEqual([2, 1]);
    expect(summary).toMatchObject({
      complete: false,
      unread: [{ repository: join(api.outside, "gone"), location: "the repository" }],
      repositories: [{ complete: false }, { complete: true }, { complete: true }],
    });
    const text = await keywarden(["scan", ...names], placeOf(shop));
    expect([text.status, text.stdout]).toEqual([2, expect.stringContaining("2 of 3 whole repositories")]);
    expect(text.stdout).toContain(
      `${join(api.outside, "gone")}: not everything could be read: scanned 0 files`,
    );
  });

  it("never takes the repository of a hook for one that is named", async () => {
    const [shop, api] = await shopAndApi();
    using _shop = shop;
    using _api = api;
    const env = { ...shop.env, GIT_DIR: join(shop.path, ".git"), GIT_WORK_TREE: shop.path };
    const { status, findings } = await scanJson(several(api.path), { directory: shop.path, env });
    expect([status, findings.length]).toEqual([1, 1]);
  });

  it("refuses what is not a repository beside it", async () => {
    using repository = await makeRepository();
    for (const other of ["--staged", "--stdin", "a.env"]) {
      const { status, stderr } = await keywarden(["scan", "--repository", ".", other], placeOf(repository));
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(/^keywarden: --repository scans the files of/),
      ]);
    }
  });
});

describe("a second scan of a history", () => {
  it("says how much of it is from the cache, and --no-cache reads all of it again", async () => {
    using repository = await makeRepository();
    const program = builtProgram("cli");
    repository.write("a.env", `KEY=${live}\n`);
    await repository.commit("first");
    const scan = async (...more: readonly string[]) =>
      (await keywarden(["scan", "--history", ...more], { ...placeOf(repository), program })).stdout;
    const first = await scan();
    expect(first).not.toContain("from the cache");
    expect(await scan("--no-cache")).toBe(first);
    expect(await scan()).toBe(
      first.replace(/(B); nothing skipped/u, "$1, 2 of the objects from the cache; nothing skipped"),
    );
    // Another provider of one's own is another question.
    repository.write(
      "keywarden.json",
      '{ "providers": [{ "id": "acme", "name": "Acme", "patterns": [{ "id": "key", "name": "key", "kind": "secret", "pattern": "acme-{base62:20}" }] }] }',
    );
    expect(await scan()).toBe(first);
  });
});

describe("a second scan of a folder", () => {
  it("says how many files are from the cache, and --no-cache reads all of them again", async () => {
    using folder = makeTemporaryDirectory();
    // Files that were there long before the scan began.
    const directory = join(import.meta.dirname, "../../../node_modules/zod");
    const env = { ...process.env, XDG_CACHE_HOME: folder.path };
    const scan = async (...more: readonly string[]) => {
      const args = ["scan", "--no-ignore", ...more];
      const { stdout, stderr } = await keywarden(args, { directory, env, program: builtProgram("cli") });
      return {
        stdout: stdout.replace(/(?<=MB), (\d+) of the files from the cache/u, ""),
        isCached: /from the cache/u.test(stdout),
        stderr,
      };
    };
    const first = await scan();
    expect(first.stdout).toMatch(/no keys found.*: scanned \d+ files/u);
    expect(await scan("--no-cache")).toEqual(first);
    expect(await scan()).toEqual({ ...first, isCached: true });
  });
});
