import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { providersOf } from "@keywarden/key-format";
import { defaultPolicy } from "@keywarden/scan";
import { makeScanTools, readMatches, scannerFor, scanPaths } from "@keywarden/repository-scan";
import { loadSetupIn } from "@keywarden/repository-config";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, it } from "vitest";

// Linux gives a page at a time of it, however much it is asked for; mounts over a network may do the same.
const file = "/proc/kallsyms";

it.runIf(existsSync(file))(
  "reads a file to its end where the file system gives less than it is asked for",
  async () => {
    using folder = makeTemporaryDirectory();
    const setup = await loadSetupIn(folder.path, () => {});
    const tools = makeScanTools(setup, defaultPolicy, 0, (path) => path);
    await scanPaths({ paths: [file], includeIgnored: false }, { directory: folder.path, env: {} }, tools);
    const { bytes, files } = tools.account.report("paths").summary;
    expect(bytes.scanned).toBe(readFileSync(file).length);
    expect(files).toEqual({ listed: 1, scanned: 1, skipped: 0 });
  },
);

it("does not take a file for read that became shorter meanwhile", () => {
  using folder = makeTemporaryDirectory();
  const path = join(folder.path, "app.log");
  const scanner = scannerFor(providersOf([]).providers);
  for (const sizeBytes of [1000, 5 * 1024 * 1024]) {
    writeFileSync(path, "x".repeat(sizeBytes));
    const onBytes = (): void => truncateSync(path, 10);
    const read = readMatches(Buffer.from(path), "content", scanner, { onBytes, onSkipped: () => {} });
    expect(() => [...read]).toThrow("it became shorter while it was read");
  }
});
