import type { Secret } from "@keywarden/key-format";
import { requestBytes } from "./drive.ts";
import type { Section } from "./report.ts";
import { keyCount, withKeys } from "./server-with-keys.ts";
import {
  anyOf,
  askInTurns,
  connections,
  measure,
  requestsPerRound,
  rowsOf,
  secretAt,
  startBare,
  verifyRequest,
  verifyRounds,
} from "./verify-rounds.ts";

const busyKeys = 1_000;
const floor = "bare node:http";

/** How many calls a second the server verifies, with the load generator in another process of the same machine. */
export function benchVerify(): Promise<Section> {
  return withKeys(async (server, { secrets }) => {
    const ask = verifyRequest(server.token);
    const bare = await startBare(server.url, {
      method: "POST",
      path: "/v1/keys/verify",
      bearer: server.token.reveal(),
      body: JSON.stringify({ key: secretAt(secrets, 0).reveal(), ip: "203.0.113.9" }),
    });
    const any = (index: number) => ask(anyOf(secrets, index));
    try {
      // The rounds are those of a server that has been up for a while: every key was asked for before.
      const first = await measure(server, any, secrets.length);
      const samples = await askInTurns([
        { name: floor, asked: bare, request: any },
        { name: "POST /v1/keys/verify, any key", asked: server, request: any },
        {
          name: `POST /v1/keys/verify, ${busyKeys} busy keys`,
          asked: server,
          request: (index) => ask(secretAt(secrets, index % busyKeys)),
        },
        {
          name: "a guarded route, any key",
          asked: server,
          request: (index) => guardedRequest(anyOf(secrets, index)),
        },
      ]);
      const floors = { name: floor, rounds: samples.get(floor) ?? [] };
      return {
        title: "Verify",
        method: `One server process, SQLite on disk, ${keyCount} keys, ${requestsPerRound} calls over ${connections} connections from another process on the same machine, in the rounds every key was asked for before; the floor reads the request and answers the same bytes; median of ${verifyRounds} rounds in turns.`,
        rows: [
          ...rowsOf("POST /v1/keys/verify, each key for the first time", [first], floors),
          ...[...samples].flatMap(([name, own]) => rowsOf(name, own, floors)),
        ],
      };
    } finally {
      await bare.program.stop();
    }
  });
}

function guardedRequest(key: Secret): Buffer {
  return requestBytes({ method: "GET", path: "/aforo/v1/entitlements/cust_1", bearer: key.reveal() });
}
