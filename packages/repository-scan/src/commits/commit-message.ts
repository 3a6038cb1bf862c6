import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ScanError } from "../scan-error.ts";
import { describeSystemError } from "@keywarden/command-line";
import type { FileScan } from "../files/scan-file.ts";

/**
 * Scans the message of a commit that is being made, without what git itself wrote below its scissors (the changes that
 * `commit --verbose` shows) and into its list of paths.
 *
 * @throws ScanError SCAN_PATH when the file cannot be read.
 */
export function scanCommitMessage(
  file: string,
  {
    directory,
    env,
  }: { readonly directory: string; readonly env: Readonly<Record<string, string | undefined>> },
  { scanner, account }: FileScan,
): void {
  let bytes: Buffer;
  try {
    bytes = readFileSync(resolve(directory, file));
  } catch (error) {
    throw new ScanError(
      "SCAN_PATH",
      `The commit message ${file} cannot be read: ${describeSystemError(error)}.`,
      {
        cause: error,
      },
    );
  }
  // git says so when no editor is opened; then nothing in the file is its own.
  const message = env["GIT_EDITOR"] === ":" ? bytes : withoutNotes(bytes);
  account.files.listed += 1;
  account.bytes.listed += message.length;
  account.add(scanner.scanBytes(message), "commit message", "content");
  account.bytes.scanned += message.length;
  account.files.scanned += 1;
}

// Cut in latin1, one character per byte; lines keep their numbers.
function withoutNotes(bytes: Buffer): Buffer {
  const lines = bytes.toString("latin1").split("\n");
  const scissors = lines.findIndex((line) => /^\S{1,3} -+ >8 -+\r?$/u.test(line));
  const kept = scissors === -1 ? lines : lines.slice(0, scissors);
  return Buffer.from(kept.map((line) => (/^[^\w\s]\t/u.test(line) ? "" : line)).join("\n"), "latin1");
}
