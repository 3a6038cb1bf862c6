import { isSameMember, type Departure } from "@keywarden/hygiene";
import type { Terminal } from "../terminal.ts";
import type { Inventory } from "./audited-inventory.ts";
import { departuresOf, parseDeparture, readMembers } from "./read-members.ts";

interface DepartureFlags {
  readonly departed: readonly string[];
  readonly members: string | undefined;
}

/** Says who has left, by `--departed` and `--members`. @throws CliError CLI_USAGE, CLI_PATH */
export async function gatherDepartures(
  { keys }: Pick<Inventory, "keys">,
  nowMs: number,
  { departed, members: file }: DepartureFlags,
  { directory }: Pick<Terminal, "directory">,
): Promise<readonly Departure[]> {
  const named = departed.map((text) => parseDeparture(text, nowMs));
  const listed = file === undefined ? [] : departuresOf(await readMembers(file, directory), keys, nowMs);
  // What is said on the command line is newer than any list.
  return [...named, ...listed.filter(({ member }) => !named.some((one) => isSameMember(one.member, member)))];
}
