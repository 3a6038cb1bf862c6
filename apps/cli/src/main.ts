import { fstatSync, readFileSync } from "node:fs";
import { run } from "./run.ts";
import { become } from "./tui/become.ts";

// A reader that has seen enough, such as `head`, closes the pipe: that is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 2);
});

void run({
  argv: process.argv.slice(2),
  env: process.env,
  directory: process.cwd(),
  program: process.argv[1] ?? "keywarden",
  runtime: process.execPath,
  // Opening it costs milliseconds that a commit need not wait for.
  get stdin() {
    return process.stdin;
  },
  // What a hook hands over comes through a pipe; a terminal would be waited for.
  readInput: () => (fstatSync(0).isFIFO() ? readFileSync(0) : Buffer.alloc(0)),
  isTerminal: process.stdout.isTTY,
  isErrorTerminal: process.stderr.isTTY,
  // Some pseudo-terminals report 0 columns: unknown.
  columns: process.stdout.columns || undefined,
  // The shell's job control and signals reach one process.
  become: (file, args) => become(process, file, args),
  leave: (status) => process.exit(status),
  now: Date.now,
  print: (text) => {
    process.stdout.write(text);
  },
  warn: (text) => {
    process.stderr.write(text);
  },
}).then((status) => {
  process.exitCode = status;
});
