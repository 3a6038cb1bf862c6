import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { EmulatorState, StoredRepository } from "../state.ts";

/** Lets readers see a repository as it is now, or as it is from now on. */
export function lagReplica(state: EmulatorState, repository: StoredRepository, isLagging: boolean): void {
  if (repository.replica !== null) rmSync(repository.replica, { recursive: true, force: true });
  repository.replica = isLagging ? join(state.directory, ".replicas", `${repository.facts.id}.git`) : null;
  if (repository.replica !== null)
    cpSync(repository.facts.directory, repository.replica, { recursive: true });
}

/** Where readers find a repository. */
export function readableDirectory({ replica, facts }: StoredRepository): string {
  return replica ?? facts.directory;
}
