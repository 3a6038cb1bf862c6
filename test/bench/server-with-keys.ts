import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { type KeyServerProgram, startKeyServer } from "@keywarden/testing/programs";
import { makeManyKeys, storeKeys, type ManyKeys } from "./many-keys.ts";
import { programs } from "./programs.ts";

/** `KEYWARDEN_BENCH_SHORT=1` measures less, for a machine that is busy: its ratios say something, its times nothing. */
export const isShort = process.env["KEYWARDEN_BENCH_SHORT"] === "1";

export const keyCount = isShort ? 20_000 : 100_000;

/** Lets work run against a built server over SQLite on disk with many keys, and stops it. */
export async function withKeys<Result>(
  work: (server: KeyServerProgram, made: ManyKeys, data: string) => Promise<Result>,
): Promise<Result> {
  using directory = makeTemporaryDirectory();
  const data = join(directory.path, "data");
  const made = makeManyKeys(keyCount);
  await storeKeys({ path: data }, made.keys);
  const server = await startKeyServer({ file: programs.keyServer, directory: data, env: process.env });
  try {
    return await work(server, made, data);
  } finally {
    await server.program.stop();
  }
}
