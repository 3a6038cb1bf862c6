import type { Guarded, ProcessTerminal } from "@keywarden/command-line";

/** Everything that the program takes from the process it runs in. */
export interface AppProcess extends ProcessTerminal {
  readonly clock: () => number;
  /** Resolves when the process is asked to stop. */
  readonly stopped: Promise<void>;
  /** Calls the listener each time the process is asked to read its config again. */
  readonly onReload: (listener: () => void) => void;
}

/** What a command gets of it. */
export type Process = Guarded<AppProcess>;
