import { run } from "./run.ts";
import { isInputWritten, openInput, readInput } from "./hook/standard-input.ts";
import { become } from "./tui/become.ts";

// A reader that has seen enough, such as `head`, closes the pipe, which is not a failure. What was found still decides the
// exit status, and a rotation goes on to its end.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.exit(2);
});

void run({
  argv: process.argv.slice(2),
  env: process.env,
  directory: process.cwd(),
  program: process.argv[1] ?? "keywarden",
  runtime: process.execPath,
  // Opening it costs milliseconds that a commit need not wait for.
  get stdin() {
    return openInput(() => process.stdin);
  },
  readInput,
  isInputWritten,
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
