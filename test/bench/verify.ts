import type { Secret } from "@keywarden/key-format";
import { fileURLToPath } from "node:url";
import { readyAddressOf, type KeyServerProgram, startProgram } from "@keywarden/testing/programs";
import { drive, requestBytes, type Driven } from "./drive.ts";
import { processorMs } from "./process-costs.ts";
import { milliseconds, type Row, type Section } from "./report.ts";
import { keyCount, withKeys } from "./server-with-keys.ts";
import { median, percentile } from "./statistics.ts";

const connections = 16;
const requests = 20_000;
const rounds = 5;
const busyKeys = 1_000;

/** What is asked: a program and its address. */
type Asked = Pick<KeyServerProgram, "program" | "url">;

interface Round extends Driven {
  readonly count: number;
  readonly serverMs: number | null;
}

/** How many calls a second the server verifies, with the load generator in another process of the same machine. */
export function benchVerify(): Promise<Section> {
  return withKeys(async (server, { secrets }) => {
    const ask = verifyRequest(server.token);
    const bare = await startBare();
    const any = (index: number) => ask(anyOf(secrets, index));
    const variants = [
      { name: floor, asked: bare, request: any },
      { name: "POST /v1/keys/verify, any key", asked: server, request: any },
      {
        name: `POST /v1/keys/verify, ${busyKeys} busy keys`,
        asked: server,
        request: (index: number) => ask(at(secrets, index % busyKeys)),
      },
      {
        name: "a guarded route, any key",
        asked: server,
        request: (index: number) => guardedRequest(anyOf(secrets, index)),
      },
    ];
    const samples = new Map<string, Round[]>();
    try {
      // The rounds are those of a server that has been up for a while: every key was asked for before, and V8 has compiled.
      samples.set("POST /v1/keys/verify, each key for the first time", [
        await measure(server, any, secrets.length),
      ]);
      for (let round = 0; round < rounds; round += 1)
        for (const { name, asked, request } of variants) {
          const sample = await measure(asked, (index) => request(index + round * requests));
          samples.set(name, [...(samples.get(name) ?? []), sample]);
        }
    } finally {
      await bare.program.stop();
    }
    const floors = samples.get(floor) ?? [];
    return {
      title: "Verify",
      method: `One server process, SQLite on disk, ${keyCount} keys, ${requests} calls over ${connections} connections from another process on the same machine, in the rounds every key was asked for before; median of ${rounds} rounds in turns.`,
      rows: [...samples].flatMap(([name, own]) => rowsOf(name, own, floors)),
    };
  });
}

const floor = "bare node:http, the floor";

async function startBare(): Promise<Asked> {
  const file = fileURLToPath(new URL("peers/bare-http.ts", import.meta.url));
  const program = await startProgram({ name: "bare-http", file, args: [], env: process.env });
  return { program, url: readyAddressOf(program) };
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

async function measure(
  { program, url }: Asked,
  requestAt: (index: number) => Buffer,
  count = requests,
): Promise<Round> {
  const made = Array.from({ length: count }, (_, index) => requestAt(index));
  const { processId } = program;
  const beforeMs = processorMs(processId);
  const driven = await drive({
    url,
    connections,
    count,
    requestAt: (index) => made[index] ?? Buffer.alloc(0),
  });
  const afterMs = processorMs(processId);
  return { ...driven, count, serverMs: beforeMs === null || afterMs === null ? null : afterMs - beforeMs };
}

function rowsOf(name: string, rounds: readonly Round[], floors: readonly Round[]): readonly Row[] {
  const middle = (valueOf: (round: Round) => number) => median(rounds.map(valueOf));
  const perSecond = middle(({ count, elapsedMs }) => count / (elapsedMs / 1e3));
  // Round by round, since the machine may have been slower for one than for another.
  const ofFloor = median(
    rounds.map(
      ({ count, elapsedMs }, index) => (count / elapsedMs) * ((floors[index]?.elapsedMs ?? NaN) / requests),
    ),
  );
  const processor = rounds.flatMap(({ count, serverMs }) =>
    serverMs === null ? [] : [(serverMs * 1e3) / count],
  );
  return [
    {
      measure: name,
      value: `${Math.round(perSecond)}/s`,
      compared: [
        ...(name === floor ? [] : [`${ofFloor.toFixed(2)} of the floor`]),
        ...(processor.length === 0 ? [] : [`${median(processor).toFixed(0)} µs of processor time each`]),
      ].join(", "),
    },
    ...[0.5, 0.99].map((share) => ({
      measure: `${name}: p${share * 100}`,
      value: milliseconds(middle(({ latenciesMs }) => percentile(latenciesMs, share))),
      compared: "",
    })),
  ];
}
