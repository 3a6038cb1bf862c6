import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtProgram } from "@keywarden/testing/built-program";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { guardedRepository, keywarden } from "./command.ts";

/**
 * Has every Node below end itself as the kernel would, the moment it has started git or is to read what git said: in
 * the middle of a check.
 */
function killMidway({ outside }: TestRepository): Record<string, string> {
  const file = join(outside, "kill.cjs");
  const kill = "process.kill(process.pid, 'SIGKILL')";
  const wrap = `const { spawn } = c; c.spawn = (...all) => { spawn(...all); ${kill}; };`;
  const read = `const { readFileSync } = f; f.readFileSync = (...all) => { if (all[0] === 0) ${kill}; return readFileSync(...all); };`;
  writeFileSync(file, `const c = require("node:child_process"), f = require("node:fs"); ${wrap} ${read}\n`);
  return { NODE_OPTIONS: `--require "${file}"` };
}

// Clean, so that nothing but the missing answer can stop it.
async function stage(repo: TestRepository): Promise<void> {
  repo.write("clean.txt", "nothing\n");
  await repo.git("add", "clean.txt");
}

describe("a check that is killed midway", () => {
  it("stops the commit", async () => {
    using repo = await guardedRepository();
    const before = await repo.git("rev-parse", "HEAD");
    await stage(repo);
    const { exitCode, stderr } = await repo.run(["commit", "-qm", "x"], { env: killMidway(repo) });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("Node ended in the middle of the check (status 137)");
    expect(await repo.git("rev-parse", "HEAD")).toBe(before);
  });

  it("stops the push, before it leaves and where it arrives", async () => {
    using repo = await guardedRepository();
    await stage(repo);
    await repo.git("commit", "--no-verify", "-qm", "x");
    const server = join(repo.outside, "server.git");
    await repo.git("init", "--quiet", "--bare", server);
    const env = killMidway(repo);
    const push = (...flags: readonly string[]) => repo.run(["push", ...flags, server, "main"], { env });

    await keywarden(["hook", "install", "pre-push"], { directory: repo.path, env: repo.env });
    expect((await push()).exitCode).not.toBe(0);
    const hook = join(server, "hooks/pre-receive");
    const start = `'${process.execPath}' '${builtProgram("cli")}' hook pre-receive`;
    writeFileSync(hook, `#!/bin/sh\nexec ${start}\n`);
    chmodSync(hook, 0o755);
    expect((await push("--no-verify")).exitCode).not.toBe(0);
    expect(await repo.git("ls-remote", server)).toBe("");
    expect((await repo.run(["push", server, "main"])).exitCode).toBe(0);
  });
});
