import { execFileSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { makeInventoryClient } from "@keywarden/management";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { makeChanges } from "./make-changes.ts";
import { programs } from "./programs.ts";
import { milliseconds, times, type Row, type Section } from "./report.ts";
import { keyCount, withKeys } from "./server-with-keys.ts";
import { makeManyKeys, storeKeys, type ManyKeys } from "./many-keys.ts";
import { median, medianRatio, percentile } from "./statistics.ts";
import { openTerminal, type TerminalSession } from "./terminal-session.ts";

const size = { columns: 160, rows: 45 };
const fewKeys = 1000;
const starts = 9;
const keystrokes = 80;
const changesPerSecond = 50;
const idleMs = 60_000;
// Keys hold the word live, too.
const isLive = "within 2 s";

/** The terminal in a pseudo-terminal: its start, its keys while data arrives, what it writes when nothing happens, its memory. */
export async function benchTerminal(): Promise<Section> {
  const title = "Terminal";
  const method = `${size.columns}x${size.rows}, pseudo-terminal by script(1), SQLite on disk; ${keystrokes} keystrokes of each sort, first byte after each.`;
  using probe = makeTemporaryDirectory();
  const isThere = await openTerminal({ args: ["--version"], ...size });
  if (isThere === null)
    return { title, method: `${method} script(1) is not on PATH: not measured.`, rows: [] };
  const few = await withFewKeys(probe.path, async (server) => [
    ...(await start(server)),
    ...(await rest(server)),
  ]);
  const many = await withKeys(async (server, made) => [
    ...(await underChanges(server, made)),
    ...(await stalls(server, made)),
  ]);
  return { title, method, rows: [...few, ...many] };
}

async function withFewKeys<Result>(
  directory: string,
  work: (server: KeyServerProgram) => Promise<Result>,
): Promise<Result> {
  await storeKeys({ path: directory }, makeManyKeys(fewKeys).keys);
  const server = await startKeyServer({ file: programs.keyServer, directory, env: process.env });
  try {
    return await work(server);
  } finally {
    await server.program.stop();
  }
}

const argsOf = ({ url, tokenFile }: KeyServerProgram): readonly string[] => [
  "--server",
  url,
  "--token-file",
  tokenFile,
  "--screen",
  "keys",
];

async function open(server: KeyServerProgram, stallsIn?: string): Promise<TerminalSession> {
  const session = await openTerminal({
    args: argsOf(server),
    ...size,
    ...(stallsIn !== undefined && { stallsIn }),
  });
  if (session === null) throw new Error("script(1) has gone");
  return session;
}

async function start(server: KeyServerProgram): Promise<readonly Row[]> {
  const [firstRow, bare]: [number[], number[]] = [[], []];
  for (let round = 0; round < starts; round += 1) {
    const startedAtMs = performance.now();
    execFileSync(process.execPath, ["-e", "0"]);
    bare.push(performance.now() - startedAtMs);
    const session = await open(server);
    firstRow.push(await session.saidMs("customer "));
    await session.end();
  }
  return [
    {
      measure: `first row, ${fewKeys} keys`,
      value: milliseconds(median(firstRow)),
      compared: `${times(medianRatio(firstRow, bare))} node -e 0 (goal: 5)`,
    },
  ];
}

/** What is written in a minute in which nothing happens, with twenty keys in a grace period of a day. */
async function rest(server: KeyServerProgram): Promise<readonly Row[]> {
  const inventory = makeInventoryClient({ baseUrl: server.url, token: server.token });
  for (let index = 0; index < 20; index += 1) {
    const input = {
      provider: "aero2",
      name: `grace ${index}`,
      kind: "secret",
      environment: "production",
    } as const;
    const { key } = await inventory.create(input);
    await inventory.rotate(key.id, { expectedGeneration: key.generation });
  }
  const session = await open(server);
  await session.saidMs(isLive);
  await session.quiet(3000);
  const beforeSeconds = session.cpuSeconds();
  const bytes = await session.bytesIn(idleMs);
  const cpuSeconds = session.cpuSeconds() - beforeSeconds;
  const moves = await pressInTurns(session, ["j", "j", "j", "k"], 60);
  const { now } = session.resident();
  await session.end();
  return [
    { measure: "an idle minute, 20 keys in grace", value: `${bytes} B`, compared: "goal: 200 B" },
    {
      measure: "CPU in that minute",
      value: `${((cpuSeconds / (idleMs / 1000)) * 100).toFixed(2)} %`,
      compared: "goal: 0.5 %",
    },
    { measure: "bytes of a move in view, p50", value: `${median(moves.bytes)} B`, compared: "goal: 600 B" },
    { measure: `resident, ${fewKeys} keys`, value: `${now.toFixed(0)} MB`, compared: "" },
  ];
}

async function underChanges(server: KeyServerProgram, made: ManyKeys): Promise<readonly Row[]> {
  const session = await open(server);
  await session.saidMs(isLive);
  const changes = makeChanges(server, made, changesPerSecond);
  await wait(3000);
  const moves = await pressInTurns(session, ["j", "j", "j", "k"], 40);
  session.type("/");
  const filter = await pressInTurns(session, [..."customer 9"], 40);
  session.type("\u001B");
  await wait(1000);
  const { now, peak } = session.resident();
  const made50 = await changes.stop();
  await session.end();
  const row = (measure: string, samples: readonly number[], goal: string): Row => ({
    measure,
    value: milliseconds(percentile(samples, 0.95)),
    compared: `p50 ${milliseconds(median(samples))} (goal: ${goal})`,
  });
  return [
    row(
      `key to first byte p95, ${keyCount} keys, ${made50.perSecond.toFixed(0)} changes a second`,
      moves.ms,
      "33 ms",
    ),
    row("filter keystroke p95, the same", filter.ms, "50 ms"),
    {
      measure: `resident, ${keyCount} keys`,
      value: `${now.toFixed(0)} MB`,
      compared: `peak ${peak.toFixed(0)} MB (goal: 250 MB)`,
    },
  ];
}

async function stalls(server: KeyServerProgram, made: ManyKeys): Promise<readonly Row[]> {
  using folder = makeTemporaryDirectory();
  const session = await open(server, folder.path);
  await session.saidMs("customer ");
  // Loading Ink and drawing the first frame are the start, which is measured by the first row.
  await session.longestStallMs();
  await session.saidMs(isLive);
  await session.quiet(1500);
  const loading = await session.longestStallMs();
  const changes = makeChanges(server, made, changesPerSecond);
  await wait(6000);
  const refreshing = await session.longestStallMs();
  session.type("s");
  await wait(1500);
  const sorting = await session.longestStallMs();
  await changes.stop();
  await session.end();
  const row = (when: string, value: number): Row => ({
    measure: `longest stall, ${when}`,
    value: `${milliseconds(value)} CPU`,
    compared: "goal: 33 ms",
  });
  return [
    row("first load", loading),
    row("refreshing", refreshing),
    row("sorting by another column", sorting),
  ];
}

async function pressInTurns(session: TerminalSession, keys: readonly string[], pauseMs: number) {
  const ms: number[] = [];
  const bytes: number[] = [];
  for (let index = 0; index < keystrokes; index += 1) {
    const isFilter = keys.length > 4;
    // A filter that is whole is taken back, so that the next round types it again.
    const key = keys[index % keys.length] ?? "j";
    if (isFilter && index > 0 && index % keys.length === 0) {
      session.type("\u0015");
      await wait(pauseMs * 5);
    }
    ms.push(await session.press(key));
    bytes.push(await session.quiet(pauseMs));
  }
  return { ms, bytes };
}
