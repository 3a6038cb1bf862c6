import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aero2, auroraSolar } from "@keywarden/key-format";
import { makeKey, makeRepository, makeTemporaryDirectory } from "@keywarden/testing";
import { keywarden, live, scanJson } from "./command.ts";

const line = `AFORO_API_KEY=${live}\n`;

describe("keywarden scan", () => {
  it("prints one JSON object with every promised field", async () => {
    using folder = makeTemporaryDirectory();
    writeFileSync(join(folder.path, "a.env"), line);
    const { status, findings, summary } = await scanJson(["."], { directory: folder.path });
    expect(status).toBe(1);
    expect(findings).toEqual([
      {
        action: "block",
        provider: "aforo",
        candidates: ["aforo", "aero2", "example", "stripe", "clerk", "paystack", "azotte"],
        kind: "secret",
        environment: "production",
        label: "live",
        path: "a.env",
        locationKind: "content",
        line: 1,
        column: 15,
        endColumn: 63,
        redacted: `sk_live_…${live.slice(-4)}`,
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        confidence: "high",
        reason: expect.stringContaining("48 characters is the length that Aforo states"),
      },
    ]);
    expect(summary).toMatchObject({
      files: { listed: 1, scanned: 1, skipped: 0 },
      bytes: { listed: 63, scanned: 63, skipped: 0 },
      complete: true,
    });
  });

  it("exits 1 for a restricted key as for a secret one, and 0 for a publishable one", async () => {
    using folder = makeTemporaryDirectory();
    const statuses: Record<string, number> = {};
    for (const kind of ["secret", "restricted", "publishable"] as const) {
      const provider = kind === "publishable" ? aero2 : auroraSolar;
      writeFileSync(
        join(folder.path, "a.env"),
        makeKey(provider, { kind, environment: "production" }).reveal(),
      );
      statuses[kind] = (await keywarden(["scan"], { directory: folder.path })).status;
    }
    expect(statuses).toEqual({ secret: 1, restricted: 1, publishable: 0 });
  });

  it("says what it scanned when it finds nothing, even nothing at all", async () => {
    using folder = makeTemporaryDirectory();
    const { status, stdout } = await keywarden(["scan"], { directory: folder.path });
    expect([status, stdout]).toEqual([0, "no keys found: scanned 0 files, 0 B; nothing skipped\n"]);
  });

  it("scans tracked and new files of a repository, and ignored ones on request", async () => {
    using repository = await makeRepository();
    repository.write(".gitignore", "*.env\n");
    repository.write("a.env", line);
    repository.write("new.txt", line);
    const place = { directory: repository.path, env: repository.env };
    expect((await scanJson([], place)).findings.map(({ path }) => path)).toEqual(["new.txt"]);
    expect((await scanJson(["--no-ignore"], place)).findings.map(({ path }) => path)).toEqual([
      "a.env",
      "new.txt",
    ]);
    expect((await scanJson(["a.env"], place)).findings).toHaveLength(1);
  });

  it("refuses a folder of which git ignores everything", async () => {
    using repository = await makeRepository();
    repository.write(".gitignore", "build\n");
    repository.write("build/a.env", line);
    const place = { directory: repository.path, env: repository.env };
    const { status, stderr } = await keywarden(["scan", "build"], place);
    expect([status, stderr]).toEqual([
      2,
      'keywarden: git ignores everything in "build"; --no-ignore scans it anyway.\n',
    ]);
  });

  it("understands globs, hidden files included, and names what matches nothing", async () => {
    using folder = makeTemporaryDirectory();
    mkdirSync(join(folder.path, "conf/.hidden"), { recursive: true });
    writeFileSync(join(folder.path, "conf/.hidden/é.yml"), line);
    const { findings } = await scanJson(["conf/**/*.yml"], { directory: folder.path });
    expect(findings.map(({ path }) => path)).toEqual(["conf/.hidden/é.yml"]);
    const { status, stderr } = await keywarden(["scan", "*.toml"], { directory: folder.path });
    expect([status, stderr]).toEqual([2, 'keywarden: No file, folder or match for "*.toml".\n']);
  });

  it.skipIf(process.platform === "win32")(
    "accounts for links, pipes and names that are not UTF-8, and does not wait for a writer",
    async () => {
      using folder = makeTemporaryDirectory();
      execFileSync("mkfifo", [join(folder.path, "pipe")]);
      execFileSync("ln", ["-s", `/nowhere/${live}`, join(folder.path, "link")]);
      writeFileSync(Buffer.concat([Buffer.from(`${folder.path}/a`), Buffer.from([0xff])]), line);
      const { status, findings, summary } = await scanJson([], { directory: folder.path });
      expect(findings.map(({ path, locationKind }) => [path, locationKind])).toEqual([
        [String.raw`a\xff`, "content"],
        ["link", "link"],
      ]);
      expect(summary["skipped"]).toEqual([{ path: "pipe", reason: "it is a named pipe" }]);
      expect(status).toBe(1);
    },
  );

  it.skipIf(process.getuid?.() === 0)(
    "exits 2 when a file cannot be read, whatever else it found",
    async () => {
      using folder = makeTemporaryDirectory();
      writeFileSync(join(folder.path, "a.env"), line);
      writeFileSync(join(folder.path, "b.env"), line);
      chmodSync(join(folder.path, "b.env"), 0);
      const { status, stdout } = await keywarden(["scan"], { directory: folder.path });
      expect(status).toBe(2);
      expect(stdout).toContain("could not read b.env: permission denied");
    },
  );

  it("reads standard input in chunks of any size", async () => {
    using folder = makeTemporaryDirectory();
    const input = `${"x".repeat(70)}\n`.repeat(100_000) + line;
    const { status, findings } = await scanJson(["--stdin"], { directory: folder.path, input });
    expect([status, findings[0]]).toMatchObject([1, { path: "<stdin>", line: 100_001, column: 15 }]);
  });

  it("scans files larger than its buffer", async () => {
    using folder = makeTemporaryDirectory();
    writeFileSync(join(folder.path, "big.log"), `${"y".repeat(99)}\n`.repeat(60_000) + line);
    const { findings } = await scanJson([], { directory: folder.path });
    expect(findings).toMatchObject([{ line: 60_001, column: 15 }]);
  });

  it("gives a report that fits 80 columns, the key redacted in its frame", async () => {
    using folder = makeTemporaryDirectory();
    writeFileSync(
      join(folder.path, "min.js"),
      `${"let a=1;".repeat(900)}k="${live}";${"let b=2;".repeat(900)}`,
    );
    const { status, stdout } = await keywarden(["scan"], { directory: folder.path });
    expect(status).toBe(1);
    expect(Math.max(...stdout.split("\n").map((text) => text.length))).toBeLessThanOrEqual(80);
    expect(stdout).toContain("^^^^");
    expect(stdout).toContain("What to do");
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^scanned 1 file, 14\.5 kB; nothing skipped$/);
  });

  it("uses colour only where it is wanted", async () => {
    using folder = makeTemporaryDirectory();
    const run = async (args: readonly string[], env = {}) =>
      (await keywarden(["scan", "--stdin", ...args], { directory: folder.path, input: line, env })).stdout;
    expect(await run([])).not.toContain("\u001B[");
    expect(await run(["--color=always"], { NO_COLOR: "1" })).toContain("\u001B[31m");
    expect(await run([], { FORCE_COLOR: "1", NO_COLOR: "1" })).not.toContain("\u001B[");
  });
});

const hookActions = "install, uninstall, status, pre-push, commit-msg, pre-receive";

describe("bad input", () => {
  it.each([
    [["scan", "--stagd"], 'Unknown flag "--stagd" for keywarden scan. Did you mean --staged?'],
    [["scna"], 'Unknown command "scna". Did you mean scan?'],
    [
      ["scan", "--format", "jsn"],
      '--format must be text, json, jsonl, sarif, junit, github, gitlab, markdown, html or csv, not "jsn". Did you mean json?',
    ],
    [["scan", "--format"], "--format needs a value: --format <format>."],
    [["scan", "--staged", "--stdin"], "Scan one thing at a time: --staged or --stdin."],
    [["scan", "nowhere"], 'No file, folder or match for "nowhere".'],
    [["scan", "-"], 'No file or folder is called "-". --stdin scans standard input.'],
    [["hook"], `keywarden hook needs an action: ${hookActions}.`],
    [["hook", "instal"], 'Unknown action "instal" of keywarden hook. Did you mean install?'],
  ])("%j is one clear sentence and exit 2", async (args, sentence) => {
    using folder = makeTemporaryDirectory();
    const { status, stdout, stderr } = await keywarden(args, { directory: folder.path });
    expect([status, stdout, stderr]).toEqual([2, "", `keywarden: ${sentence}\n`]);
  });

  it("outside a repository --staged and hook exit 2", async () => {
    using folder = makeTemporaryDirectory();
    const place = { directory: folder.path, env: { GIT_CEILING_DIRECTORIES: folder.path } };
    expect((await keywarden(["scan", "--staged"], place)).status).toBe(2);
    expect((await keywarden(["hook", "status"], place)).status).toBe(2);
  });

  it.each([
    ['{\n  "provider": []\n}', 'keywarden.json:2:3: unknown property "provider"; did you mean "providers"?'],
    ['{\n  "providers": [}\n', "keywarden.json:2:17: a value is expected"],
    ["[]", "keywarden.json:1:1: the document must be an object"],
    ["{ /* open", "keywarden.json:1:3: a comment is not closed"],
    [`{ "${live}": 1 }`, "keywarden.json:1:3: unknown property"],
  ])("a configuration %s is exit 2 with its line", async (source, message) => {
    using folder = makeTemporaryDirectory();
    writeFileSync(join(folder.path, "keywarden.json"), source);
    const { status, stdout } = await keywarden(["scan"], { directory: folder.path });
    expect(status).toBe(2);
    expect(stdout).toContain(`could not read ${message}`);
    expect(stdout).not.toContain(live);
  });

  describe.each([
    ["keywarden.json", '{ "providers": [], "alow": [] }', "keywarden.json:1:20"],
    [".keywarden/baseline/key", "<<<<<<< HEAD\n", "the configuration"],
  ])("with a %s that cannot be used", (path, content, location) => {
    it.each<[mode: string, argv: readonly string[]]>([
      ["paths", ["scan", "a.env"]],
      ["the index", ["scan", "--staged"]],
      ["a range", ["scan", "--range", "HEAD~1..HEAD"]],
      ["a history", ["scan", "--history"]],
    ])("a scan of %s reports what it finds, and that it is not whole", async (_mode, argv) => {
      using repository = await makeRepository();
      repository.write("other.txt", "nothing\n");
      await repository.git("add", ".");
      await repository.git("commit", "-q", "-m", "first");
      repository.write("a.env", `KEY=${live}\n`);
      repository.write(path, content);
      await repository.git("add", ".");
      if (!argv.includes("--staged")) await repository.git("commit", "-q", "-m", "second");
      const place = { directory: repository.path, env: repository.env };
      const { status, stdout } = await keywarden([...argv, "--format", "json"], place);
      const { findings, summary } = JSON.parse(stdout) as {
        readonly findings: readonly { readonly path: string }[];
        readonly summary: {
          readonly complete: boolean;
          readonly unread: readonly { readonly location: string }[];
        };
      };
      expect([status, summary.complete]).toEqual([2, false]);
      expect(findings).toHaveLength(1);
      expect(summary.unread).toEqual([expect.objectContaining({ location, kind: "file" })]);
    });
  });

  it("reads the staged configuration, not the one in the work tree", async () => {
    using repository = await makeRepository();
    repository.write("keywarden.json", '// comments are fine\n{ "providers": [], }\n');
    await repository.git("add", "--all");
    repository.write("keywarden.json", "broken");
    const place = { directory: repository.path, env: repository.env };
    expect((await keywarden(["scan", "--staged"], place)).status).toBe(0);
    expect((await keywarden(["scan"], place)).status).toBe(2);
  });
});
