import { run } from "./run.ts";

const stopped = new Promise<void>((resolve) => {
  process.once("SIGTERM", () => resolve());
  process.once("SIGINT", () => resolve());
});

const status = await run({
  argv: process.argv.slice(2),
  env: process.env,
  clock: Date.now,
  print: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
  stopped,
  onReload: (listener) => void process.on("SIGHUP", listener),
});

// A fetch or a git that outlives the drain must not keep the process; its job is in the queue.
process.exit(status);
