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
  verifyRequest,
  verifyRounds,
} from "./verify-rounds.ts";

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
      const ways = { SQLite: sqlite, PostgreSQL: one, "PostgreSQL, --workers 2": two };
      const variants = Object.entries(ways).map(([name, asked]) => {
        const ask = verifyRequest(asked.token);
        return { name, asked, request: (index: number) => ask(anyOf(secrets, index)) };
      });
      // Each worker has a memory of its own; asked twice, nearly every key has been asked for in both.
      for (const { asked, request } of variants.flatMap((variant) => [variant, variant]))
        await measure(asked, request, secrets.length);
      const samples = await askInTurns(variants);
      const roundsOf = (name: string) => ({ name, rounds: samples.get(name) ?? [] });
      const asked = 2 * secrets.length + requestsPerRound * (verifyRounds + 1);
      return {
        title,
        method: `Any of ${keyCount} keys, ${requestsPerRound} calls over ${connections} connections; PostgreSQL with fsync on the same machine, its own processor time not counted; median of ${verifyRounds} rounds in turns.`,
        rows: [
          ...rowsOf("SQLite", roundsOf("SQLite").rounds, roundsOf("SQLite")),
          ...rowsOf("PostgreSQL", roundsOf("PostgreSQL").rounds, roundsOf("SQLite")),
          ...rowsOf(
            "PostgreSQL, --workers 2",
            roundsOf("PostgreSQL, --workers 2").rounds,
            roundsOf("PostgreSQL"),
          ),
          await countsOf(two, asked),
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
