import { join } from "node:path";
import { findPostgres, makeTemporaryDirectory, startPostgres } from "@keywarden/testing";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { storeKeys } from "./many-keys.ts";
import { programs } from "./programs.ts";
import type { Row, Section } from "./report.ts";
import { keyCount, withKeys } from "./server-with-keys.ts";
import {
  anyOf,
  askInTurns,
  connections,
  measure,
  requestsPerRound,
  rowsOf,
  secretAt,
  verifyRequest,
  verifyRounds,
  type Variant,
} from "./verify-rounds.ts";

const busyKeys = 1_000;

/** What a database that several processes share costs a verification: beside SQLite, and with two workers. */
export async function benchVerifyShared(): Promise<Section> {
  const title = "Verify on PostgreSQL";
  const found = findPostgres();
  if ("missing" in found) return { title, method: `Skipped: ${found.missing}.`, rows: [] };
  return await withKeys(async (sqlite, { keys, secrets }) => {
    const postgres = await startPostgres({ fsync: true });
    using directory = makeTemporaryDirectory();
    const data = join(directory.path, "data");
    const servers: KeyServerProgram[] = [];
    const start = async (args: readonly string[]): Promise<KeyServerProgram> => {
      const env = { ...process.env, DATABASE_URL: postgres.url };
      const server = await startKeyServer({ file: programs.keyServer, directory: data, env, args });
      servers.push(server);
      return server;
    };
    try {
      await storeKeys({ path: data, databaseUrl: postgres.url }, keys);
      const one = await start([]);
      const two = await start(["--workers", "2"]);
      const any = (asked: KeyServerProgram, name: string): Variant => {
        const ask = verifyRequest(asked.token);
        return { name, asked, request: (index) => ask(anyOf(secrets, index)) };
      };
      const busy = (asked: KeyServerProgram, name: string): Variant => {
        const ask = verifyRequest(asked.token);
        return { name, asked, request: (index) => ask(secretAt(secrets, index % busyKeys)) };
      };
      const names = {
        sqlite: "SQLite, any key",
        postgres: "PostgreSQL, any key",
        one: `PostgreSQL, ${busyKeys} busy keys`,
        two: `the same with --workers 2`,
      };
      // V8 compiles for each process by itself, and each worker has half of the requests.
      const warmth = Math.max(secrets.length, 60_000);
      for (const { asked, request } of [any(sqlite, ""), any(one, ""), busy(two, ""), busy(two, "")])
        await measure(asked, request, warmth);
      const samples = await askInTurns([
        any(sqlite, names.sqlite),
        any(one, names.postgres),
        busy(one, names.one),
        busy(two, names.two),
      ]);
      const roundsOf = (name: string) => ({ name, rounds: samples.get(name) ?? [] });
      const rows = (name: string, beside: string) => rowsOf(name, roundsOf(name).rounds, roundsOf(beside));
      return {
        title,
        method: `${keyCount} keys, ${requestsPerRound} calls over ${connections} connections; PostgreSQL with fsync on the same machine, its own processor time not counted; median of ${verifyRounds} rounds in turns.`,
        rows: [
          ...rows(names.sqlite, names.sqlite),
          ...rows(names.postgres, names.sqlite),
          ...rows(names.one, names.postgres),
          ...rows(names.two, names.one),
          await countsOf(two, 2 * warmth + requestsPerRound * (verifyRounds + 1)),
        ],
      };
    } finally {
      for (const server of servers) await server.program.stop();
      await postgres.stop();
    }
  });
}

/** Whether the workers counted every call, in the sum that either of them tells. */
async function countsOf({ url }: KeyServerProgram, asked: number): Promise<Row> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counted = /^keywarden_server_verifications_total\{outcome="valid"\} (\d+)$/m.exec(text)?.[1];
  return { measure: "calls that the two workers counted", value: counted ?? "none", compared: `of ${asked}` };
}
