import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type nodeModule from "node:module";
import { basename, dirname, join } from "node:path";
import { arch, execArgv, pid, version } from "node:process";
import { constants, Script } from "node:vm";
import { makeFolder } from "@keywarden/files";

export interface CompiledBundle {
  readonly exports: unknown;
  /**
   * Keeps what is compiled by now for later runs, unless this one began with it.
   *
   * @param isWhole whether this run did all that a run can do; what such a run compiled replaces what another did
   */
  readonly keep: (isWhole: boolean) => void;
}

/**
 * Loads a bundle with the functions that V8 compiled in an earlier run. Node's own cache holds a bundle as it is before
 * its first line runs, so that every run compiles the functions it calls.
 *
 * The bundle's first line is a comment that names its content; a cache is good for one content, one version of Node and
 * the options that it was started with.
 */
export function loadCompiled(
  file: string,
  load: ReturnType<typeof nodeModule.createRequire>,
  cacheFolder: string,
): CompiledBundle {
  const source = readFileSync(file, "latin1");
  const content = source.slice(2, source.indexOf("\n"));
  const name = `${basename(file)}-${content}-${version}-${arch}${describeOptions(execArgv)}`;
  const cacheFile = join(cacheFolder, name);
  const partFile = `${cacheFile}-part`;
  const whole = readCache(cacheFile);
  const cachedData = whole ?? readCache(partFile);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: file,
    // What it imports lies beside it.
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const bundle: { exports: unknown } = { exports: {} };
  (script.runInThisContext() as (...values: readonly unknown[]) => void)(
    bundle.exports,
    load,
    bundle,
    file,
    dirname(file),
  );
  return {
    exports: bundle.exports,
    keep: (isWhole) => {
      const known = isWhole ? whole : cachedData;
      if (known !== undefined && script.cachedDataRejected !== true) return;
      writeCache(isWhole ? cacheFile : partFile, script);
    },
  };
}

// V8 takes no code that was compiled with other options; two that are called alike by this only compile it again.
const describeOptions = (options: readonly string[]): string =>
  options
    .join("")
    .replaceAll(/[^a-z0-9=-]/gu, "")
    .slice(0, 64);

function readCache(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

// V8 trusts what it reads, so it must be there whole or not at all.
function writeCache(file: string, script: Script): void {
  const own = `${file}.${pid}`;
  try {
    makeFolder(dirname(file), { mode: 0o700 });
    writeFileSync(own, script.createCachedData(), { mode: 0o600, flag: "wx", flush: true });
    renameSync(own, file);
  } catch {
    removeIfThere(own);
  }
}

// Where the folder cannot be one there is nothing to remove.
function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    return;
  }
}
