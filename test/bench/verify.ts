import type { Secret } from "@keywarden/key-format";
import type { KeyServerProgram } from "@keywarden/testing/programs";
import { drive, requestBytes, type Driven } from "./drive.ts";
import { processorMs } from "./process-costs.ts";
import { milliseconds, type Row, type Section } from "./report.ts";
import { keyCount, withKeys } from "./server-with-keys.ts";
import { median, percentile } from "./statistics.ts";

const connections = 16;
const requests = 40_000;
const rounds = 5;
const busyKeys = 1_000;

interface Round extends Driven {
  readonly serverMs: number | null;
}

/** How many calls a second the server verifies, with the load generator in another process of the same machine. */
export function benchVerify(): Promise<Section> {
  return withKeys(async (server, { secrets }) => {
    const ask = verifyRequest(server.token);
    const variants = {
      "POST /v1/keys/verify, any key": (index: number) => ask(anyOf(secrets, index)),
      [`POST /v1/keys/verify, ${busyKeys} busy keys`]: (index: number) => ask(at(secrets, index % busyKeys)),
      "a guarded route, any key": (index: number) => guardedRequest(anyOf(secrets, index)),
    };
    const samples = new Map<string, Round[]>();
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, request] of Object.entries(variants)) {
        const sample = await measure(server, (index) => request(index + round * requests));
        // The first round fills caches and lets V8 compile.
        if (round > 0) samples.set(name, [...(samples.get(name) ?? []), sample]);
      }
    }
    return {
      title: "Verify",
      method: `One server process, SQLite on disk, ${keyCount} keys, ${requests} calls over ${connections} connections from another process on the same machine; median of ${rounds} rounds in turns.`,
      rows: [...samples].flatMap(([name, own]) => rowsOf(name, own)),
    };
  });
}

/** Asks for a verdict as an API does that guards its own routes. */
export function verifyRequest(token: Secret): (key: Secret) => Buffer {
  return (key) =>
    requestBytes({
      method: "POST",
      path: "/v1/keys/verify",
      bearer: token.reveal(),
      body: JSON.stringify({ key: key.reveal(), ip: "203.0.113.9", method: "GET", path: "/v1/users" }),
    });
}

function guardedRequest(key: Secret): Buffer {
  return requestBytes({ method: "GET", path: "/aforo/v1/entitlements/cust_1", bearer: key.reveal() });
}

/** Goes through all keys in an order in which neighbours are far apart. */
export function anyOf(secrets: readonly Secret[], index: number): Secret {
  return at(secrets, (index * 7919) % secrets.length);
}

function at(secrets: readonly Secret[], index: number): Secret {
  const secret = secrets[index];
  if (secret === undefined) throw new Error("no such key");
  return secret;
}

async function measure(server: KeyServerProgram, requestAt: (index: number) => Buffer): Promise<Round> {
  const made = Array.from({ length: requests }, (_, index) => requestAt(index));
  const { processId } = server.program;
  const beforeMs = processorMs(processId);
  const driven = await drive({
    url: server.url,
    connections,
    count: requests,
    requestAt: (index) => made[index] ?? Buffer.alloc(0),
  });
  const afterMs = processorMs(processId);
  return { ...driven, serverMs: beforeMs === null || afterMs === null ? null : afterMs - beforeMs };
}

function rowsOf(name: string, rounds: readonly Round[]): readonly Row[] {
  const middle = (valueOf: (round: Round) => number) => median(rounds.map(valueOf));
  const perSecond = middle(({ elapsedMs }) => requests / (elapsedMs / 1e3));
  const processor = rounds.flatMap(({ serverMs }) =>
    serverMs === null ? [] : [(serverMs * 1e3) / requests],
  );
  return [
    {
      measure: name,
      value: `${Math.round(perSecond)}/s`,
      compared:
        processor.length === 0
          ? ""
          : `${median(processor).toFixed(0)} µs of processor time in the server each`,
    },
    ...[0.5, 0.99].map((share) => ({
      measure: `${name}: p${share * 100}`,
      value: milliseconds(middle(({ latenciesMs }) => percentile(latenciesMs, share))),
      compared: "",
    })),
  ];
}
