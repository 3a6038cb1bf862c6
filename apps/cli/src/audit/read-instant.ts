import { parseInstant } from "@keywarden/inventory";
import { CliError } from "../cli-error.ts";

/** Reads an instant in ISO 8601; a day is its first millisecond in UTC. @throws CliError CLI_USAGE, naming where it was given */
export function readInstant(text: string, source: string): number {
  const atMs = parseInstant(text);
  if (atMs !== null) return atMs;
  throw new CliError(
    "CLI_USAGE",
    `${source} needs a time such as 2026-01-31 or 2026-01-31T10:20Z, not ${JSON.stringify(text)}.`,
  );
}
