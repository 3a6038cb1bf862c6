import { readFileSync, statSync } from "node:fs";
import { platform } from "node:os";
import { describeSystemError } from "@keywarden/command-line";
import { quoteForShell } from "@keywarden/key-format";
import { KeyServerError } from "../key-server-error.ts";

/**
 * Reads a secret that a configuration names by its file, which others on the machine may not read.
 *
 * @throws what `bad` makes of a sentence
 */
export function readSecretFile(
  file: string,
  bad: (message: string, cause?: unknown) => KeyServerError,
): string {
  try {
    const text = readFileSync(file, "utf8").trim();
    if (text === "") throw bad(`${file} is empty`);
    const isShared = platform() !== "win32" && (statSync(file).mode & 0o026) !== 0;
    if (isShared)
      throw bad(`others on this machine may read ${file}; run: chmod 0600 ${quoteForShell(file)}`);
    return text;
  } catch (error) {
    if (error instanceof KeyServerError) throw error;
    throw bad(`${file} cannot be read: ${describeSystemError(error)}`, error);
  }
}
