import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import type { AppFolder } from "./built-program.ts";

const script = fileURLToPath(new URL("../../../../build.ts", import.meta.url));

/**
 * Builds programs as they are published, once for all test files of a project, where `builtProgram` finds them.
 * A built program starts in about a quarter of the time that its sources take.
 */
export async function buildPrograms<Name extends AppFolder>(
  project: TestProject,
  apps: readonly Name[],
): Promise<{ readonly programs: Readonly<Record<Name, string>>; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "keywarden-programs-"));
  const built = apps.map(async (app) => {
    await promisify(execFile)(process.execPath, [script, app, join(folder, app, "dist")]);
    return [app, join(folder, app, "dist", "main.js")] as const;
  });
  const programs = Object.fromEntries(await Promise.all(built)) as Record<Name, string>;
  project.provide("programs", programs);
  return { programs, remove: () => rm(folder, { recursive: true, force: true }) };
}
