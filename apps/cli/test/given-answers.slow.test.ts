import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { assertNoKey, makeRepository } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import type { TestRepository } from "@keywarden/testing";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { guardedRepository, keys, live, tryCommit } from "./command.ts";

const script = join(dirname(builtProgram("cli")), "hook.sh");

interface Asked {
  readonly shell?: readonly string[];
  /** What git does where the shell asks it; it answers the check well. */
  readonly misbehave?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the package's script as a hook does. */
function runScript(repo: TestRepository, { shell = ["sh"], misbehave, env }: Asked) {
  const folder = join(repo.outside, "path");
  mkdirSync(folder, { recursive: true });
  const real = 'PATH=${PATH#*:} exec git "$@"';
  const text = `#!/bin/sh\n[ -n "\${KEYWARDEN_ANSWERS-}" ] || {\n${misbehave ?? ":"}\n}\n${real}\n`;
  writeFileSync(join(folder, "git"), text, { mode: 0o755 });
  const [file = "sh", ...flags] = shell;
  const { status, signal, stdout, stderr } = spawnSync(file, [...flags, script, "pre-commit"], {
    cwd: repo.path,
    env: { ...repo.env, PATH: `${folder}:${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`, ...env },
    encoding: "utf8",
  });
  assertNoKey(stdout + stderr, keys);
  return { status, signal, output: stdout + stderr };
}

/** Has the check fail the moment it starts a process. */
function startNothing({ outside }: TestRepository): Record<string, string> {
  const file = join(outside, "start-nothing.cjs");
  const fail = 'c.spawn = () => { throw new Error("started something"); };';
  writeFileSync(file, `const c = require("node:child_process"); ${fail}\n`);
  return { NODE_OPTIONS: `--require "${file}"` };
}

async function stage(repo: TestRepository, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) repo.write(path, text);
  await repo.git("add", "--all");
}

const isThere = ([file = "", ...flags]: readonly string[]): boolean =>
  spawnSync(file, [...flags, "-c", ":"]).status === 0;
const shells = [
  ["sh"],
  ["dash"],
  ["bash", "--posix"],
  ["busybox", "sh"],
  ["zsh", "--emulate", "sh"],
  ["ksh"],
];

describe("what a hook's shell asks git while Node starts", () => {
  let repo: TestRepository;
  let clean: TestRepository;
  beforeAll(async () => {
    repo = await makeRepository();
    repo.write("readme.md", "hello\n");
    await repo.commit("first");
    await stage(repo, { 'a "b"\n$c\n': `${live}\n`, "d e": "nothing\n", "\n\n": "nothing\n" });
    clean = await makeRepository();
    clean.write("readme.md", "hello\n");
    await clean.commit("first");
    await stage(clean, { 'a "b"\n$c\n': "nothing\n" });
    return () => {
      repo[Symbol.dispose]();
      clean[Symbol.dispose]();
    };
  });

  it.each(shells.filter(isThere).map((shell) => [shell.join(" "), shell] as const))(
    "is all that the check needs, as %s asks it",
    (_, shell) => {
      const found = runScript(repo, { shell, env: startNothing(repo) });
      expect(found).toMatchObject({ status: 1, output: expect.stringContaining("it adds 1 key") });
      expect(runScript(clean, { shell, env: startNothing(clean) })).toMatchObject({ status: 0 });
    },
  );

  const half = (ending: string): string => `PATH=\${PATH#*:} git "$@" | head -c 40\n${ending}`;
  it.each([
    ["fails", "exit 1"],
    ["cannot be run", "exit 127"],
    ["is killed", "kill -9 $$"],
    ["is killed in the middle of an answer", half("kill -9 $$")],
    ["fails in the middle of an answer", half("exit 128")],
    ["takes its shell with it", "kill -9 $PPID"],
    ["takes its shell with it in the middle of an answer", half("kill -9 $PPID")],
    [
      "takes its shell with it where it lists what is staged",
      'case "$*" in *diff-index*) kill -9 $PPID ;; esac',
    ],
  ])("is asked again by the check where git %s", (_, misbehave) => {
    expect(runScript(repo, { misbehave })).toMatchObject({
      status: 1,
      output: expect.stringContaining("it adds 1 key"),
    });
    expect(runScript(clean, { misbehave })).toMatchObject({ status: 0 });
    // The check does not pass on what it has been told alone.
    expect(runScript(clean, { misbehave, env: startNothing(clean) })).toMatchObject({ status: 2 });
  });

  it("leaves the check's own exit status where the shell minds each part of a pipe", () => {
    if (!isThere(["bash"])) return;
    const env = { SHELLOPTS: "pipefail" };
    // As where the check has ended before all is written.
    const misbehave = "kill -PIPE $PPID";
    expect(runScript(clean, { shell: ["bash"], misbehave, env })).toMatchObject({ status: 0 });
  });

  it("is asked by the check where Node refuses the option for its memory", () => {
    const node = join(clean.outside, "path/node");
    const refuse = 'case $1 in --*) echo "bad option" >&2; exit 9 ;; esac';
    mkdirSync(dirname(node), { recursive: true });
    writeFileSync(node, `#!/bin/sh\n${refuse}\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
    expect(runScript(clean, {})).toMatchObject({ status: 0, output: expect.stringContaining("bad option") });
    rmSync(node);
  });

  it.each(["sha1", "sha256"] as const)("is good for every commit, with %s", async (objectFormat) => {
    using own = await guardedRepository({
      objectFormat,
      isUnborn: true,
      program: inject("programWithoutShortcut"),
    });
    await stage(own, { "first.txt": `${live}\n` });
    expect((await tryCommit(own)).isBlocked).toBe(true);
    await stage(own, { "first.txt": "nothing\n" });
    expect((await tryCommit(own)).isBlocked).toBe(false);
    const linked = join(own.outside, "linked");
    await own.git("worktree", "add", "--quiet", linked);
    writeFileSync(join(linked, "second.txt"), `${live}\n`);
    await own.git("-C", linked, "add", "second.txt");
    expect((await own.run(["-C", linked, "commit", "-qm", "x"])).exitCode).not.toBe(0);
    own.write("first.txt", `${live}\n`);
    expect((await tryCommit(own, ["first.txt"])).isBlocked).toBe(true);
    expect((await tryCommit(own, ["--all"])).isBlocked).toBe(true);
  });
});
