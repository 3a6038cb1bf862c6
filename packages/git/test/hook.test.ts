import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { hookStatus, installHook, openRepository, uninstallHook } from "@keywarden/git";
import type { HookReport } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import type { GitResult, TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

/** Stands for the real check: notes that it ran and ends as CHECK_STATUS says. */
const command = 'echo ours >> "$HOOK_LOG"; exit "${CHECK_STATUS-0}"';

async function install(repo: TestRepository): Promise<HookReport> {
  return installHook(await openRepository(repo.path, repo.env), { command });
}

async function uninstall(repo: TestRepository): Promise<HookReport> {
  return uninstallHook(await openRepository(repo.path, repo.env));
}

async function status(repo: TestRepository): Promise<HookReport> {
  return hookStatus(await openRepository(repo.path, repo.env));
}

/** Makes a real commit and tells which hooks ran, in order. */
async function tryCommit(
  repo: TestRepository,
  {
    checkStatus = 0,
    directory = repo.path,
  }: { readonly checkStatus?: number; readonly directory?: string } = {},
): Promise<GitResult & { readonly ran: readonly string[] }> {
  const log = join(repo.outside, "hook-log");
  writeFileSync(log, "");
  const env = { HOOK_LOG: log, CHECK_STATUS: String(checkStatus) };
  const result = await repo.run(["commit", "--allow-empty", "-m", "message"], { env, directory });
  return { ...result, ran: readFileSync(log, "utf8").split("\n").filter(Boolean) };
}

function plainPath(repo: TestRepository): string {
  return join(repo.path, ".git", "hooks", "pre-commit");
}

function writeHook(path: string, content: string | Uint8Array, mode = 0o755): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

function snapshot(path: string): { readonly bytes: string; readonly mode: number } {
  return { bytes: readFileSync(path, "latin1"), mode: statSync(path).mode & 0o7777 };
}

describe("a hook of our own", () => {
  it("is installed, lets a clean commit pass, blocks another, and goes without a trace", async () => {
    using repo = await makeRepository();
    expect(await status(repo)).toMatchObject({
      state: "absent",
      manager: "plain",
      path: plainPath(repo),
      chained: false,
    });

    expect(await install(repo)).toMatchObject({ state: "installed", chained: false, command, problem: null });
    expect(await tryCommit(repo)).toMatchObject({ exitCode: 0, ran: ["ours"] });
    expect(await tryCommit(repo, { checkStatus: 1 })).toMatchObject({ exitCode: 1, ran: ["ours"] });
    expect(await tryCommit(repo, { checkStatus: 2 })).toMatchObject({ exitCode: 1 });

    expect(await uninstall(repo)).toMatchObject({ state: "absent" });
    expect(existsSync(plainPath(repo))).toBe(false);
    expect(await tryCommit(repo, { checkStatus: 1 })).toMatchObject({ exitCode: 0, ran: [] });
  });

  it("does not change when it is installed again", async () => {
    using repo = await makeRepository();
    await install(repo);
    const before = snapshot(plainPath(repo));
    const { ino, mtimeMs } = statSync(plainPath(repo));
    await install(repo);
    expect(snapshot(plainPath(repo))).toEqual(before);
    expect(statSync(plainPath(repo))).toMatchObject({ ino, mtimeMs });
  });

  it("takes a new command when it is installed with one", async () => {
    using repo = await makeRepository();
    await install(repo);
    const repository = await openRepository(repo.path, repo.env);
    expect(await installHook(repository, { command: "echo 'it''s' é" })).toMatchObject({
      command: "echo 'it''s' é",
    });
    expect(await tryCommit(repo)).toMatchObject({ exitCode: 0, ran: [] });
  });

  it("blocks and says what to do when the command cannot be found or started", async () => {
    using repo = await makeRepository();
    const repository = await openRepository(repo.path, repo.env);
    writeFileSync(join(repo.outside, "not-executable"), "");
    for (const lost of ["keywarden-is-not-here scan --staged", `'${join(repo.outside, "not-executable")}'`]) {
      await installHook(repository, { command: lost });
      const { exitCode, stderr } = await tryCommit(repo);
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain(`\n  ${lost}\n`);
      expect(stderr).toMatch(/commit blocked.*could not be started/u);
      expect(stderr).toContain("keywarden hook install");
      const direct = await repo.run(["hook", "run", "pre-commit"]);
      expect(direct.exitCode).toBe(2);
    }
  });

  it("says that Node is missing where a command is not started for want of it", async () => {
    using repo = await makeRepository();
    const repository = await openRepository(repo.path, repo.env);
    await installHook(repository, { command: "no-such-program scan" });
    const bare = join(repo.outside, "bin");
    mkdirSync(bare);
    for (const name of ["git", "sh"]) symlinkSync(`/usr/bin/${name}`, join(bare, name));
    const { exitCode, stderr } = await repo.run(["hook", "run", "pre-commit"], { env: { PATH: bare } });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Node is not on the PATH here: install Node 22.18 or newer");
    expect(stderr).not.toContain("npm ci");
  });

  it("blocks and says what to install when the program is gone, without starting anything", async () => {
    using repo = await makeRepository();
    const repository = await openRepository(repo.path, repo.env);
    const needs = "node_modules/it's gone/hook.sh";
    expect(await installHook(repository, { command, needs })).toMatchObject({ state: "installed", command });
    const { exitCode, stderr, ran } = await tryCommit(repo);
    expect([exitCode, ran]).toEqual([1, []]);
    expect(stderr).toContain(`this file is missing, empty or damaged:\n  ${needs}\n`);
    expect((await repo.run(["hook", "run", "pre-commit"])).exitCode).toBe(2);
    repo.write(needs, "");
    expect(await tryCommit(repo)).toMatchObject({ exitCode: 1, ran: [] });
    repo.write(needs, "#");
    expect(await tryCommit(repo)).toMatchObject({ exitCode: 0, ran: ["ours"] });
  });

  it.each(["", "  ", "a\nb", "a\0b"])("refuses %j as a command", async (bad) => {
    using repo = await makeRepository();
    const repository = await openRepository(repo.path, repo.env);
    await expect(installHook(repository, { command: bad })).rejects.toMatchObject({ code: "GIT_BAD_INPUT" });
    expect(existsSync(plainPath(repo))).toBe(false);
  });

  it("runs for commits from linked worktrees too, and is found from there", async () => {
    using repo = await makeRepository();
    await repo.commit("first");
    const linked = join(repo.outside, "linked");
    await repo.git("worktree", "add", "--quiet", linked);
    const repository = await openRepository(linked, repo.env);

    expect(await installHook(repository, { command })).toMatchObject({
      path: plainPath(repo),
      state: "installed",
    });
    expect(await tryCommit(repo, { directory: linked, checkStatus: 1 })).toMatchObject({
      exitCode: 1,
      ran: ["ours"],
    });
    expect(await tryCommit(repo)).toMatchObject({ exitCode: 0, ran: ["ours"] });
  });

  it("is of no use in a bare repository, and says so", async () => {
    using repo = await makeRepository({ bare: true });
    await expect(install(repo)).rejects.toMatchObject({ code: "GIT_NO_WORK_TREE" });
  });
});

describe("a hook that was there before", () => {
  const sh = "#!/bin/sh\n";
  const note = 'echo theirs >> "$HOOK_LOG"\n';
  const shellHooks: readonly (readonly [string, string])[] = [
    ["is plain", `${sh}${note}`],
    ["ends in exit 0", `${sh}${note}exit 0\n`],
    ["ends in exec", `${sh}${note}exec true\n`],
    ["ends without a line break", `${sh}${note.trimEnd()}`],
    ["has no interpreter's line", note],
    ["goes through env", `#!/usr/bin/env -S bash -eu\n${note}`],
    ["is strict", `#!/bin/bash\nset -euo pipefail\n${note}`],
    ["is in Latin-1", `${sh}# caf\u00e9\n${note}`],
  ];

  it.each(shellHooks)("runs after ours and comes back byte for byte when it %s", async (_what, content) => {
    using repo = await makeRepository();
    writeHook(plainPath(repo), Buffer.from(content, "latin1"), 0o750);
    const before = snapshot(plainPath(repo));
    expect(await status(repo)).toMatchObject({ state: "foreign", chained: false });

    expect(await install(repo)).toMatchObject({ state: "installed", chained: true, path: plainPath(repo) });
    expect(snapshot(plainPath(repo)).mode).toBe(0o750);
    expect(await tryCommit(repo)).toMatchObject({ exitCode: 0, ran: ["ours", "theirs"] });
    expect(await tryCommit(repo, { checkStatus: 1 })).toMatchObject({ exitCode: 1, ran: ["ours"] });
    await install(repo);

    expect(await uninstall(repo)).toMatchObject({ state: "foreign" });
    expect(snapshot(plainPath(repo))).toEqual(before);
    expect(await tryCommit(repo, { checkStatus: 1 })).toMatchObject({ exitCode: 0, ran: ["theirs"] });
  });

  it.each([
    ["only an interpreter's line without a line break", "#!/bin/sh"],
    ["nothing", ""],
    ["CRLF line ends", `#!/bin/sh\r\n: theirs\r\n`],
    ["our own header", sh],
    ["text like our marks in the middle of lines", `${sh}: "# >>> keywarden >>>"\n: '# <<< keywarden <<<'\n`],
  ])("comes back byte for byte when it holds %s", async (_what, content) => {
    using repo = await makeRepository();
    writeHook(plainPath(repo), content);
    const before = snapshot(plainPath(repo));
    await install(repo);
    await install(repo);
    expect(await status(repo)).toMatchObject({ state: "installed" });
    await uninstall(repo);
    expect(snapshot(plainPath(repo))).toEqual(before);
  });

  it("still blocks by itself", async () => {
    using repo = await makeRepository();
    writeHook(plainPath(repo), `${sh}${note}exit 3\n`);
    await install(repo);
    expect(await tryCommit(repo)).toMatchObject({ exitCode: 1, ran: ["ours", "theirs"] });
  });

  it("is moved aside and called when it is another language", async () => {
    using repo = await makeRepository();
    const script = `#!${process.execPath}\nrequire("node:fs").appendFileSync(process.env.HOOK_LOG, "theirs\\n");\n`;
    writeHook(plainPath(repo), script, 0o700);
    const before = snapshot(plainPath(repo));

    expect(await install(repo)).toMatchObject({ state: "installed", chained: true });
    expect(snapshot(`${plainPath(repo)}.keywarden-chained`)).toEqual(before);
    expect(await tryCommit(repo)).toMatchObject({ exitCode: 0, ran: ["ours", "theirs"] });
    expect(await tryCommit(repo, { checkStatus: 1 })).toMatchObject({ exitCode: 1, ran: ["ours"] });
    expect(await install(repo)).toMatchObject({ state: "installed", chained: true });

    expect(await uninstall(repo)).toMatchObject({ state: "foreign" });
    expect(snapshot(plainPath(repo))).toEqual(before);
    expect(existsSync(`${plainPath(repo)}.keywarden-chained`)).toBe(false);
  });

  it("is moved aside as the link it is, so that what it points at is not edited", async () => {
    using repo = await makeRepository();
    const script = join(repo.path, "scripts", "check.sh");
    writeHook(script, `${sh}${note}`);
    symlinkSync("../../scripts/check.sh", plainPath(repo));

    await install(repo);
    expect(readFileSync(script, "utf8")).toBe(`${sh}${note}`);
    expect(await tryCommit(repo)).toMatchObject({ exitCode: 0, ran: ["ours", "theirs"] });
    await uninstall(repo);
    expect(snapshot(plainPath(repo)).bytes).toBe(`${sh}${note}`);
    expect(await tryCommit(repo)).toMatchObject({ ran: ["theirs"] });
  });

  it("stays switched off when its mode had switched it off", async () => {
    using repo = await makeRepository();
    writeHook(plainPath(repo), `${sh}${note}`, 0o644);
    const before = snapshot(plainPath(repo));
    expect(await status(repo)).toMatchObject({
      state: "foreign",
      problem: expect.stringContaining("not executable"),
    });

    await install(repo);
    expect(await tryCommit(repo)).toMatchObject({ exitCode: 0, ran: ["ours"] });
    await uninstall(repo);
    expect(snapshot(plainPath(repo))).toEqual(before);
  });

  it("is not overwritten by another one that was moved aside earlier", async () => {
    using repo = await makeRepository();
    const aside = `${plainPath(repo)}.keywarden-chained`;
    writeHook(plainPath(repo), `#!${process.execPath}\n`);
    writeHook(aside, "an older hook");
    await expect(install(repo)).rejects.toMatchObject({
      code: "GIT_HOOK_CONFLICT",
      message: expect.stringContaining(aside),
    });
    expect(readFileSync(aside, "utf8")).toBe("an older hook");
  });

  it("keeps what somebody added to the file that we made", async () => {
    using repo = await makeRepository();
    await install(repo);
    writeFileSync(plainPath(repo), `${readFileSync(plainPath(repo), "utf8")}${note}`);
    expect(await status(repo)).toMatchObject({ state: "installed", chained: true });
    expect(await tryCommit(repo)).toMatchObject({ ran: ["ours", "theirs"] });

    expect(await uninstall(repo)).toMatchObject({ state: "foreign" });
    expect(readFileSync(plainPath(repo), "utf8")).toBe(`${sh}${note}`);
  });
});

describe("hookStatus", () => {
  it.each([
    ["changed lines", (text: string) => text.replace('exit "$keywarden_status"', "exit 0")],
    ["lines after an exit", (text: string) => text.replace("#!/bin/sh\n", "#!/bin/sh\nexit 0\n")],
    ["lines twice", (text: string) => text + text.replace("#!/bin/sh\n", "")],
    ["a lost command", (text: string) => text.replace(`  ${command}\n`, "")],
  ])("calls %s outdated, and installing repairs them", async (_what, change) => {
    using repo = await makeRepository();
    await install(repo);
    writeFileSync(plainPath(repo), change(readFileSync(plainPath(repo), "utf8")));
    expect(await status(repo)).toMatchObject({ state: "outdated", problem: expect.any(String) });

    expect(await install(repo)).toMatchObject({ state: "installed" });
    expect(await tryCommit(repo, { checkStatus: 1 })).toMatchObject({ exitCode: 1, ran: ["ours"] });
  });

  it("does not call a hook installed that git ignores", async () => {
    using repo = await makeRepository();
    await install(repo);
    chmodSync(plainPath(repo), 0o644);
    expect(await status(repo)).toMatchObject({
      state: "outdated",
      problem: expect.stringContaining("not executable"),
    });
    expect(await install(repo)).toMatchObject({ state: "installed" });
    expect(await tryCommit(repo)).toMatchObject({ ran: ["ours"] });
  });

  it("refuses to guess when the end of our lines is missing", async () => {
    using repo = await makeRepository();
    writeHook(plainPath(repo), "#!/bin/sh\n# >>> keywarden >>>\nkeywarden scan --staged\n");
    const before = snapshot(plainPath(repo));
    for (const attempt of [status, install, uninstall]) {
      await expect(attempt(repo)).rejects.toMatchObject({ code: "GIT_HOOK_CONFLICT" });
    }
    expect(snapshot(plainPath(repo))).toEqual(before);
  });
});
