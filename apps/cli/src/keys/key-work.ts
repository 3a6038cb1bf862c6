import type { Judge, KeyRow } from "@keywarden/inventory";
import type { ManagedProvider } from "@keywarden/key-format";
import type { InventoryClient } from "@keywarden/management";
import { CliError } from "../cli-error.ts";
import type { Options } from "../options.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** What an action of `keywarden keys` works with. */
export interface KeyWork {
  /** Finds the server and its token. An action checks its own arguments before that. */
  readonly connect: () => Promise<InventoryClient>;
  readonly providers: readonly ManagedProvider[];
  readonly judge: Judge;
  readonly options: Options;
  readonly terminal: Terminal;
  /** What follows the action on the command line. */
  readonly rest: readonly string[];
}

export type KeyAction = (work: KeyWork) => Promise<ExitStatus>;

/** The form in which a key is given to programs: the server's, with what policy says. */
export const asJson = ({ told, rotation, usage }: KeyRow) => ({
  ...told,
  rotation: rotation.state,
  usage: usage.state,
});

/** @throws CliError CLI_USAGE unless exactly one word follows the action */
export function onlyOperand(rest: readonly string[], wanted: string): string {
  const [one, extra] = rest;
  if (one !== undefined && extra === undefined) return one;
  throw new CliError("CLI_USAGE", wanted);
}
