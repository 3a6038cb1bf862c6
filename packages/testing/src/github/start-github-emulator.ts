import type { GitHubEmulator, GitHubEmulatorOptions } from "./emulator-contract.ts";

/**
 * Starts an emulated GitHub. Its server and GitHub's own description are read when it is first wanted: most tests that
 * import this package want neither.
 */
export async function startGitHubEmulator(options: GitHubEmulatorOptions): Promise<GitHubEmulator> {
  const { startEmulatorServer: start } = await import("./emulator.ts");
  return start(options);
}
