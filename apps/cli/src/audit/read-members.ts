import { describeSystemError } from "@keywarden/command-line";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isSameMember, type Departure } from "@keywarden/hygiene";
import { splitDeparted } from "@keywarden/inventory";
import { CliError } from "../cli-error.ts";
import type { InventoryKey } from "./audited-inventory.ts";
import { readInstant } from "./read-instant.ts";
import { readTable } from "./read-table.ts";

/** A member of the team; `departedAtMs` is null for one who is there. */
interface Member {
  readonly member: string;
  readonly departedAtMs: number | null;
}

/** Reads `--departed ann@acme.com` (now) or `--departed ann@acme.com=2026-01-31T17:00Z`. @throws CliError CLI_USAGE */
export function parseDeparture(text: string, nowMs: number): Departure {
  const { member, time } = splitDeparted(text);
  if (member === "") throw new CliError("CLI_USAGE", "--departed needs a member, as the inventory names it.");
  return { member, departedAtMs: time === null ? nowMs : readInstant(time, "--departed") };
}

/**
 * Reads who is in the team: a line for each, and after a comma when someone left; `#` starts a comment.
 *
 * @throws CliError CLI_PATH for a file that cannot be read or has no members, CLI_USAGE for an invalid time
 */
export async function readMembers(file: string, directory: string): Promise<readonly Member[]> {
  let text: string;
  try {
    text = readFileSync(resolve(directory, file), "utf8");
  } catch (error) {
    const why = describeSystemError(error);
    throw unusable(file, `it cannot be read: ${why}`, error);
  }
  const { rows, problem } = await readTable(text.replace(/^\uFEFF/, ""));
  if (problem !== null) throw unusable(file, problem);
  const members = rows.flatMap(({ line, cells }) => {
    const [member = "", time = "", ...more] = cells.map((cell) => cell.trim());
    if (member === "" || member.startsWith("#") || /^(member|email|name|user)$/i.test(member)) return [];
    if (more.some((cell) => cell !== ""))
      throw unusable(file, `line ${line} has more than a member and a time`);
    return [{ member, departedAtMs: time === "" ? null : readInstant(time, `${file}:${line}`) }];
  });
  if (members.length === 0) throw unusable(file, "it names no members, so everyone would count as departed");
  return members;
}

/** Gives the departures that a list of members means for these keys: whom it dates, and now whoever it does not name. */
export function departuresOf(
  members: readonly Member[],
  keys: readonly InventoryKey[],
  nowMs: number,
): readonly Departure[] {
  const dated = members.flatMap(({ member, departedAtMs }) =>
    departedAtMs === null ? [] : [{ member, departedAtMs }],
  );
  const people = keys.flatMap(({ facts: { owner, seenBy = [] } }) => [
    ...(owner === undefined || owner === null || owner.trim() === "" ? [] : [owner]),
    ...seenBy.map(({ member }) => member),
  ]);
  const strangers = [...new Set(people)].filter(
    (person) => !person.startsWith("key:") && !members.some(({ member }) => isSameMember(member, person)),
  );
  return [...dated, ...strangers.map((member) => ({ member, departedAtMs: nowMs }))];
}

const unusable = (file: string, why: string, cause?: unknown): CliError =>
  new CliError("CLI_PATH", `The members in ${file} cannot be used: ${why}.`, { cause });
