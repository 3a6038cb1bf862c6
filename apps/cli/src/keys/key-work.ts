import type { Judge, KeyRow } from "@keywarden/inventory";
import type { ManagedProvider } from "@keywarden/key-format";
import type { ConnectedServer } from "./connect.ts";
import type { Terminal } from "../terminal.ts";

/** What an action of `keywarden keys` works with. */
export interface KeyWork {
  /** Finds the server and its token. An action checks its own arguments before that. */
  readonly connect: () => Promise<Pick<ConnectedServer, "client" | "now">>;
  readonly providers: readonly ManagedProvider[];
  readonly judge: Judge;
  readonly terminal: Terminal;
}

/** The form in which a key is given to programs: the server's, with what policy says. */
export const asJson = ({ told, rotation, usage }: KeyRow) => ({
  ...told,
  rotation: rotation.state,
  usage: usage.state,
});
