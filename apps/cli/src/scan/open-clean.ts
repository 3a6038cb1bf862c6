import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { Repository } from "@keywarden/git";
import type { Setup } from "@keywarden/repository-config";
import { openCleanObjects, type CleanObjects } from "@keywarden/repository-scan";
import type { Terminal } from "../terminal.ts";
import { version } from "../version.ts";

/** Opens what earlier scans have proved clean; `null` where none can be kept: without a home folder, or without a build. */
export function openClean(
  repository: Repository,
  { config }: Setup,
  { env, program }: Terminal,
): CleanObjects | null {
  const folder = cacheFolder(env);
  if (folder === null) return null;
  try {
    const build = readFileSync(join(dirname(program), "build-id"), "utf8").trim();
    if (build === "") return null;
    return openCleanObjects(repository, {
      folder,
      program: `${version} ${build}`,
      providers: config.providers,
    });
  } catch {
    return null;
  }
}

function cacheFolder({ XDG_CACHE_HOME: cache = "", HOME: home = "" }: Terminal["env"]): string | null {
  if (isAbsolute(cache)) return join(cache, "keywarden");
  return isAbsolute(home) ? join(home, ".cache", "keywarden") : null;
}
