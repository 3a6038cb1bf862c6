import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TemporaryDirectory {
  /** Absolute, with symbolic links resolved, so that it compares equal to what git prints. */
  readonly path: string;
  readonly remove: () => void;
  [Symbol.dispose](): void;
}

/** Makes an empty directory that only the caller uses; removing it twice is harmless. */
export function makeTemporaryDirectory(): TemporaryDirectory {
  const path = mkdtempSync(join(realpathSync(tmpdir()), "keywarden-"));
  const remove = (): void => {
    // Virus scanners and late git processes hold files open on Windows for a moment.
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  return { path, remove, [Symbol.dispose]: remove };
}
