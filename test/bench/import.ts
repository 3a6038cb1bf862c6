import { mostImportedKeys } from "@keywarden/management";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { startKeyServer } from "@keywarden/testing/programs";
import { join } from "node:path";
import { makeManyKeys, storeKeys, type ManyKeys } from "./many-keys.ts";
import { processorMs } from "./process-costs.ts";
import { programs } from "./programs.ts";
import { milliseconds, times, type Section } from "./report.ts";
import { isShort, keyCount } from "./server-with-keys.ts";
import { median, medianRatio } from "./statistics.ts";

const rounds = isShort ? 2 : 3;

interface Cost {
  readonly wallMs: number;
  readonly usedMs: number;
}

/** Storing many keys at once, durable, each with an entry in the audit chain: by the storage itself and over HTTP. */
export async function benchImport(): Promise<Section> {
  const { keys } = makeManyKeys(keyCount);
  const own: Cost[] = [];
  const overHttp: Cost[] = [];
  for (let round = 0; round < rounds; round += 1) {
    using directory = makeTemporaryDirectory();
    const before = process.cpuUsage();
    const wallMs = await storeKeys({ path: join(directory.path, "own") }, keys);
    const { user, system } = process.cpuUsage(before);
    own.push({ wallMs, usedMs: (user + system) / 1e3 });
    overHttp.push(await importOverHttp(join(directory.path, "http"), keys));
  }
  const ratioOf = (of: keyof Cost) =>
    times(
      medianRatio(
        overHttp.map((cost) => cost[of]),
        own.map((cost) => cost[of]),
      ),
    );
  const middle = (costs: readonly Cost[], of: keyof Cost) =>
    milliseconds(median(costs.map((cost) => cost[of])));
  return {
    title: "Import",
    method: `${keyCount} keys into a new SQLite on disk, an audit entry each: the storage's own import in one transaction, and POST /v1/keys/import, ${mostImportedKeys} keys in a request; median of ${rounds} rounds in turns.`,
    rows: [
      {
        measure: "the storage's own: all durable after",
        value: middle(own, "wallMs"),
        compared: `${middle(own, "usedMs")} of processor time`,
      },
      {
        measure: "over HTTP",
        value: middle(overHttp, "wallMs"),
        compared: `${ratioOf("wallMs")}; ${middle(overHttp, "usedMs")} of the server's processor time, ${ratioOf("usedMs")}`,
      },
    ],
  };
}

async function importOverHttp(directory: string, keys: ManyKeys["keys"]): Promise<Cost> {
  const server = await startKeyServer({ file: programs.keyServer, directory, env: process.env });
  try {
    const bodies: string[] = [];
    for (let start = 0; start < keys.length; start += mostImportedKeys) {
      const batch = keys.slice(start, start + mostImportedKeys).map(({ metadata, secret, ...key }) => ({
        ...key,
        metadata: metadata ?? {},
        secrets: [secret],
      }));
      bodies.push(JSON.stringify({ keys: batch }));
    }
    const beforeMs = processorMs(server.program.processId) ?? NaN;
    const startedAtMs = performance.now();
    for (const body of bodies) {
      const answer = await fetch(`${server.url}/v1/keys/import`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${server.token.reveal()}`,
          "content-type": "application/json",
        },
        body,
      });
      if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
      const { refused } = (await answer.json()) as {
        readonly refused: readonly { readonly message: string }[];
      };
      if (refused.length > 0) throw new Error(`refused: ${refused[0]?.message}`);
    }
    const wallMs = performance.now() - startedAtMs;
    return { wallMs, usedMs: (processorMs(server.program.processId) ?? NaN) - beforeMs };
  } finally {
    await server.program.stop();
  }
}
