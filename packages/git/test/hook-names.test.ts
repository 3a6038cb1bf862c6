import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hookNames, hookStatus, installHook, openRepository, uninstallHook } from "@keywarden/git";
import type { HookName } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const command = 'echo "ours $*" >> "$HOOK_LOG"; cat >> "$HOOK_LOG"; exit "${CHECK_STATUS-0}"';

const pathOf = (repo: TestRepository, name: HookName): string => join(repo.path, ".git", "hooks", name);

function writeHook(path: string, content: string, mode = 0o755): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

async function tryGit(
  repo: TestRepository,
  args: readonly string[],
  checkStatus = 0,
): Promise<{ readonly exitCode: number; readonly log: string; readonly stderr: string }> {
  const log = join(repo.outside, "log");
  writeFileSync(log, "");
  const env = { HOOK_LOG: log, CHECK_STATUS: String(checkStatus) };
  const { exitCode, stderr } = await repo.run(args, { env });
  return { exitCode, stderr, log: readFileSync(log, "utf8") };
}

describe("hooks besides pre-commit", () => {
  it.each(hookNames)("%s is installed, found and taken out by itself", async (name) => {
    using repo = await makeRepository();
    const repository = await openRepository(repo.path, repo.env);
    expect(await installHook(repository, { name, command })).toMatchObject({
      name,
      state: "installed",
      command,
    });
    for (const other of hookNames) {
      expect((await hookStatus(repository, other)).state).toBe(other === name ? "installed" : "absent");
    }
    expect((await uninstallHook(repository, name)).state).toBe("absent");
    expect(existsSync(pathOf(repo, name))).toBe(false);
  });

  it.each([
    ["a shell script", '#!/bin/sh\necho "theirs $*" >> "$HOOK_LOG"\ncat >> "$HOOK_LOG"\n'],
    [
      "another language",
      '#!/usr/bin/env -S awk -f\nBEGIN { print "theirs " ARGV[1] " " ARGV[2] >> ENVIRON["HOOK_LOG"]; while ((getline line < "-") > 0) print line >> ENVIRON["HOOK_LOG"] }\n',
    ],
  ])("pre-push passes arguments and lines to ours and then to %s", async (_what, theirs) => {
    using repo = await makeRepository();
    const path = pathOf(repo, "pre-push");
    writeHook(path, theirs, 0o750);
    const repository = await openRepository(repo.path, repo.env);
    expect(await installHook(repository, { name: "pre-push", command })).toMatchObject({ chained: true });
    const id = await repo.commit("first");
    const remote = join(repo.outside, "remote.git");
    await repo.git("init", "-q", "--bare", remote);

    const { exitCode, log } = await tryGit(repo, ["push", "-q", remote, "main", "main:other"]);

    const zero = "0".repeat(40);
    const lines = `refs/heads/main ${id} refs/heads/main ${zero}\nrefs/heads/main ${id} refs/heads/other ${zero}\n`;
    expect([exitCode, log]).toEqual([
      0,
      `ours ${remote} ${remote}\n${lines}theirs ${remote} ${remote}\n${lines}`,
    ]);

    const nothing = await tryGit(repo, ["push", "-q", remote, "main"]);
    expect(nothing.exitCode).toBe(0);
    expect(nothing.log.replaceAll("\n\n", "\n")).toBe(
      `ours ${remote} ${remote}\ntheirs ${remote} ${remote}\n`,
    );

    await uninstallHook(repository, "pre-push");
    expect(readFileSync(path, "utf8")).toBe(theirs);
  });

  it("pre-push stops the push as the command says", async () => {
    using repo = await makeRepository();
    const repository = await openRepository(repo.path, repo.env);
    await installHook(repository, { name: "pre-push", command });
    await repo.commit("first");
    const remote = join(repo.outside, "remote.git");
    await repo.git("init", "-q", "--bare", remote);
    expect((await tryGit(repo, ["push", "-q", remote, "main"], 1)).exitCode).not.toBe(0);
    expect(await repo.git("ls-remote", remote)).toBe("");
    await installHook(repository, { name: "pre-push", command: "/nowhere/keywarden" });
    const broken = await tryGit(repo, ["push", "-q", remote, "main"]);
    expect(broken.exitCode).not.toBe(0);
    expect(broken.stderr).toContain("push blocked, because the check for API keys could not be started");
    expect(broken.stderr).toContain("git push --no-verify");
  });

  it("commit-msg gets the file, and pre-merge-commit runs before a merge", async () => {
    using repo = await makeRepository();
    const repository = await openRepository(repo.path, repo.env);
    await installHook(repository, { name: "commit-msg", command });
    await installHook(repository, { name: "pre-merge-commit", command });
    const first = await tryGit(repo, ["commit", "-q", "--allow-empty", "-m", "first"]);
    expect(first.log).toBe("ours .git/COMMIT_EDITMSG\n");
    await repo.git("checkout", "-q", "-b", "side");
    await repo.git("commit", "-q", "--allow-empty", "-m", "side");
    await repo.git("checkout", "-q", "main");
    const merge = await tryGit(repo, ["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    expect(merge.log).toBe("ours \nours .git/MERGE_MSG\n");
    await repo.git("reset", "-q", "--hard", "HEAD~1");
    expect((await tryGit(repo, ["merge", "-q", "--no-ff", "-m", "merge", "side"], 1)).exitCode).not.toBe(0);
  });
});

it("blocks where a command does not give the answer that it is asked for, as an empty program does not", async () => {
  using repo = await makeRepository();
  const repository = await openRepository(repo.path, repo.env);
  const asked = 'keywarden_done=89 sh -c "exit $STATUS"';
  const program = 'keywarden_done=89 "$PROGRAM" scan';
  const run = (env: Record<string, string>) => repo.run(["hook", "run", "pre-commit"], { env });
  await installHook(repository, { command: asked });
  expect((await run({ STATUS: "89" })).exitCode).toBe(0);
  expect((await run({ STATUS: "1" })).exitCode).toBe(1);
  const empty = join(repo.outside, "empty");
  writeFileSync(empty, "", { mode: 0o755 });
  expect(await installHook(repository, { command: program })).toMatchObject({ state: "installed" });
  const { exitCode, stderr } = await run({ PROGRAM: empty });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("ended without an answer");
});
