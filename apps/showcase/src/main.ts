import { runProgram } from "@keywarden/command-line";
import { program } from "./program.ts";

process.exitCode = await runProgram(program, {
  process,
  argv: process.argv.slice(2),
  env: process.env,
  print: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
});
