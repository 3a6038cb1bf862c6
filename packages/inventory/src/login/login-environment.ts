/** What a login needs of the process around it. */
export interface LoginEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; the working directory. */
  readonly directory: string;
  /** Absolute path of the program, beside which an optional keyring is looked for. */
  readonly program: string;
  /** Tells a person something in a sentence without a full stop. */
  readonly warn: (sentence: string) => void;
  /** Writes a question to the terminal. */
  readonly ask: (question: string) => void;
}

/** What the command line says of a connection; the environment says the rest. */
export interface LoginSettings {
  readonly server?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly passphraseFile?: string | undefined;
  /** Where a new login is stored; `auto` where absent. */
  readonly keyring?: string | undefined;
}
