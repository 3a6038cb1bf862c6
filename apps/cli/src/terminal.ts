import type { ExitStatus, Guarded, ProcessTerminal } from "@keywarden/command-line";

/** Everything that keywarden takes from the process around it. */
export interface CliProcess extends ProcessTerminal {
  /** Absolute; the working directory. */
  readonly directory: string;
  /** Absolute path of the file that was started. */
  readonly program: string;
  /** Absolute path of the Node that runs it. */
  readonly runtime: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Waits for all of standard input; empty unless it is a pipe. */
  readonly readInput?: () => Buffer;
  /** Whether standard input is what somebody has written, not a terminal or nothing at all; absent: it is. */
  readonly isInputWritten?: () => boolean;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean | undefined;
  /** Whether standard error is one. */
  readonly isErrorTerminal: boolean | undefined;
  readonly columns: number | undefined;
  /** Runs another program's file in this process, with its own arguments; this program ends with it. */
  readonly become: (file: string, args: readonly string[]) => Promise<never>;
  /** Ends the process at once, whatever is under way. */
  readonly leave: (status: ExitStatus) => void;
  /** Gives the time in epoch milliseconds. */
  readonly now: () => number;
}

/** What a command knows of the process; nothing that it prints shows a whole key. */
export type Terminal = Guarded<CliProcess>;

export type { ExitStatus } from "@keywarden/command-line";
