import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertNoKey, makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { keys, live } from "./command.ts";

export interface Place extends Disposable {
  readonly work: TestRepository;
  /** The bare repository whose hook decides. */
  readonly server: string;
  readonly push: (
    ...args: readonly string[]
  ) => Promise<{ readonly isTaken: boolean; readonly output: string }>;
}

/** Makes a bare repository with the hook, and a clone to push from. */
export async function makePlace(flags = ""): Promise<Place> {
  const work = await makeRepository();
  const server = join(work.outside, "server.git");
  await work.git("init", "--quiet", "--bare", "--initial-branch=main", server);
  await work.git("-C", server, "config", "receive.advertisePushOptions", "true");
  await work.git("-C", server, "config", "http.receivepack", "true");
  const hook = join(server, "hooks", "pre-receive");
  writeFileSync(
    hook,
    `#!/bin/sh\nexec '${process.execPath}' '${builtProgram("cli")}' hook pre-receive ${flags}\n`,
  );
  chmodSync(hook, 0o755);
  await work.git("remote", "add", "origin", server);
  work.write("readme.md", "hello\n");
  await work.commit("first");
  const push: Place["push"] = async (...args) => {
    const { exitCode, stderr, stdout } = await work.run(["push", ...args]);
    const output = stdout.toString("utf8") + stderr;
    // git's own lines name the refs.
    assertNoKey(
      output
        .split("\n")
        .filter((line) => line.startsWith("remote: "))
        .join("\n"),
      keys,
    );
    return { isTaken: exitCode === 0, output };
  };
  return { work, server, push, [Symbol.dispose]: () => work.remove() };
}

/** Commits a file with a key. */
export const addKey = async (work: TestRepository, key = live, path = "config.env"): Promise<string> => {
  work.write(path, `API_KEY=${key}\n`);
  return work.commit("with a key");
};
