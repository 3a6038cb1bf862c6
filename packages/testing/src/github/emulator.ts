import type { GitHubEmulator, GitHubEmulatorOptions } from "./emulator-contract.ts";
import { GitHubEmulatorError } from "./emulator-error.ts";

/** Starts a GitHub on 127.0.0.1 and resolves when it accepts connections. */
export function startGitHubEmulator(options: GitHubEmulatorOptions): Promise<GitHubEmulator> {
  return Promise.reject(new GitHubEmulatorError("EMULATOR_PORT", `cannot serve ${options.directory} yet`));
}
