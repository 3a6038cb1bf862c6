import { quoteForShell } from "@keywarden/key-format";
import { statSync } from "node:fs";
import { platform } from "node:os";
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

/** @throws {@link AppError} APP_CONFIG for a file that others may read or change */
export function requirePrivateMode(file: string): void {
  const [problem] = describeWrongMode(file);
  if (problem !== undefined) throw new AppError("APP_CONFIG", problem);
}
