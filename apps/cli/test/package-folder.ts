import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestRepository } from "@keywarden/testing";
import { expect } from "vitest";
import { copyProgram } from "./copy-program.ts";

// A test that has no Node would find those of the machine that runs it.
const ownFolders = " /opt/homebrew/bin /usr/local/bin /usr/bin; do";

/** Puts the program into a package below `folder`, with a script that looks for Node in no folder of the machine. */
export function addPackage(folder: string): string {
  const program = copyProgram(join(folder, "node_modules/keywarden"));
  const script = join(dirname(program), "hook.sh");
  const text = readFileSync(script, "utf8");
  expect(text).toContain(ownFolders);
  writeFileSync(script, text.replace(ownFolders, "; do"));
  return program;
}

/** Makes a PATH with what git and its hooks need, and a `node` that is a link or a script, if one is given. */
export function makePath(repo: TestRepository, node: string | null = null): string {
  const folder = join(repo.outside, "path");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const name of ["git", "sh", "cat", "dirname", "basename", "env", "sed", "uname", "git-receive-pack"]) {
    const path = [`/usr/bin/${name}`, `/bin/${name}`].find((one) => existsSync(one));
    if (path !== undefined) symlinkSync(path, join(folder, name));
  }
  if (node?.startsWith("#!") === true) writeFileSync(join(folder, "node"), node, { mode: 0o755 });
  else if (node !== null) symlinkSync(node, join(folder, "node"));
  return folder;
}
