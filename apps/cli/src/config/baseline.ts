import type { FindingId } from "@keywarden/scan";
import { CliError } from "../cli-error.ts";

/** Findings that were there before, by name only. */
export interface Baseline {
  /** 64 lower-case hex digits; the repository's own. */
  readonly key: string;
  readonly ids: ReadonlySet<FindingId>;
}

/** The folder of the baseline below the top: `key`, and one file for each finding, so that no two branches ever write the same place. */
export const baselineFolder = ".keywarden/baseline";
export const baselineKeyFile = "key";

const hexDigits = /^[0-9a-f]{64}$/;

/**
 * Reads a baseline from the names in its folder and the text of its key; `null` when there is neither.
 *
 * @throws CliError CLI_CONFIG when it cannot be trusted to be whole.
 */
export function readBaseline(names: readonly string[], keyText: string | null): Baseline | null {
  // Finder and editors leave files with a dot behind.
  const ids = names.filter((name) => name !== baselineKeyFile && !name.startsWith("."));
  if (ids.length === 0 && keyText === null) return null;
  const stranger = ids.find((name) => !hexDigits.test(name));
  if (stranger !== undefined) {
    const path = JSON.stringify(`${baselineFolder}/${stranger}`);
    throw new CliError("CLI_CONFIG", `${path} is not a finding id of 64 hex digits; take it out.`);
  }
  const place = `${baselineFolder}/${baselineKeyFile}`;
  if (keyText === null) {
    const wayOut = `git log -- ${place} shows where it went`;
    throw new CliError("CLI_CONFIG", `${place} is missing, and without it no finding has an id; ${wayOut}.`);
  }
  const key = keyText.trim();
  if (!hexDigits.test(key)) {
    const wayOut = "Keep one side's key after a merge and run keywarden baseline update.";
    throw new CliError("CLI_CONFIG", `${place} must hold 64 lower-case hex digits. ${wayOut}`);
  }
  return { key, ids: new Set(ids) };
}
