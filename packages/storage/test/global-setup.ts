import { findPostgres, startPostgres } from "@keywarden/testing";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The URL of a running PostgreSQL, or why there is none. */
    readonly postgres: { readonly url: string } | { readonly missing: string };
  }
}

/** Starts one PostgreSQL for all files of this package; each place in it has a schema of its own. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const found = findPostgres();
  if ("missing" in found) {
    process.stderr.write(`\n!!! storage is NOT tested on PostgreSQL: ${found.missing}\n\n`);
    project.provide("postgres", found);
    return undefined;
  }
  const server = await startPostgres();
  project.provide("postgres", { url: server.url });
  return () => server.stop();
}
