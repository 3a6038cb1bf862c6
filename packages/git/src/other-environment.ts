import type { GitEnvironment } from "./process.ts";

// What `git rev-parse --local-env-vars` lists, without the settings of `git -c`, which hold for any repository.
const ofThisRepository = new Set([
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_DIR",
  "GIT_GRAFT_FILE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_NAMESPACE",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_QUARANTINE_PATH",
  "GIT_REPLACE_REF_BASE",
  "GIT_SHALLOW_FILE",
  "GIT_WORK_TREE",
]);

/** Gives an environment in which git finds the repository of any folder: in a hook, `GIT_DIR` names one for all of them. */
export function environmentOfOthers(env: GitEnvironment): GitEnvironment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ofThisRepository.has(name)));
}
