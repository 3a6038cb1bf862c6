import { GitError } from "./git-error.ts";
import type { HookReport } from "./hook-report.ts";
import type { Repository } from "./repository.ts";

export interface HookOptions {
  /** POSIX shell code, one line, that exits 0 to let the commit pass; run from the top level. */
  readonly command: string;
  /** Allows a hooks directory that a global or system configuration shares between repositories. */
  readonly shared?: boolean;
}

/** Puts our check before whatever hook is there. */
export function installHook(repository: Repository, _options: HookOptions): Promise<HookReport> {
  return Promise.reject(
    new GitError("GIT_FAILED", `no hook can be installed in ${repository.directory} yet`),
  );
}

/** Takes our check out again and leaves everything else byte for byte. */
export function uninstallHook(repository: Repository): Promise<HookReport> {
  return Promise.reject(new GitError("GIT_FAILED", `no hook can be removed in ${repository.directory} yet`));
}

/** Says which hook fires before a commit and whether it is ours. */
export function hookStatus(repository: Repository): Promise<HookReport> {
  return Promise.reject(new GitError("GIT_FAILED", `no hook can be found in ${repository.directory} yet`));
}
