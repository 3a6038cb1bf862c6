import type { ProviderProfile, Secret } from "@keywarden/key-format";

/** What every program needs of its process, as data; a program adds what else it needs. */
export interface ProcessTerminal {
  /** Without the runtime and the program. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Writes to standard error. */
  readonly warn: (text: string) => void;
}

/** What a command gets instead: nothing that it prints or warns of shows a whole key or token. */
export interface GuardedOutput {
  /** Adds formats that are hidden from now on, beside the built-in ones. */
  readonly learnFormats: (providers: readonly ProviderProfile[]) => void;
  /** Gives the text with every key and token in it redacted. */
  readonly redact: (text: string) => string;
  /** Writes a secret to standard output, whole and on a line of its own; the only way to do so. */
  readonly printSecret: (secret: Secret) => void;
}

export type Guarded<T extends ProcessTerminal> = T & GuardedOutput;
