import type { Row, Section } from "../report.ts";
import { measureAcknowledgement } from "./acknowledgement.ts";
import { measureBackfill } from "./backfill.ts";
import { measureLargeBlob } from "./large-blob.ts";
import { measureLoad } from "./load.ts";
import { measurePushes } from "./push.ts";
import { measureRestart } from "./restart.ts";
import { measureWorkers } from "./workers.ts";
import { startWorld } from "./world.ts";
import type { World } from "./world.ts";

/** How long one measure may take; on a quiet machine all of them together take less than eight minutes. */
const limitMs = 180_000;

// The load comes last of those that share a world: the clone beside it goes on afterwards.
const measures: Readonly<Record<string, (world: World) => Promise<readonly Row[]>>> = {
  acknowledgement: measureAcknowledgement,
  "push to revoked": measurePushes,
  restart: measureRestart,
  backfill: measureBackfill,
  "large blob": measureLargeBlob,
  load: measureLoad,
};

const workers = "workers";

/** The GitHub App beside the least that could do its work, in the same rounds; all measures where none is chosen. */
export async function benchApp(chosen: readonly string[] = []): Promise<Section> {
  const known = [...Object.keys(measures), workers];
  const unknown = chosen.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`no measure ${unknown.join(", ")} of the App; there are: ${known.join(", ")}`);
  const isChosen = (name: string): boolean => chosen.length === 0 || chosen.includes(name);
  const rows: Row[] = [];
  const add = async (name: string, measure: () => Promise<readonly Row[]>): Promise<void> => {
    const measured = await withinLimit(name, measure());
    // It takes minutes: whoever waits sees how far it is.
    for (const row of measured) console.error(`${row.measure}: ${row.value}, ${row.compared}`);
    rows.push(...measured);
  };
  const shared = Object.entries(measures).filter(([name]) => isChosen(name));
  if (shared.length > 0) {
    await using world = await startWorld();
    for (const [name, measure] of shared) await add(name, () => measure(world));
  }
  if (isChosen(workers)) await add(workers, measureWorkers);
  return {
    title: "GitHub App",
    method:
      "Built programs, SQLite, GitHub emulated on this machine; floors in turns with the App: a bare receiver (node:http, HMAC, fsynced insert) and a bare script (webhook, git fetch, lookup, revoke). Workers share a PostgreSQL that waits for the disk.",
    rows,
  };
}

/** What cannot be measured is a row that says why, so that the others are seen. */
async function withinLimit(name: string, measuring: Promise<readonly Row[]>): Promise<readonly Row[]> {
  const { promise, resolve } = Promise.withResolvers<readonly Row[]>();
  const failed = (why: string): readonly Row[] => [{ measure: name, value: "not measured", compared: why }];
  const timer = setTimeout(() => resolve(failed(`not done within ${limitMs / 1_000} s`)), limitMs);
  measuring.then(resolve, (error: unknown) =>
    resolve(failed(error instanceof Error ? error.message : String(error))),
  );
  const rows = await promise;
  clearTimeout(timer);
  return rows;
}
