import type { Writable } from "node:stream";
import type { Guarded, ProcessTerminal } from "@keywarden/command-line";
import type { RandomBytes } from "@keywarden/key-format";
import type { Clock } from "@keywarden/storage";

/** Everything that the program takes from the process it runs in. */
export interface ServerProcess extends ProcessTerminal {
  /** Where the log goes. */
  readonly stderr: Writable;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Aborts when the process is asked to end. */
  readonly stop: AbortSignal;
  /** Calls a listener whenever the process is asked to read its files again. */
  readonly onReload: (listener: () => void) => void;
  /** Called before anything heavy is loaded to serve; the process may begin again in its own place. */
  readonly prepareToServe: () => void;
}

/** What a command gets of it. */
export type Process = Guarded<ServerProcess>;
