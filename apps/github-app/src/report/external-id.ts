import type { RepositoryId } from "@keywarden/storage";

/** Names a check run in the App's own records; those of the first run are named as by earlier versions. */
export function externalIdOf({ repositoryId }: RepositoryId, commit: string, run: number): string {
  return `keywarden:${repositoryId}:${commit}${run === 1 ? "" : `:${run}`}`;
}
