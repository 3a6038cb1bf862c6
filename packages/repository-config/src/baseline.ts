import type { FindingId } from "@keywarden/scan";
import { ConfigError } from "./config-error.ts";

/** Findings that were there before, by name only. */
export interface Baseline {
  /** 64 lower-case hex digits; the repository's own. */
  readonly key: string;
  readonly ids: ReadonlySet<FindingId>;
}

/** The folder of the baseline below the top: `key`, and one file for each finding, so that two branches never write the same file. */
export const baselineFolder = ".keywarden/baseline";
export const baselineKeyFile = "key";

const hexDigits = /^[0-9a-f]{64}$/;

/**
 * Reads a baseline from the names in its folder and the text of its key; `null` when there is neither.
 *
 * @throws ConfigError CONFIG_INVALID when it cannot be trusted to be whole.
 */
export function readBaseline(names: readonly string[], keyText: string | null): Baseline | null {
  // Finder and editors leave files with a dot behind.
  const ids = names.filter((name) => name !== baselineKeyFile && !name.startsWith("."));
  if (ids.length === 0 && keyText === null) return null;
  const stranger = ids.find((name) => !hexDigits.test(name));
  if (stranger !== undefined) {
    const name = JSON.stringify(`${baselineFolder}/${stranger}`);
    throw new ConfigError("CONFIG_INVALID", `${name} is not a finding id of 64 hex digits; take it out.`);
  }
  const path = `${baselineFolder}/${baselineKeyFile}`;
  if (keyText === null) {
    const remedy = `git log -- ${path} shows where it went`;
    throw new ConfigError(
      "CONFIG_INVALID",
      `${path} is missing, and without it no finding has an id; ${remedy}.`,
    );
  }
  const key = keyText.trim();
  if (!hexDigits.test(key)) {
    const remedy = "Keep one side's key after a merge and run keywarden baseline update.";
    throw new ConfigError("CONFIG_INVALID", `${path} must hold 64 lower-case hex digits. ${remedy}`);
  }
  return { key, ids: new Set(ids) };
}
