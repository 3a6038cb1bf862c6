import { makeInventoryClient } from "@keywarden/management";
import type { KeyServerProgram } from "@keywarden/testing/programs";
import { drive, requestBytes } from "./drive.ts";
import { milliseconds, type Row, type Section } from "./report.ts";
import { keyCount, withKeys } from "./server-with-keys.ts";
import { median, percentile } from "./statistics.ts";

const pageSize = 100;
const requests = 500;
const rounds = 5;

const filters = {
  "all keys": {},
  "one environment": { environment: "production" },
  "active, one provider and kind": { state: "active", provider: "aforo", kind: "secret" },
  "revoked, of which there are none": { state: "revoked" },
} as const;

/** One page of the list over HTTP, at the beginning, in the middle and at the end, by itself and with filters. */
export function benchList(): Promise<Section> {
  return withKeys(async (server) => {
    const places = new Map<string, string>();
    for (const [name, filter] of Object.entries(filters))
      for (const [depth, path] of await pathsAt(server, filter)) places.set(`${name}, ${depth}`, path);
    const samples = new Map<string, number[]>();
    for (let round = 0; round <= rounds; round += 1)
      for (const [name, path] of places) {
        const request = requestBytes({ method: "GET", path, bearer: server.token.reveal() });
        const requestAt = () => request;
        const { latenciesMs } = await drive({ url: server.url, connections: 1, count: requests, requestAt });
        // The first round fills caches and lets V8 compile.
        if (round > 0) samples.set(name, [...(samples.get(name) ?? []), percentile(latenciesMs, 0.99)]);
        if (round === rounds) samples.set(`${name} p50`, [percentile(latenciesMs, 0.5)]);
      }
    return {
      title: "List",
      method: `GET /v1/keys, ${pageSize} of ${keyCount} keys a page, SQLite on disk, one connection from another process; p99 of ${requests} calls, median of ${rounds} rounds in turns.`,
      rows: [...places.keys()].map((name): Row => ({
        measure: name,
        value: `p99 ${milliseconds(median(samples.get(name) ?? []))}`,
        compared: `p50 ${milliseconds(median(samples.get(`${name} p50`) ?? []))}`,
      })),
    };
  });
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
