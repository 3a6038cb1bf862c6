import { homedir } from "node:os";
import process from "node:process";
import { endOnLostOutput } from "@keywarden/command-line";
import { fetchOverHttp } from "./effects/fetch-over-http.ts";
import { limitHeap } from "./limit-heap.ts";
import { program } from "./program.ts";
import { run } from "./run.ts";
import { signals } from "./signals.ts";

// Ink's colour library reads FORCE_COLOR when it is loaded and does not know NO_COLOR.
if ((process.env["NO_COLOR"] ?? "") !== "") process.env["FORCE_COLOR"] = "0";

endOnLostOutput(program, process);
const status = await run({
  args: process.argv.slice(2),
  env: process.env,
  program: process.argv[1] ?? "",
  home: homedir(),
  directory: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  fetch,
  ask: fetchOverHttp,
  wallClockMs: Date.now,
  monotonicMs: () => performance.now(),
  every: (intervalMs, callback) => {
    const timer = setInterval(callback, intervalMs);
    return () => clearInterval(timer);
  },
  limitHeap,
  ...signals,
});
process.exit(status);
