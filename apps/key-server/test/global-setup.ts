import { buildPrograms } from "@keywarden/testing/build-programs";
import type { TestProject } from "vitest/node";

/** Builds the server once for all files of this package. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  return (await buildPrograms(project, ["key-server"])).remove;
}
