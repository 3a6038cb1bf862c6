import process from "node:process";
import { limitMallocArenas } from "./limit-malloc-arenas.ts";
import { limitYoungGeneration } from "./limit-memory.ts";
import { run } from "./run.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

process.exitCode = await run({
  argv: process.argv.slice(2),
  env: process.env,
  print: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
  stderr: process.stderr,
  clock: () => Date.now(),
  // Loading it takes as long as answering --version.
  randomBytes: (size) => process.getBuiltinModule("node:crypto").randomBytes(size),
  stop: stop.signal,
  onReload: (listener) => void process.on("SIGHUP", listener),
  prepareToServe: () => {
    limitMallocArenas();
    limitYoungGeneration();
  },
});
