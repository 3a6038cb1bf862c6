import { makeInventoryClient } from "@keywarden/management";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { type KeyServerProgram, readyAddressOf, startProgram } from "@keywarden/testing/programs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { drive, requestBytes } from "./drive.ts";
import { storeKeys } from "./many-keys.ts";
import { processorMs } from "./process-costs.ts";
import { milliseconds, times, type Row, type Section } from "./report.ts";
import { isShort, keyCount, withKeys } from "./server-with-keys.ts";
import { median, medianRatio, percentile } from "./statistics.ts";

const pageSize = 100;
const requests = isShort ? 150 : 500;
const rounds = 5;

const filters = {
  "all keys": {},
  "one environment": { environment: "production" },
  "active, one provider and kind": { state: "active", provider: "aforo", kind: "secret" },
  "revoked, of which there are none": { state: "revoked" },
} as const;

interface Samples {
  readonly p50: number[];
  readonly p99: number[];
  readonly processorMs: number[];
}

/** One page of the list over HTTP, at the beginning, in the middle and at the end, by itself and with filters. */
export function benchList(): Promise<Section> {
  return withKeys(async (server, { keys }) => {
    using directory = makeTemporaryDirectory();
    await storeKeys({ path: directory.path }, keys);
    const file = fileURLToPath(new URL("peers/bare-list.ts", import.meta.url));
    const args = [join(directory.path, "keys.db")];
    const program = await startProgram({ name: "bare-list", file, args, env: process.env });
    const bare = { program, url: readyAddressOf(program) };
    const paths = new Map<string, string>();
    for (const [name, filter] of Object.entries(filters))
      for (const [depth, path] of await pathsAt(server, filter)) paths.set(`${name}, ${depth}`, path);
    const variants = [
      { name: floor, asked: bare, path: "/" },
      ...[...paths].map(([name, path]) => ({ name, asked: server, path })),
    ];
    const samples = new Map<string, Samples>();
    try {
      for (let round = 0; round <= rounds; round += 1)
        for (const { name, asked, path } of variants) {
          const request = requestBytes({ method: "GET", path, bearer: server.token.reveal() });
          const beforeMs = processorMs(asked.program.processId) ?? NaN;
          const requestAt = () => request;
          const { latenciesMs } = await drive({ url: asked.url, connections: 1, count: requests, requestAt });
          const usedMs = ((processorMs(asked.program.processId) ?? NaN) - beforeMs) / requests;
          // The first round fills caches and lets V8 compile.
          if (round === 0) samples.set(name, { p50: [], p99: [], processorMs: [] });
          else {
            samples.get(name)?.p50.push(percentile(latenciesMs, 0.5));
            samples.get(name)?.p99.push(percentile(latenciesMs, 0.99));
            samples.get(name)?.processorMs.push(usedMs);
          }
        }
    } finally {
      await program.stop();
    }
    const beside = samples.get(floor);
    return {
      title: "List",
      method: `GET /v1/keys, ${pageSize} of ${keyCount} keys a page, SQLite on disk, one connection from another process; p99 of ${requests} calls, median of ${rounds} rounds in turns.`,
      rows: [...samples].map(([name, own]) => rowOf(name, own, beside ?? own)),
    };
  });
}

const floor = "the SELECT and JSON behind node:http";

function rowOf(name: string, own: Samples, beside: Samples): Row {
  const ratio = (of: keyof Samples) =>
    name === floor ? "" : ` (${times(medianRatio(own[of], beside[of]))})`;
  return {
    measure: name,
    value: `p99 ${milliseconds(median(own.p99))}${ratio("p99")}`,
    compared: `p50 ${milliseconds(median(own.p50))}${ratio("p50")}, processor time ${milliseconds(median(own.processorMs))}${ratio("processorMs")}`,
  };
}

/** Walks the whole list once, in the largest pages, and gives the paths of the first, a middle and the last small page. */
async function pathsAt(
  server: KeyServerProgram,
  filter: Readonly<Record<string, string>>,
): Promise<readonly (readonly [string, string])[]> {
  const inventory = makeInventoryClient({ baseUrl: server.url, token: server.token });
  const cursors: string[] = [];
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof inventory.list>> = await inventory.list({
      limit: 1000,
      ...filter,
      ...(cursor !== null && { cursor }),
    });
    cursor = page.nextCursor;
    if (cursor === null) break;
    cursors.push(cursor);
  }
  const pathAfter = (cursor: string | undefined) =>
    `/v1/keys?${new URLSearchParams({ limit: `${pageSize}`, ...filter, ...(cursor !== undefined && { cursor }) }).toString()}`;
  if (cursors.length === 0) return [["the only page", pathAfter(undefined)]];
  return [
    ["first page", pathAfter(undefined)],
    ["in the middle", pathAfter(cursors[Math.floor(cursors.length / 2)])],
    ["at the end", pathAfter(cursors.at(-1))],
  ];
}
