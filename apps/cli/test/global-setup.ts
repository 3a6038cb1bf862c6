import { cp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildPrograms } from "@keywarden/testing/build-programs";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The program without its build id: a hook that it installs has no shortcut and always starts the check. */
    readonly programWithoutShortcut: string;
  }
}

/** Builds the command line once for all files of this package. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { programs, remove } = await buildPrograms(project, ["cli"]);
  const built = dirname(programs.cli);
  const plain = join(dirname(built), "without-shortcut");
  await cp(built, plain, { recursive: true });
  await rm(join(plain, "build-id"));
  project.provide("programWithoutShortcut", join(plain, "main.js"));
  return remove;
}
