import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { reportFormats } from "@keywarden/scan/report-formats";
import { assertNoKey, makeRepository, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { keys, keywarden, live, test } from "./command.ts";

const formats = reportFormats.map(({ name }) => name);
const line = `AFORO_API_KEY="${live}"\n`;

const withoutTimes = (report: string): string =>
  report.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}Z)?/g, "<time>");

/** A folder where a scan ends with this status. */
function makeFolder(status: 0 | 1 | 2) {
  const folder = makeTemporaryDirectory();
  writeFileSync(join(folder.path, "app.env"), status === 0 ? "nothing\n" : line);
  if (status === 2) execFileSync("mkfifo", [join(folder.path, "pipe")]);
  const paths = status === 2 ? ["app.env", "pipe"] : ["app.env"];
  return { folder, args: ["scan", ...paths] };
}

describe("--format", () => {
  it("is explained in help, value by value", async () => {
    using folder = makeTemporaryDirectory();
    const { stdout } = await keywarden(["help", "scan"], { directory: folder.path });
    for (const { name, summary } of reportFormats) {
      expect(stdout.replaceAll(/ +/g, " ")).toContain(` ${name} ${summary}`);
    }
  });

  it("csv, which has no room for it, says on standard error what was scanned", async () => {
    const { folder, args } = makeFolder(0);
    using _folder = folder;
    const { stdout, stderr } = await keywarden([...args, "--format", "csv"], { directory: folder.path });
    expect([stdout.split("\r\n").length, stderr]).toEqual([2, "scanned 1 file, 8 B; nothing skipped\n"]);
  });

  it("gitlab names the commit that is checked out, and none outside a repository", async () => {
    using repository = await makeRepository();
    repository.write("app.env", line);
    await repository.commit("first");
    const head = await repository.git("rev-parse", "HEAD");
    const place = { directory: repository.path, env: repository.env };
    const { stdout } = await keywarden(["scan", "--format", "gitlab"], place);
    expect(commitsOf(stdout)).toEqual([head.trim()]);

    using folder = makeTemporaryDirectory();
    const outside = { directory: folder.path, env: { GIT_CEILING_DIRECTORIES: folder.path }, input: line };
    const elsewhere = await keywarden(["scan", "--stdin", "--format", "gitlab"], outside);
    expect([elsewhere.status, commitsOf(elsewhere.stdout)]).toEqual([1, ["0000000"]]);
  });
});

const commitsOf = (report: string): readonly string[] =>
  (
    JSON.parse(report) as { vulnerabilities: { location: { commit: { sha: string } } }[] }
  ).vulnerabilities.map(({ location }) => location.commit.sha);

describe("--output", () => {
  it.each(formats)("in the format %s writes what would have been printed", async (format) => {
    const { folder, args } = makeFolder(1);
    using _folder = folder;
    const place = { directory: folder.path };
    const printed = await keywarden([...args, "--format", format], place);
    const written = await keywarden([...args, "--format", format, "--output", "report"], place);
    expect([printed.status, written.status]).toEqual([1, 1]);
    const report = readFileSync(join(folder.path, "report"), "utf8");
    expect(withoutTimes(report)).toBe(withoutTimes(printed.stdout));
    assertNoKey(report, keys);
  });

  it.each([0, 1, 2] as const)("keeps the exit status %i and prints the text all the same", async (status) => {
    const { folder, args } = makeFolder(status);
    using _folder = folder;
    const place = { directory: folder.path };
    const plain = await keywarden(args, place);
    expect(plain.status).toBe(status);
    for (const format of ["text", "sarif", "csv"]) {
      const written = await keywarden([...args, "--format", format, "--output", "report"], place);
      expect(written).toEqual(plain);
    }
  });

  it("never shows a reader a part of the report, keeps the file's mode and follows its link", async () => {
    using folder = makeTemporaryDirectory();
    const file = join(folder.path, "real.json");
    writeFileSync(file, "the old report, which is longer than nothing");
    chmodSync(file, 0o640);
    symlinkSync("real.json", join(folder.path, "link.json"));
    const reader = openSync(file, "r");
    const args = ["scan", "--stdin", "--format", "json", "--output", "link.json"];
    const { status } = await keywarden(args, { directory: folder.path, input: line });
    expect(status).toBe(1);
    expect(readFileSync(reader, "utf8")).toBe("the old report, which is longer than nothing");
    closeSync(reader);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ summary: { findings: 1 } });
    expect([statSync(file).mode & 0o777, lstatSync(join(folder.path, "link.json")).isSymbolicLink()]).toEqual(
      [0o640, true],
    );
    expect(readdirSync(folder.path)).toEqual(["link.json", "real.json"]);
  });

  it("writes into a pipe and leaves it a pipe", async () => {
    using folder = makeTemporaryDirectory();
    const pipe = join(folder.path, "pipe");
    execFileSync("mkfifo", [pipe]);
    const reader = spawn("cat", [pipe], { stdio: ["ignore", "pipe", "inherit"], timeout: 120_000 });
    const args = ["scan", "--stdin", "--format", "jsonl", "--output", pipe];
    const [read, { status }] = await Promise.all([
      text(reader.stdout),
      keywarden(args, { directory: folder.path, input: line }),
    ]);
    expect([status, read.split("\n").length]).toEqual([1, 3]);
    expect(statSync(pipe).isFIFO()).toBe(true);
  });

  it("that cannot be written is exit 2 and one sentence, after the findings are printed", async () => {
    using folder = makeTemporaryDirectory();
    const run = (output: string) =>
      keywarden(["scan", "--stdin", "--format", "sarif", "--output", output], {
        directory: folder.path,
        input: `${line}key: ${test}\n`,
      });
    const missing = await run("no/such/folder.sarif");
    expect(missing.stdout).toContain("2 keys found");
    expect([missing.status, missing.stderr]).toEqual([
      2,
      "keywarden: The report cannot be written to no/such/folder.sarif: its folder does not exist.\n",
    ]);
    expect((await run(".")).status).toBe(2);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
