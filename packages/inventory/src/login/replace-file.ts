import { describeSystemError, describeWriteError } from "@keywarden/command-line";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "@keywarden/files";
import { credentialError } from "./login-error.ts";

/** Reads a file; null if it does not exist. @throws LoginError LOGIN_CREDENTIALS */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw credentialError(`${path} cannot be read: ${describeSystemError(error)}`, error);
  }
}

const mostWaitMs = 20_000;
const staleMs = 60_000;

/**
 * Replaces a file by what a change makes of it, whole or not at all, mode 0600. Whoever changes it at the same time
 * waits, so that no change is lost.
 *
 * @throws LoginError LOGIN_CREDENTIALS
 */
export async function replaceFile(
  path: string,
  change: (before: string | null) => Promise<string | null>,
): Promise<void> {
  makeFolder(dirname(path), { mode: 0o700 });
  const lock = `${path}.lock`;
  await takeLock(lock);
  try {
    const after = await change(await readIfThere(path));
    if (after === null) return;
    const draft = `${path}.unfinished`;
    await rm(draft, { force: true });
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(after);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    throw codeOf(error)?.startsWith("E") === true
      ? credentialError(`${path} cannot be written: ${describeWriteError(error)}`, error)
      : error;
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += 50) {
    try {
      await (await open(lock, "wx", 0o600)).close();
      return;
    } catch (error) {
      const code = codeOf(error);
      // Windows says EPERM while another process is removing it.
      if (code !== "EEXIST" && code !== "EPERM")
        throw credentialError(`${lock} cannot be made: ${describeWriteError(error)}`, error);
      if (waitedMs > mostWaitMs)
        throw credentialError(`Another keywarden is at work on ${lock}; if none is, remove it`, error);
    }
    const age = await stat(lock).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > staleMs) await rm(lock, { force: true });
    await sleep(50);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
