/** Everything that a command knows of the process around it. */
export interface Terminal {
  /** Without the runtime and the program. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; the working directory. */
  readonly directory: string;
  /** Absolute path of the file that was started. */
  readonly program: string;
  /** Absolute path of the Node that runs it. */
  readonly runtime: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean | undefined;
  /** Whether standard error is one. */
  readonly isErrorTerminal: boolean | undefined;
  readonly columns: number | undefined;
  /** Gives the time in epoch milliseconds. */
  readonly now: () => number;
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Writes to standard error. */
  readonly warn: (text: string) => void;
}

/** 0 clean, 1 findings, 2 could not tell: 2 beats 1 beats 0. */
export type ExitStatus = 0 | 1 | 2;
