import { randomBytes } from "node:crypto";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { limitMallocArenas } from "./limit-malloc-arenas.ts";
import { run } from "./run.ts";

// A server keeps little for long: without these V8 lets what every request leaves behind grow to several times that.
for (const flag of ["--optimize-for-size", "--semi-space-growth-factor=1"]) setFlagsFromString(flag);

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

process.exitCode = await run({
  argv: process.argv.slice(2),
  env: process.env,
  print: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
  stderr: process.stderr,
  clock: () => Date.now(),
  randomBytes,
  stop: stop.signal,
  prepareToServe: limitMallocArenas,
});
