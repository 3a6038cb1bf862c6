import { join } from "node:path";
import {
  findPostgres,
  makeDatabaseWay,
  makeTemporaryDirectory,
  startPostgres,
  type DatabaseWay,
} from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { onTestFinished } from "vitest";

const found = findPostgres();
/** Belongs into the names of tests that need a PostgreSQL; empty where there is one. */
export const withoutPostgres = "missing" in found ? ` (skipped: ${found.missing})` : "";

export interface SharingServer extends KeyServerProgram {
  /** Its own way to the database. */
  readonly way: DatabaseWay;
}

/** Starts processes on one PostgreSQL, which stop when the test ends. */
export async function startServers(
  count: number,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly SharingServer[]> {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const place = makeTemporaryDirectory();
  onTestFinished(() => place.remove());
  const servers: SharingServer[] = [];
  // One after another: the first one makes the token that all of them take.
  for (let number = 0; number < count; number += 1) {
    const way = await makeDatabaseWay(postgres.url);
    onTestFinished(() => way[Symbol.asyncDispose]());
    const started = await startKeyServer({
      file: builtProgram("key-server"),
      directory: join(place.path, "data"),
      env: { ...process.env, ...env, DATABASE_URL: way.url },
    });
    onTestFinished(async () => void (await started.program.stop()));
    servers.push({ ...started, way });
  }
  return servers;
}
