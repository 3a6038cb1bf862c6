import { makeFoundExposure, type FoundExposure } from "@keywarden/inventory";
import { readFileSync } from "node:fs";
import { describeSystemError } from "@keywarden/command-line";
import { Secret } from "@keywarden/key-format";
import { listExposures, makeTransport, ManagementError } from "@keywarden/management";
import { KeyServerError } from "./key-server-error.ts";
import type { ServeOptions } from "./options.ts";

// Whoever waits for a page does not wait longer than this for the App.
const PATIENCE_MS = 2000;

/**
 * Makes what asks the GitHub App for the keys that it found; undefined where no App is named. The token is read each
 * time, so that another one takes its place without a restart.
 *
 * @throws {@link KeyServerError} SERVER_BAD_OPTION where one of the two options is missing or the address cannot be used
 */
export function readApp({
  appUrl,
  appTokenFile,
}: Pick<ServeOptions, "appUrl" | "appTokenFile">): (() => Promise<readonly FoundExposure[]>) | undefined {
  if (appUrl === null && appTokenFile === null) return undefined;
  if (appUrl === null) throw bad("--app-token-file needs --app-url, the address of the GitHub App");
  if (appTokenFile === null) throw bad("--app-url needs --app-token-file, a file with a token of the App");
  try {
    const app = makeTransport({
      baseUrl: appUrl,
      token: () => readToken(appTokenFile),
      timeoutMs: PATIENCE_MS,
    });
    return async () => (await listExposures(app)).map(makeFoundExposure);
  } catch (error) {
    if (!(error instanceof ManagementError)) throw error;
    throw bad(`--app-url: ${error.message}`, error);
  }
}

function readToken(file: string): Secret {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw bad(`--app-token-file: ${file} cannot be read: ${describeSystemError(error)}`, error);
  }
  if (!/^[\u0021-\u007E]+$/.test(text)) throw bad(`--app-token-file: ${file} does not hold one token`);
  return new Secret(text);
}

const bad = (message: string, cause?: unknown): KeyServerError =>
  new KeyServerError("SERVER_BAD_OPTION", message, { cause });
