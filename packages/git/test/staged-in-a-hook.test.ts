import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installHook, openRepository } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const printStaged = fileURLToPath(new URL("./print-staged.ts", import.meta.url));

async function makeHookedRepository(): Promise<TestRepository> {
  const repo = await makeRepository();
  repo.write("tracked", "old");
  repo.write("other", "old");
  await repo.commit("first");
  const quoted = [process.execPath, printStaged].map((word) => `'${word.replaceAll("\\", "/")}'`);
  await installHook(await openRepository(repo.path, repo.env), { command: quoted.join(" ") });
  return repo;
}

/** Runs a git command that commits, and gives what the hook saw. */
async function seenBy(
  repo: TestRepository,
  args: readonly string[],
  { directory = repo.path, input = "" } = {},
): Promise<readonly string[]> {
  const log = join(repo.outside, "hook-log");
  writeFileSync(log, "");
  const { exitCode, stderr } = await repo.run(args, { env: { HOOK_LOG: log }, directory, input });
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(readFileSync(log, "utf8")) as readonly string[];
}

describe("listStaged in a hook that git runs", () => {
  it("sees what a plain commit takes, from a folder below the top level too", async () => {
    using repo = await makeHookedRepository();
    repo.write("folder/new", "staged");
    await repo.git("add", "--all");
    repo.write("folder/new", "changed again, not staged");
    expect(await seenBy(repo, ["commit", "-m", "x"], { directory: join(repo.path, "folder") })).toEqual([
      "A folder/new staged",
    ]);
  });

  it("sees what commit -a takes", async () => {
    using repo = await makeHookedRepository();
    repo.write("tracked", "new");
    expect(await seenBy(repo, ["commit", "-a", "-m", "x"])).toEqual(["M tracked new"]);
  });

  it("sees only the named path of commit <path>", async () => {
    using repo = await makeHookedRepository();
    repo.write("tracked", "new");
    repo.write("other", "staged, but not named");
    await repo.git("add", "other");
    expect(await seenBy(repo, ["commit", "-m", "x", "tracked"])).toEqual(["M tracked new"]);
    expect(await seenBy(repo, ["commit", "-m", "x"])).toEqual(["M other staged, but not named"]);
  });

  it("sees only the chosen hunks of commit -p", async () => {
    using repo = await makeHookedRepository();
    repo.write("tracked", "new");
    repo.write("other", "new");
    expect(await seenBy(repo, ["commit", "-p", "-m", "x"], { input: "n\ny\n" })).toEqual(["M tracked new"]);
  });

  it("sees a commit in a linked worktree, and one with a separate git directory", async () => {
    using repo = await makeHookedRepository();
    const linked = join(repo.outside, "linked");
    await repo.git("worktree", "add", "--quiet", linked);
    writeFileSync(join(linked, "tracked"), "new");
    expect(await seenBy(repo, ["commit", "-a", "-m", "x"], { directory: linked })).toEqual(["M tracked new"]);

    const elsewhere = join(repo.outside, "elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, "file"), "content");
    const separate = [`--git-dir=${join(repo.path, ".git")}`, `--work-tree=${elsewhere}`];
    await repo.git(...separate, "add", "file");
    expect(await seenBy(repo, [...separate, "commit", "-m", "x"], { directory: elsewhere })).toContain(
      "A file content",
    );
  });

  it("sees what concluding a conflicted merge introduces", async () => {
    using repo = await makeHookedRepository();
    await repo.git("checkout", "--quiet", "-b", "side");
    repo.write("tracked", "side");
    repo.write("from-side", "brought along");
    await repo.git("add", "--all");
    await seenBy(repo, ["commit", "-m", "side"]);
    await repo.git("checkout", "--quiet", "main");
    repo.write("tracked", "main");
    await seenBy(repo, ["commit", "-a", "-m", "main"]);
    await repo.run(["merge", "side"]);
    repo.write("tracked", "resolved");
    await repo.git("add", "tracked");
    expect(await seenBy(repo, ["commit", "--no-edit"])).toEqual(["A from-side", "M tracked resolved"]);
  });
});
