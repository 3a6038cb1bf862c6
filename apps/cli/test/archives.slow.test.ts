import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { makeRepository, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { builtProgram } from "@keywarden/testing/built-program";
import { placeOf, guardedRepository, keywarden, live, scanJson, tryCommit } from "./command.ts";

const program = builtProgram("cli");

// Long enough that packing makes it shorter.
const env = `# settings\nAFORO_API_KEY=${live}\n${"# more\n".repeat(40)}`;

/** Packs files with the archiver that git brings along. */
async function zip(files: Readonly<Record<string, string | Uint8Array>>): Promise<Buffer> {
  using repository = await makeRepository();
  for (const [path, content] of Object.entries(files)) repository.write(path, content);
  await repository.git("add", "--all");
  await repository.git("commit", "-q", "-m", "x");
  const target = join(repository.outside, "out.zip");
  await repository.git("archive", "--format=zip", "-o", target, "HEAD");
  return readFileSync(target);
}

/** Says in every header of an archive that its files are encrypted. */
function encrypted(archive: Buffer): Buffer {
  const copy = Buffer.from(archive);
  for (const [signature, at] of [
    ["PK\u0003\u0004", 6],
    ["PK\u0001\u0002", 8],
  ] as const) {
    for (let start = copy.indexOf(signature); start !== -1; start = copy.indexOf(signature, start + 1)) {
      copy.writeUInt8(copy.readUInt8(start + at) | 1, start + at);
    }
  }
  return copy;
}

const packed = await zip({ "config/prod.env": env, "readme.md": "hello\n" });
const found = { path: "app.zip", member: "config/prod.env", locationKind: "content", line: 2, column: 15 };

describe("a key inside an archive", () => {
  it("is found in files, with the path and the line inside", async () => {
    using folder = makeTemporaryDirectory();
    writeFileSync(join(folder.path, "app.zip"), packed);
    writeFileSync(join(folder.path, "log.gz"), gzipSync(env));
    const where = { directory: folder.path };
    const { status, findings, summary } = await scanJson(["."], where);
    expect(status).toBe(1);
    expect(findings).toMatchObject([found, { path: "log.gz", member: "gzip", line: 2 }]);
    expect(summary).toMatchObject({ skipped: [], complete: true });
    const { stdout } = await keywarden(["scan"], where);
    expect(stdout).toContain("app.zip!/config/prod.env:2:15");
  });

  it("is found on standard input", async () => {
    using folder = makeTemporaryDirectory();
    const where = { directory: folder.path, input: packed };
    expect((await scanJson(["--stdin"], where)).findings).toMatchObject([{ ...found, path: "<stdin>" }]);
  });

  it("is found in archives of many megabytes, which are read in chunks", async () => {
    using repository = await makeRepository();
    const large = await zip({ "a/noise.bin": randomBytes(6 << 20), "b/prod.env": env });
    repository.write("app.zip", large);
    await repository.git("add", "--all");
    const inside = { ...found, member: "b/prod.env" };
    expect((await scanJson(["."], placeOf(repository))).findings).toMatchObject([inside]);
    expect((await scanJson(["--staged"], placeOf(repository))).findings).toMatchObject([inside]);
    const input = { ...placeOf(repository), input: large };
    expect((await scanJson(["--stdin"], input)).findings).toMatchObject([{ ...inside, path: "<stdin>" }]);
  });

  it("stops a real commit, once", async () => {
    using repository = await guardedRepository({ program });
    repository.write("app.zip", packed);
    await repository.git("add", "--all");
    const { isBlocked, output } = await tryCommit(repository);
    expect([isBlocked, output]).toEqual([true, expect.stringContaining("app.zip!/config/prod.env:2:15")]);
    await repository.git("commit", "-q", "--no-verify", "-m", "in");
    repository.write("app.zip", await zip({ "config/prod.env": env, "readme.md": "hello again\n" }));
    await repository.git("add", "--all");
    expect(await tryCommit(repository)).toMatchObject({ isBlocked: false });
  });

  it("is found in what is committed, at the commit that brought it in", async () => {
    using repository = await makeRepository();
    repository.write("readme.md", "hello\n");
    await repository.commit("first");
    repository.write("app.zip", packed);
    const commit = await repository.commit("second");
    repository.write("app.zip", "gone\n");
    await repository.commit("third");
    for (const args of [["--history"], ["--range", "HEAD~2..HEAD"]]) {
      const { status, findings } = await scanJson(args, placeOf(repository));
      expect([status, findings]).toMatchObject([1, [{ ...found, commit }]]);
    }
  });

  it("is accepted like any other key", async () => {
    using repository = await makeRepository();
    const allowed = `# keywarden:allow made by the factory\nAFORO_API_KEY=${live}\n`;
    repository.write("app.zip", await zip({ "prod.env": allowed }));
    await repository.git("add", "--all");
    expect((await scanJson(["--staged"], placeOf(repository))).status).toBe(0);
    repository.write("app.zip", packed);
    const entry = { path: "app.zip", reason: "packed by the vendor" };
    repository.write("keywarden.json", JSON.stringify({ allow: [entry] }));
    await repository.git("add", "--all");
    expect((await scanJson(["--staged"], placeOf(repository))).status).toBe(0);
  });
});

describe("what is not opened", () => {
  const nested = async (depth: number): Promise<Buffer> =>
    depth === 1 ? packed : zip({ [`${depth}.zip`]: await nested(depth - 1) });
  const cases = async () => ({
    "cut.zip": packed.subarray(0, packed.length - 100),
    "deep.zip": await nested(3),
    "secret.zip": encrypted(packed),
    "damaged.gz": gzipSync(env).fill(0xff, 12, 40),
    "bomb.gz": gzipSync(Buffer.alloc(80 << 20)),
    "other.xz": Buffer.from("\u00fd7zXZ\0\0\u0004", "latin1"),
    "huge.zip": Buffer.concat([packed.subarray(0, 200), Buffer.alloc(33 << 20, "x")]),
  });
  const reasons = [
    { path: "bomb.gz", part: "gzip", reason: expect.stringMatching(/^it unpacks to more than \d+ bytes$/) },
    { path: "cut.zip", part: "zip", reason: "the directory of the archive is missing" },
    { path: "damaged.gz", part: "gzip", reason: "it is damaged" },
    { path: "deep.zip", part: "3.zip!/2.zip", reason: "archives deeper than 2 are not opened" },
    { path: "huge.zip", part: "", reason: "archives above 32 MiB are not opened" },
    { path: "other.xz", part: "", reason: "xz files are not opened" },
    { path: "secret.zip", part: "config/prod.env", reason: "it is encrypted" },
    { path: "secret.zip", part: "readme.md", reason: "it is encrypted" },
  ];
  const ordered = (skipped: unknown): unknown =>
    (skipped as { path: string; part: string }[]).toSorted((one, other) =>
      `${one.path} ${one.part}` < `${other.path} ${other.part}` ? -1 : 1,
    );

  it("is in the account of every scan, with its reason, and the scan stays whole", async () => {
    using repository = await makeRepository();
    for (const [path, content] of Object.entries(await cases())) repository.write(path, content);
    await repository.git("add", "--all");
    const where = placeOf(repository);
    for (const args of [["."], ["--staged"]]) {
      const { status, findings, summary } = await scanJson(args, where);
      expect([findings, status, summary.complete]).toEqual([[], 0, true]);
      expect(ordered(summary["skipped"])).toEqual(reasons);
    }
    await repository.git("commit", "-q", "-m", "in");
    const { status, summary } = await scanJson(["--history"], where);
    expect([status, ordered(summary["skipped"])]).toEqual([0, reasons]);
    const { stdout } = await keywarden(["scan"], where);
    expect(stdout).toContain("not opened: deep.zip!/3.zip!/2.zip: archives deeper than 2 are not opened");
    expect(stdout).toContain("8 packed parts not opened");
  });

  it("is told of standard input, too", async () => {
    using folder = makeTemporaryDirectory();
    const where = { directory: folder.path, input: encrypted(packed) };
    const { summary } = await scanJson(["--stdin"], where);
    expect(summary["skipped"]).toMatchObject([{ path: "<stdin>" }, { path: "<stdin>" }]);
  });

  it("is told only where it is new", async () => {
    using repository = await makeRepository();
    repository.write("a.zip", encrypted(packed));
    await repository.commit("first");
    await repository.git("mv", "a.zip", "b.zip");
    repository.write("c.txt", "x\n");
    await repository.git("add", "--all");
    const { summary } = await scanJson(["--staged"], placeOf(repository));
    expect(summary["skipped"]).toMatchObject([{ path: "b.zip" }, { path: "b.zip" }]);
    await repository.git("commit", "-q", "-m", "second");
    await repository.git("rm", "-q", "b.zip");
    expect((await scanJson(["--staged"], placeOf(repository))).summary["skipped"]).toEqual([]);
  });
});

it("without an archive node:zlib is never loaded", async () => {
  using folder = makeTemporaryDirectory();
  const probe = join(folder.path, "probe.cjs");
  const isLoaded = "process.moduleLoadList.includes('Internal Binding zlib')";
  writeFileSync(probe, `process.on("exit", () => console.error("zlib " + ${isLoaded}));`);
  writeFileSync(join(folder.path, "a.env"), env);
  const run = (args: readonly string[]): string => {
    const script = `'${process.execPath}' -r '${probe}' '${program}' ${args.join(" ")} 2>&1; true`;
    return execFileSync("sh", ["-c", script], { cwd: folder.path, encoding: "utf8" });
  };
  expect(run(["scan", "a.env"])).toContain("zlib false");
  writeFileSync(join(folder.path, "a.zip"), packed);
  expect(run(["scan", "a.zip"])).toContain("zlib true");
});
