import type { Secret } from "@keywarden/key-format";
import { open, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { TuiError } from "../tui-error.ts";

/** Where paths that an operator types begin. */
export interface Places {
  readonly home: string;
  readonly workingDirectory: string;
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: "the file exists, and a key never overwrites a file: type another name",
  ENOENT: "its folder does not exist: create it first, or type another path",
  ENOTDIR: "part of the path is a file, not a folder",
  EISDIR: "that is a folder: add a file name",
  EACCES: "you may not write there",
  EPERM: "you may not write there",
  EROFS: "that disk is read-only",
  ENOSPC: "the disk is full",
  ENAMETOOLONG: "the name is too long",
};

function refusal(path: string, error: unknown): TuiError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new TuiError("TUI_DESTINATION", `${path}: ${reasons[code] ?? `it cannot be written (${code})`}`, {
    cause: error,
  });
}

/** Completes a typed path: `~/` is the home folder, anything relative starts in the working directory. */
export function resolveKeyFile(typed: string, { home, workingDirectory }: Places): string {
  return /^~[/\\]/.test(typed) ? join(home, typed.slice(2)) : resolve(workingDirectory, typed);
}

/** Says why a new key could not be written to a path, or gives "" when nothing speaks against it. */
export async function checkKeyFile(typed: string, places: Places): Promise<string> {
  const path = resolveKeyFile(typed, places);
  try {
    const folder = await stat(dirname(path));
    if (!folder.isDirectory()) return `${path}: ${reasons["ENOTDIR"]}`;
  } catch (error) {
    return refusal(path, error).message;
  }
  try {
    const present = await stat(path);
    return `${path}: ${present.isDirectory() ? reasons["EISDIR"] : reasons["EEXIST"]}`;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT"
      ? ""
      : refusal(path, error).message;
  }
}

/** An empty file that waits for a key, readable by its owner alone. */
export interface KeyFile {
  readonly path: string;
  /** Writes the key and makes sure that it is on the disk. */
  write(secret: Secret): Promise<void>;
  /** Removes the file, which must still be empty. */
  abandon(): Promise<void>;
}

/**
 * Takes a path for a key before the key exists, so that nothing about the path can go wrong afterwards.
 *
 * @throws {@link TuiError} TUI_DESTINATION when the file exists or cannot be made
 */
export async function reserveKeyFile(typed: string, places: Places): Promise<KeyFile> {
  const path = resolveKeyFile(typed, places);
  const file = await open(path, "wx", 0o600).catch((error: unknown) => {
    throw refusal(path, error);
  });
  return {
    path,
    write: async (secret) => {
      try {
        await file.writeFile(`${secret.reveal()}\n`);
        await file.sync();
      } catch (error) {
        throw refusal(path, error);
      } finally {
        await file.close();
      }
    },
    abandon: async () => {
      await file.close();
      await rm(path, { force: true });
    },
  };
}
