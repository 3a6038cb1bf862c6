import { makeTemporaryDirectory } from "@keywarden/testing";
import { makeManyKeys, storeKeys } from "./many-keys.ts";
import { milliseconds, type Section } from "./report.ts";
import { keyCount } from "./server-with-keys.ts";
import { median } from "./statistics.ts";

const rounds = 3;

/** Storing many keys at once, durable, each with an entry in the audit chain. */
export async function benchImport(): Promise<Section> {
  const { keys } = makeManyKeys(keyCount);
  const wallMs: number[] = [];
  const processorMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    using directory = makeTemporaryDirectory();
    const before = process.cpuUsage();
    wallMs.push(await storeKeys({ path: directory.path }, keys));
    const { user, system } = process.cpuUsage(before);
    processorMs.push((user + system) / 1e3);
  }
  return {
    title: "Import",
    method: `${keyCount} keys into a new SQLite on disk, one transaction, an audit entry each; median of ${rounds} rounds.`,
    rows: [
      {
        measure: "all keys durable after",
        value: milliseconds(median(wallMs)),
        compared: `${milliseconds(median(processorMs))} of processor time`,
      },
    ],
  };
}
