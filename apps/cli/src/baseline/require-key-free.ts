import { redactWithin, type ProviderProfile } from "@keywarden/key-format";
import { CliError } from "../cli-error.ts";

/**
 * Refuses a note for people that holds a key: the file that it goes into is committed.
 *
 * @param flag the flag that the note comes from
 * @throws CliError CLI_USAGE, which does not repeat the note
 */
export function requireKeyFree(
  flag: string,
  note: string | undefined,
  providers: readonly ProviderProfile[],
): void {
  if (note === undefined || redactWithin(note, providers) === note) return;
  throw new CliError(
    "CLI_USAGE",
    `${flag} holds what looks like a key, and what is written here is committed.`,
  );
}
