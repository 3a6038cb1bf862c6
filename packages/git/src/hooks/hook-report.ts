import type { HookName } from "./hook-name.ts";

/** Who manages the hook file; `lefthook` and `pre-commit` rewrite it whenever they are installed. */
export type HookManager = "husky" | "lefthook" | "pre-commit" | "hooks-path" | "plain";

/** What git would run here when this hook's turn comes. */
export interface HookReport {
  readonly name: HookName;
  /**
   * installed: ours fires, as this version writes it · absent: no hook · foreign: a hook without ours ·
   * outdated: ours is there but would not run as it should; installing again repairs it.
   */
  readonly state: "installed" | "absent" | "foreign" | "outdated";
  readonly manager: HookManager;
  /** The file that holds our lines or would hold them. */
  readonly path: string;
  /** The file that git itself starts; under husky another one than `path`. */
  readonly firesFrom: string;
  /** Whether the configuration that names the folder serves other repositories too, so that nothing is installed there. */
  readonly isShared: boolean;
  /** Whether somebody else's hook runs after ours. */
  readonly chained: boolean;
  /** The shell command that the installed hook runs. */
  readonly command: string | null;
  /** Its lines that can skip the command, verbatim; null if there are none. */
  readonly shortcut: string | null;
  /** Why a hook that is there does not run as it should, for a person to read. */
  readonly problem: string | null;
}

/** Gives a repository a folder of hooks of its own, where the configured one serves others too. */
export const ownHooksFolder = "git config core.hooksPath .githooks";
