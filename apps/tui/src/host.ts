/** Why the program has to stop before the operator asked for it. */
export type StopReason =
  | { readonly kind: "signal"; readonly name: string }
  | { readonly kind: "error"; readonly error: unknown };

/** The process, as the rest of the program sees it. */
export interface Host {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the file that was started. */
  readonly program: string;
  readonly home: string;
  readonly directory: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly fetch: typeof fetch;
  /** Asks servers and Apps of Keywarden, as `fetch` would. */
  readonly ask: typeof fetch;
  /** Epoch milliseconds; read once, because it may jump. */
  readonly wallClockMs: () => number;
  /** Milliseconds since some fixed moment, never going back. */
  readonly monotonicMs: () => number;
  /** Calls back again and again until the returned function is called. */
  readonly every: (intervalMs: number, callback: () => void) => () => void;
  /** Calls back on a signal or an uncaught error, instead of ending the process. */
  readonly onStop: (listener: (reason: StopReason) => void) => void;
  /** Calls back when the process goes on after it was stopped, by itself or from outside. */
  readonly onContinue: (listener: () => void) => void;
  /** Keeps memory low from here on, for somewhat more work of the collector. */
  readonly limitHeap: () => void;
  /** Stops the process as Ctrl-Z does; resolves when it is continued. */
  readonly suspend: () => Promise<void>;
}
