import { execFileSync, spawn, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRepository } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { describe, expect, it } from "vitest";
import { placeOf, live, scanJson } from "./command.ts";
import { runHere } from "./terminal.ts";

describe("a scan that would answer something else than it was asked", () => {
  it.each<[what: string, argv: readonly string[], says: string]>([
    ["a day that does not exist", ["--since", "2026-02-30"], "--since takes a date such as 2026-01-31"],
    ["a year that has not come", ["--since", "2062-01-31"], "is not in the past"],
    ["no time at all", ["--since", "0d"], "is not in the past"],
    ["a range that ends in a tree", ["--range", "HEAD..HEAD^{tree}"], "is not a commit"],
    ["a range that begins in a file", ["--range", "HEAD:a..HEAD"], "is not a commit"],
    ["a variable that is not set", [""], "An empty path names nothing"],
    ["a link that leads nowhere", ["lost"], "it is a link that leads nowhere"],
    ["such a link beside a file", ["a", "lost"], "it is a link that leads nowhere"],
  ])("is refused for %s", async (_what, argv, says) => {
    using repository = await makeRepository();
    repository.write("a", "x\n");
    symlinkSync("nowhere", join(repository.path, "lost"));
    await repository.commit("first");
    const { status, stdout, stderr } = await runHere(["scan", ...argv], placeOf(repository));
    expect([status, stdout + stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  it.each<[what: string, make: (folder: string) => void, says: string]>([
    ["a link that leads nowhere", (top) => symlinkSync("x", join(top, "keywarden.json")), "leads nowhere"],
    ["a pipe", (top) => execFileSync("mkfifo", [join(top, "keywarden.json")]), "it is no file"],
    [
      "no UTF-8",
      (top) => writeFileSync(join(top, "keywarden.json"), Buffer.from([0x7b, 0xff, 0x7d])),
      "UTF-8",
    ],
    [
      "of another name",
      (top) => writeFileSync(join(top, "keywarden.jsonc"), "{}"),
      "keywarden.jsonc is not read",
    ],
    ["of a hidden name", (top) => writeFileSync(join(top, ".keywarden.json"), "{}"), "is not read"],
  ])("says so where keywarden.json is %s", async (_what, make, says) => {
    using repository = await makeRepository();
    make(repository.path);
    const { status, stdout } = await runHere(["scan"], placeOf(repository));
    expect([status, stdout]).toEqual([2, expect.stringContaining(says)]);
  });

  it("is not missing where core.bare is set by mistake, below the top", async () => {
    using repository = await makeRepository();
    repository.write("keywarden.json", '{ "alow": [] }');
    repository.write("sub/a", "x\n");
    await repository.commit("first");
    await repository.git("config", "core.bare", "true");
    const { status, stdout } = await runHere(["scan"], {
      directory: join(repository.path, "sub"),
      env: repository.env,
    });
    expect([status, stdout]).toEqual([2, expect.stringContaining("unknown property")]);
  });

  it("says so where the baseline is a file, not a folder", async () => {
    using repository = await makeRepository();
    repository.write(".keywarden/baseline", "");
    const { status, stdout } = await runHere(["scan"], placeOf(repository));
    expect([status, stdout]).toEqual([2, expect.stringContaining("it is no folder")]);
  });

  it.each([
    ["a key is found", live, 1],
    ["nothing is found", "nothing", 0],
  ])("ends as it should where the reader of its report is gone and %s", async (_what, text, status) => {
    const child = spawn(process.execPath, [builtProgram("cli"), "scan", "--stdin"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    child.stdout.destroy();
    child.stdin.end(`KEY=${text}\n`);
    const ended = await new Promise((resolve) => void child.once("close", resolve));
    expect(ended).toBe(status);
  });

  it("names the links that lead out of a folder outside of git, and follows none", async () => {
    using repository = await makeRepository();
    const folder = join(repository.outside, "folder");
    mkdirSync(folder);
    writeFileSync(join(folder, "a"), "x\n");
    symlinkSync("a", join(folder, "inside"));
    symlinkSync("../other", join(folder, "nowhere"));
    symlinkSync(repository.path, join(folder, "out"));
    const { status, summary } = await scanJson([], { directory: folder, env: repository.env });
    expect([status, summary["files"]]).toEqual([0, { listed: 4, scanned: 3, skipped: 1 }]);
    expect(summary["skipped"]).toMatchObject([
      { path: "out", reason: expect.stringContaining("leads out") as string },
    ]);
  });

  it("is refused where standard input is a folder", () => {
    const handle = openSync(".", "r");
    const argv = [builtProgram("cli"), "scan", "--stdin"];
    const { status, stderr } = spawnSync(process.execPath, argv, { stdio: [handle, "pipe", "pipe"] });
    closeSync(handle);
    expect([status, stderr.toString()]).toEqual([2, "keywarden: Standard input is a folder.\n"]);
  });

  it("is refused before a push where git's list of refs is missing", () => {
    const argv = [builtProgram("cli"), "hook", "pre-push", "origin", "url"];
    const { status, stderr } = spawnSync(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] });
    expect([status, stderr.toString()]).toEqual([
      2,
      expect.stringContaining("is missing from standard input"),
    ]);
  });
});
