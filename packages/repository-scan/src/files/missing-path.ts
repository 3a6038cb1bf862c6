import { readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { askIfMeant, nearestWord } from "@keywarden/key-format";
import { ScanError } from "../scan-error.ts";

/** Says that a path is not there, with the one beside it that was probably meant. */
export function missingPath(path: string, directory: string): ScanError {
  if (path === "-")
    return new ScanError("SCAN_PATH", 'No file or folder is called "-". --stdin scans standard input.');
  const nearest = nearestWord(basename(path), namesIn(dirname(resolve(directory, path))));
  const meant = askIfMeant(nearest === undefined ? undefined : join(dirname(path), nearest));
  return new ScanError("SCAN_PATH", `No file, folder or match for ${JSON.stringify(path)}.${meant}`);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
