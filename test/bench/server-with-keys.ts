import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { type KeyServerProgram, startKeyServer } from "@keywarden/testing/programs";
import { makeManyKeys, storeKeys, type ManyKeys } from "./many-keys.ts";
import { programs } from "./programs.ts";

export const keyCount = 100_000;

/** Lets work run against a built server over SQLite on disk with 100,000 keys, and stops it. */
export async function withKeys<Result>(
  work: (server: KeyServerProgram, made: ManyKeys) => Promise<Result>,
): Promise<Result> {
  using directory = makeTemporaryDirectory();
  const data = join(directory.path, "data");
  const made = makeManyKeys(keyCount);
  await storeKeys(data, made.keys);
  const server = await startKeyServer({ file: programs.keyServer, directory: data, env: process.env });
  try {
    return await work(server, made);
  } finally {
    await server.program.stop();
  }
}
