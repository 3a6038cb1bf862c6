import { readFile } from "node:fs/promises";
import { describeSystemError } from "@keywarden/command-line";
import type { KeyServerError } from "../key-server-error.ts";

/** Reads a JSON file of settings. @throws what `bad` makes of the reason for which it cannot be read */
export async function readJsonFile(
  path: string,
  bad: (message: string, cause: unknown) => KeyServerError,
): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    const isSyntax = error instanceof SyntaxError;
    throw bad(`${path} ${isSyntax ? "is not JSON" : `cannot be read: ${describeSystemError(error)}`}`, error);
  }
}
