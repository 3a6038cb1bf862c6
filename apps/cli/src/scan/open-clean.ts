import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { Repository } from "@keywarden/git";
import type { Setup } from "@keywarden/repository-config";
import { openCleanFiles, openCleanObjects } from "@keywarden/repository-scan";
import type { CleanFiles, CleanKey, CleanObjects, Selection } from "@keywarden/repository-scan";
import type { Terminal } from "../terminal.ts";
import { version } from "../version.ts";

/** Opens what earlier scans of a history have proved clean; `null` where none can be kept: without a home folder, or without a build. */
export function openClean(repository: Repository, setup: Setup, terminal: Terminal): CleanObjects | null {
  return withKey(setup, terminal, (key) => openCleanObjects(repository, key));
}

/** Opens what earlier scans of the same files have proved clean; `null` where none can be kept. */
export function openCleanTree(
  selection: Selection,
  setup: Setup,
  terminal: Terminal,
  isThorough: boolean,
): CleanFiles | null {
  const { directory, now } = terminal;
  const folder = { ...selection, directory, isThorough, startedAtMs: now() };
  return withKey(setup, terminal, (key) => openCleanFiles(folder, key));
}

function withKey<Clean>(
  { config }: Setup,
  { env, program }: Terminal,
  open: (key: CleanKey) => Clean | null,
): Clean | null {
  const folder = cacheFolder(env);
  if (folder === null) return null;
  try {
    const build = readFileSync(join(dirname(program), "build-id"), "utf8").trim();
    if (build === "") return null;
    return open({ folder, program: `${version} ${build}`, providers: config.providers });
  } catch {
    return null;
  }
}

function cacheFolder({ XDG_CACHE_HOME: cache = "", HOME: home = "" }: Terminal["env"]): string | null {
  if (isAbsolute(cache)) return join(cache, "keywarden");
  return isAbsolute(home) ? join(home, ".cache", "keywarden") : null;
}
