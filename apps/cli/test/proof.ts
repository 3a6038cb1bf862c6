import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestRepository } from "@keywarden/testing";
import { expect } from "vitest";

/** Runs the hook as git would, with a command in the place of the check that shows whether it was started. */
export async function isProvedClean(
  repository: TestRepository,
  env: Record<string, string> = {},
): Promise<boolean> {
  const path = join(repository.path, ".git/hooks/pre-commit");
  const hook = readFileSync(path, "utf8");
  const probe = join(repository.outside, "probe");
  writeFileSync(probe, hook.replace(/^ {2}keywarden_done=89 sh \S+ pre-commit "\$@"$/m, "  exit 97"));
  expect(readFileSync(probe, "utf8")).not.toBe(hook);
  // A hook is started through a git that sets its environment.
  const run = ["-c", `alias.probe=!sh '${probe}'`, "probe"];
  const { exitCode, stderr } = await repository.run(run, { env: { GIT_INDEX_FILE: ".git/index", ...env } });
  if (exitCode !== 0 && exitCode !== 97) throw new Error(`the hook ended with ${exitCode}: ${stderr}`);
  return exitCode === 0;
}
