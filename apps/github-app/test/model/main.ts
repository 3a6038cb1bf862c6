// `npm run model [-- --worlds N] [--seed S] [--parallel P] [--git] [--again] | --seed S --path P | --built
// [--storage sqlite|postgresql]`: plays generated worlds with the App's stages or the built App, and compares each with the model. What has agreed is remembered, so that a run that is cut off continues,
// until anything that is played changes.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect, parseArgs } from "node:util";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { checkBuilt } from "./built/check-built.ts";
import { storagesUnderTest } from "../rig/storages.ts";
import { bundleBatch } from "./bundle-batch.ts";
import { defaultSeed } from "./check-worlds.ts";
import type { BatchResult } from "./play-batch.ts";

/** Each in a process of its own, which begins small: a fork of a large one takes longer than what git then does. */
const worldsPerBatch = 250;

const { values } = parseArgs({
  options: {
    worlds: { type: "string", default: "1000" },
    seed: { type: "string", default: String(defaultSeed) },
    parallel: { type: "string", default: "1" },
    path: { type: "string" },
    /** Asks git itself, in a process for each question, which takes ten times as long. */
    git: { type: "boolean", default: false },
    again: { type: "boolean", default: false },
    /** Plays them with the built App as a process, and kills it meanwhile. */
    built: { type: "boolean", default: false },
    storage: { type: "string" },
  },
});
const [worlds, firstSeed, parallel] = [values.worlds, values.seed, values.parallel].map(Number);
if (!isCount(worlds) || !isCount(firstSeed) || !isCount(parallel)) {
  process.stderr.write(
    "usage: npm run model -- [--worlds N] [--seed S] [--parallel P] [--git] [--again] | --seed S --path P |\n" +
      "  --built [--storage sqlite|postgresql] [--worlds N] [--seed S]\n",
  );
  process.exit(2);
}

const cache = fileURLToPath(new URL("../../../../node_modules/.cache/model", import.meta.url));
if (values.built) process.exit(await runBuilt());
mkdirSync(cache, { recursive: true });
const { program, digest } = await makeProgram();
if (values.path !== undefined) process.exit(report(await playBatch(firstSeed, 1, values.path)));
const seeds = Array.from({ length: Math.ceil(worlds / worldsPerBatch) }, (_, batch) => firstSeed + batch);
const memory = join(cache, `${digest}-${firstSeed}.jsonl`);
if (values.again) rmSync(memory, { force: true });
const agreed = new Map(readMemory().map((result) => [result.seed, result]));
const left = seeds.filter((seed) => !agreed.has(seed));
if (left.length < seeds.length)
  say(
    `${(seeds.length - left.length) * worldsPerBatch} worlds agreed in an earlier run; --again plays them again`,
  );
let status = 0;
await Promise.all(Array.from({ length: parallel }, work));
say(
  `${[...agreed.keys()].filter((seed) => seeds.includes(seed)).length * worldsPerBatch} of ${seeds.length * worldsPerBatch} worlds agree with the model, seeds ${firstSeed} to ${firstSeed + seeds.length - 1}`,
);
process.exit(status);

async function runBuilt(): Promise<number> {
  // Whoever builds it meanwhile changes nothing of what runs.
  using copied = makeTemporaryDirectory();
  cpSync(fileURLToPath(new URL("../../dist", import.meta.url)), copied.path, { recursive: true });
  const program = join(copied.path, "main.js");
  const wanted = values.storage?.toLowerCase();
  let found = 0;
  for (const { storage, start } of storagesUnderTest) {
    if (wanted !== undefined && storage.toLowerCase() !== wanted) continue;
    const database = await start();
    const { databaseUrl } = database;
    const count = await checkBuilt({ program, databaseUrl, count: worlds ?? 0, seed: firstSeed ?? 0, say });
    await database.stop();
    const { disagreements, deadLetters, violations, kills } = count;
    for (const { world, differences, number } of disagreements) say({ number, differences, world });
    if (disagreements.length > 0) say(`the log of the App is ${keepLog(storage, count.log)}`);
    say(
      `${storage}: ${count.worlds - disagreements.length} of ${count.worlds} worlds agree, ${kills} kills, ` +
        `${deadLetters.length} dead letters ${deadLetters.join(", ")}, ${violations.length} violations ${violations.join(", ")}`,
    );
    found = Math.max(found, disagreements.length + deadLetters.length + violations.length > 0 ? 1 : 0);
  }
  return found;
}

function keepLog(storage: string, log: string): string {
  mkdirSync(cache, { recursive: true });
  const file = join(cache, `built-${storage.toLowerCase()}-${firstSeed}.log`);
  writeFileSync(file, log);
  return file;
}

async function work(): Promise<void> {
  for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
    const result = await playBatch(seed, worldsPerBatch);
    status = Math.max(status, report(result));
    if (result.disagreement !== null) continue;
    agreed.set(seed, result);
    appendFileSync(memory, `${JSON.stringify(result)}\n`);
  }
}

/** What runs is never written again: whoever changes the App meanwhile changes nothing of it. */
async function makeProgram(): Promise<{ readonly program: string; readonly digest: string }> {
  const bundle = await bundleBatch(join(cache, `${process.pid}.mjs`), { withGit: values.git });
  const name = createHash("sha256").update(readFileSync(bundle)).digest("hex").slice(0, 16);
  renameSync(bundle, join(cache, `${name}.mjs`));
  return { program: join(cache, `${name}.mjs`), digest: name };
}

function playBatch(seed: number, count: number, path?: string): Promise<BatchResult> {
  const args = [
    ...(values.git ? ["--max-semi-space-size=1"] : []),
    program,
    String(seed),
    String(count),
    ...(path === undefined ? [] : [path]),
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(said) as BatchResult);
      else reject(new Error(`the worlds of seed ${seed} could not be played`));
    });
  });
}

function report({ seed, worlds: played, ms, disagreement }: BatchResult): 0 | 1 {
  if (disagreement === null) {
    say(`seed ${seed}: ${played} worlds agree, ${Math.round(ms / played)} ms each`);
    return 0;
  }
  const { path, world, differences } = disagreement;
  say(`seed ${seed}: the App and the model differ`);
  for (const difference of differences) say(`  ${difference}`);
  say(world);
  say(`npm run model -- --seed ${seed} --path ${path}${values.git ? " --git" : ""}`);
  return 1;
}

function readMemory(): readonly BatchResult[] {
  if (!existsSync(memory)) return [];
  const lines = readFileSync(memory, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as BatchResult);
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value > 0;
}

function say(what: unknown): void {
  process.stdout.write(
    `${typeof what === "string" ? what : inspect(what, { depth: null, breakLength: 120 })}\n`,
  );
}
