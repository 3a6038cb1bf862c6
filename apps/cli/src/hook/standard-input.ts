import { fstatSync, readFileSync } from "node:fs";
import { CliError } from "../cli-error.ts";

/** Gives standard input as a stream. @throws CliError CLI_PATH for a folder, which Node takes for an empty stream. */
export function openInput(standardInput: () => AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  if (fstatSync(0).isDirectory()) throw new CliError("CLI_PATH", "Standard input is a folder.");
  return standardInput();
}

/** Waits for all that a hook hands over, which comes through a pipe; gives nothing where a terminal would be waited for. */
export function readInput(): Buffer {
  return fstatSync(0).isFIFO() ? readFileSync(0) : Buffer.alloc(0);
}

/** Whether standard input is what somebody has written: a pipe, a socket or a file, not a terminal or nothing at all. */
export function isInputWritten(): boolean {
  const input = fstatSync(0);
  return input.isFIFO() || input.isSocket() || input.isFile();
}
