import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const fileName = "address";

/** Writes down where the App answers, for the commands that are given its data folder. */
export function writeAddress(dataDirectory: string, url: string): void {
  writeFileSync(join(dataDirectory, fileName), `${url}\n`, { mode: 0o600 });
}

export function removeAddress(dataDirectory: string): void {
  rmSync(join(dataDirectory, fileName), { force: true });
}

/** Gives what stands in a file of the data folder, without the line's end; null where there is no such file. */
export function readLine(dataDirectory: string, name: typeof fileName | "bootstrap-token"): string | null {
  try {
    return readFileSync(join(dataDirectory, name), "utf8").trim();
  } catch {
    return null;
  }
}
