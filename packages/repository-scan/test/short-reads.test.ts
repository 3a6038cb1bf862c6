import { existsSync, readFileSync } from "node:fs";
import { defaultPolicy } from "@keywarden/scan";
import { makeScanTools, scanPaths } from "@keywarden/repository-scan";
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
