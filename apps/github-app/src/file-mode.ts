import { quoteForShell } from "@keywarden/key-format";
import { realpathSync, statSync } from "node:fs";
import { platform } from "node:os";
import { dirname } from "node:path";
import { AppError } from "./app-error.ts";

/** Says what is wrong with the mode of a file that only the App should read, and what mends it; empty when all is well. */
function describeWrongMode(file: string): readonly string[] {
  const mode = modeOf(file);
  if (mode === null) return [];
  const may = (bits: number): boolean => (mode & bits) !== 0;
  const who = may(0o006) ? "everyone on this machine" : may(0o020) ? "its group" : null;
  if (who === null) return [];
  const what = may(0o022) ? "change" : "read";
  const mended = may(0o040) ? "0640" : "0600";
  return [`${file}: ${who} may ${what} it; run: chmod ${mended} ${quoteForShell(file)}`];
}

// Windows has no such modes, and what cannot be looked at is told by whoever reads it.
function modeOf(file: string): number | null {
  if (platform() === "win32") return null;
  try {
    return statSync(file).mode;
  } catch {
    return null;
  }
}

/** @throws {@link AppError} APP_CONFIG for a file that others may read or change by its mode, wherever it lies */
export function requirePrivateMode(file: string): void {
  const [problem] = describeWrongMode(file);
  if (problem !== undefined) throw new AppError("APP_CONFIG", problem);
}

/**
 * As {@link requirePrivateMode}, for a file that a closed folder protects as well: it is often written by a command, with the mode
 * that any file gets.
 */
export function requireOutOfReach(file: string): void {
  if (!isInClosedFolder(file)) requirePrivateMode(file);
}

/** Whether a folder on the way to the file lets nobody in but its owner, so that the file's own mode lets in no one else. */
function isInClosedFolder(file: string): boolean {
  for (let folder = dirname(realPathOf(file)), below = ""; folder !== below; folder = dirname(folder)) {
    const mode = modeOf(folder);
    if (mode !== null && (mode & 0o077) === 0) return true;
    below = folder;
  }
  return false;
}

// A link is reached where it is, and what it names where that is.
function realPathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
