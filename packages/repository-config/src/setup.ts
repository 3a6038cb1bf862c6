import type { Baseline } from "./baseline.ts";
import { ConfigError } from "./config-error.ts";
import type { Config } from "./default-config.ts";

/** What a repository says about its own scans. */
export interface Setup {
  readonly config: Config;
  readonly baseline: Baseline | null;
  /** What it says and cannot be used, a sentence each; a scan without it is not whole. Absent: nothing. */
  readonly unusable?: readonly string[];
}

/** Says what cannot be used of what a repository says about its scans, and holds what can. */
export class SetupError extends ConfigError {
  readonly usable: Setup;

  constructor(failures: readonly ConfigError[], usable: Setup) {
    const message = failures.map((failure) => failure.message).join("\n");
    super("CONFIG_INVALID", message, { cause: failures[0] });
    this.usable = { ...usable, unusable: message.split("\n") };
  }
}
