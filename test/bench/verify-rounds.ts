import type { Secret } from "@keywarden/key-format";
import { fileURLToPath } from "node:url";
import { readyAddressOf, type KeyServerProgram, startProgram } from "@keywarden/testing/programs";
import { drive, requestBytes, type Driven } from "./drive.ts";
import { processorMs } from "./process-costs.ts";
import { milliseconds, type Row } from "./report.ts";
import { isShort } from "./server-with-keys.ts";
import { median, percentile } from "./statistics.ts";

export const connections = 16;
export const requestsPerRound = isShort ? 8_000 : 20_000;
export const verifyRounds = 5;

/** What is asked: a program and its address. */
export type Asked = Pick<KeyServerProgram, "program" | "url">;

export interface Round extends Driven {
  readonly count: number;
  readonly serverMs: number | null;
}

/** One way to ask, which takes its turn in every round. */
export interface Variant {
  readonly name: string;
  readonly asked: Asked;
  readonly request: (index: number) => Buffer;
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

/** Goes through all keys in an order in which neighbours are far apart. */
export function anyOf(secrets: readonly Secret[], index: number): Secret {
  return secretAt(secrets, (index * 7919) % secrets.length);
}

export function secretAt(secrets: readonly Secret[], index: number): Secret {
  const secret = secrets[index];
  if (secret === undefined) throw new Error("no such key");
  return secret;
}

/** Starts a bare `node:http` that answers each request with the bytes with which a server answers this one. */
export async function startBare(url: string, request: Parameters<typeof requestBytes>[0]): Promise<Asked> {
  const answer = await fetch(new URL(request.path, url), {
    method: request.method,
    headers: { authorization: `Bearer ${request.bearer}`, "content-type": "application/json" },
    ...(request.body !== undefined && { body: request.body }),
  });
  const made = new Set(["connection", "keep-alive", "date", "transfer-encoding"]);
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !made.has(name)));
  const body = await answer.text();
  const file = fileURLToPath(new URL("peers/bare-http.ts", import.meta.url));
  const env = { ...process.env, KEYWARDEN_BENCH_ANSWER: JSON.stringify({ headers, body }) };
  const program = await startProgram({ name: "bare-http", file, args: [], env });
  return { program, url: readyAddressOf(program) };
}

/** Asks the variants in turn, round after round. The first round counts for none: it fills caches and lets V8 compile. */
export async function askInTurns(
  variants: readonly Variant[],
  requests = requestsPerRound,
): Promise<ReadonlyMap<string, readonly Round[]>> {
  const samples = new Map<string, Round[]>(variants.map(({ name }) => [name, []]));
  for (let round = 0; round <= verifyRounds; round += 1)
    for (const { name, asked, request } of variants) {
      const sample = await measure(asked, (index) => request(index + round * requests), requests);
      if (round > 0) samples.get(name)?.push(sample);
    }
  return samples;
}

export async function measure(
  { program, url }: Asked,
  requestAt: (index: number) => Buffer,
  count: number,
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

/** The rows of one variant, compared with a floor round by round, since the machine may have been slower for one. */
export function rowsOf(
  name: string,
  rounds: readonly Round[],
  floor: { readonly name: string; readonly rounds: readonly Round[] },
): readonly Row[] {
  const middle = (valueOf: (round: Round) => number) => median(rounds.map(valueOf));
  const processorUs = ({ count, serverMs }: Round) => (serverMs === null ? NaN : (serverMs * 1e3) / count);
  const p99 = ({ latenciesMs }: Round) => percentile(latenciesMs, 0.99);
  const perMs = ({ count, elapsedMs }: Round) => count / elapsedMs;
  const toFloor = (valueOf: (round: Round) => number) =>
    median(
      rounds.map((round, index) => {
        const beside = floor.rounds[Math.min(index, floor.rounds.length - 1)];
        return beside === undefined ? NaN : valueOf(round) / valueOf(beside);
      }),
    ).toFixed(2);
  const isFloor = name === floor.name;
  const processor = middle(processorUs);
  return [
    {
      measure: name,
      value: `${Math.round(1e3 * middle(perMs))}/s`,
      compared: [
        ...(isFloor ? [] : [`${toFloor(perMs)} of ${floor.name}`]),
        ...(Number.isNaN(processor)
          ? []
          : [`${processor.toFixed(0)} µs of processor time${isFloor ? "" : `, ${toFloor(processorUs)} ×`}`]),
      ].join(", "),
    },
    {
      measure: `${name}: p50`,
      value: milliseconds(middle(({ latenciesMs }) => percentile(latenciesMs, 0.5))),
      compared: "",
    },
    {
      measure: `${name}: p99`,
      value: milliseconds(middle(p99)),
      compared: isFloor ? "" : `${toFloor(p99)} ×`,
    },
  ];
}
