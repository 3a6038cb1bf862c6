import type { BaselineEntry, FindingId } from "@keywarden/scan";
import { ConfigError } from "./config-error.ts";
import { dayOf } from "./day-of.ts";

/** Findings that were there before, by name only. */
export interface Baseline {
  /** 64 lower-case hex digits; the repository's own. */
  readonly key: string;
  readonly ids: ReadonlySet<FindingId>;
  /** The names of the files that stand for an id: one, or several where branches gave it several expiries. */
  readonly namesOf: (id: FindingId) => readonly string[];
  /** Says why a finding is accepted, who answers for it and until when; what a name does not say is read when it is asked for. */
  readonly entryOf: (id: FindingId) => BaselineEntry & { readonly expires?: string };
}

/** The folder of the baseline below the top: `key`, and one file for each finding, so that two branches never write the same file. */
export const baselineFolder = ".keywarden/baseline";
export const baselineKeyFile = "key";

const hexDigits = /^[0-9a-f]{64}$/;
// The day stands in the name, so that a commit need not read a file for each accepted key.
const entryName = /^([0-9a-f]{64})(?:\.until-(\d{4}-\d{2}-\d{2}))?$/;

/** Gives the name of the file that accepts a finding, until this day where one is given. */
export function baselineFileName(id: FindingId, expires?: string): string {
  return expires === undefined ? id : `${id}.until-${expires}`;
}

/** Gives what such a file holds. */
export function baselineFileText(id: FindingId, { reason, owner }: BaselineEntry = {}): string {
  const lines = [
    id,
    reason === undefined ? "" : `reason: ${reason}`,
    owner === undefined ? "" : `owner: ${owner}`,
  ];
  return lines.flatMap((line) => (line === "" ? [] : [`${line}\n`])).join("");
}

/** Gives a baseline that accepts nothing. */
export function emptyBaseline(key: string): Baseline {
  return { key, ids: new Set(), namesOf: () => [], entryOf: () => ({}) };
}

/**
 * Reads a baseline from the names in its folder and the text of its key; `null` when there is neither.
 *
 * @param readText gives what a file of the folder holds; absent: reasons and owners stay unknown
 * @throws ConfigError CONFIG_INVALID when it cannot be trusted to be whole.
 */
export function readBaseline(
  names: readonly string[],
  keyText: string | null,
  readText: (name: string) => string = () => "",
): Baseline | null {
  // Finder and editors leave files with a dot behind.
  const files = names.filter((name) => name !== baselineKeyFile && !name.startsWith("."));
  if (files.length === 0 && keyText === null) return null;
  const stranger = files.find((name) => {
    const [, id, day] = entryName.exec(name) ?? [];
    return id === undefined || (day !== undefined && dayOf(day) === null);
  });
  if (stranger !== undefined) {
    const name = JSON.stringify(`${baselineFolder}/${stranger}`);
    throw new ConfigError(
      "CONFIG_INVALID",
      `${name} is not a finding id of 64 hex digits, or one with an expiry such as .until-2027-01-31; take it out.`,
    );
  }
  const path = `${baselineFolder}/${baselineKeyFile}`;
  if (keyText === null) {
    const remedy = `git log -- :/${path} shows where it went`;
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
  const byId = Map.groupBy(files, (name) => name.slice(0, 64));
  const namesOf = (id: FindingId): readonly string[] => byId.get(id) ?? [];
  return { key, ids: new Set(byId.keys()), namesOf, entryOf: (id) => readEntry(namesOf(id), readText) };
}

// Of several files the one that holds longest counts: each branch accepted the key.
function readEntry(
  names: readonly string[],
  readText: (name: string) => string,
): ReturnType<Baseline["entryOf"]> {
  const [name = ""] = names.toSorted((one, other) => (dayIn(one) < dayIn(other) ? 1 : -1));
  const [, , expires] = entryName.exec(name) ?? [];
  const expiresAtMs = expires === undefined ? null : dayOf(expires);
  return {
    ...(expires === undefined || expiresAtMs === null ? {} : { expires, expiresAtMs }),
    ...factsIn(name === "" ? "" : readText(name)),
  };
}

const dayIn = (name: string): string => entryName.exec(name)?.[2] ?? "9999-12-31";

function factsIn(text: string): Pick<BaselineEntry, "reason" | "owner"> {
  const [, reason] = /^reason: (\P{C}{2,200})$/mu.exec(text) ?? [];
  const [, owner] = /^owner: (\P{C}{2,64})$/mu.exec(text) ?? [];
  return { ...(reason === undefined ? {} : { reason }), ...(owner === undefined ? {} : { owner }) };
}
