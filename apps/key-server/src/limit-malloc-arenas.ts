import process from "node:process";

/**
 * Begins the process again in its own place with one arena of malloc, where the system lets a process replace itself.
 *
 * glibc gives each of Node's threads an arena of its own, which keep some 15 MB that nobody uses, and reads their number
 * at the start only. Whoever sets MALLOC_ARENA_MAX has decided.
 */
export function limitMallocArenas(): void {
  if (process.execve === undefined || process.env["MALLOC_ARENA_MAX"] !== undefined) return;
  const { execPath, execArgv, argv, env } = process;
  try {
    process.execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, MALLOC_ARENA_MAX: "1" });
  } catch {
    // Windows has no such call and a sandbox may forbid it: then it takes more memory.
  }
}
