import { isSameMember, type Departure } from "@keywarden/hygiene";
import type { Terminal } from "../terminal.ts";
import type { Inventory } from "./audited-inventory.ts";
import { departuresOf, parseDeparture, readMembers } from "./read-members.ts";

interface DepartureFlags {
  readonly departed: readonly string[];
  readonly members: string | undefined;
}

/**
 * Reads who has left, by `--departed` and `--members`, before a server is asked for the keys that they know.
 *
 * @throws CliError CLI_USAGE, CLI_PATH
 */
export async function readDepartedMembers(
  nowMs: number,
  { departed, members: file }: DepartureFlags,
  { directory }: Pick<Terminal, "directory">,
): Promise<(inventory: Pick<Inventory, "keys">) => readonly Departure[]> {
  const named = departed.map((text) => parseDeparture(text, nowMs));
  const members = file === undefined ? null : await readMembers(file, directory);
  return ({ keys }) => {
    const listed = members === null ? [] : departuresOf(members, keys, nowMs);
    // What is said on the command line is newer than any list.
    return [
      ...named,
      ...listed.filter(({ member }) => !named.some((one) => isSameMember(one.member, member))),
    ];
  };
}
