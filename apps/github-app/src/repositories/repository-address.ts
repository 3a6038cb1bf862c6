import type { KnownRepository } from "@keywarden/storage";

/** Where a repository is reached now: its name and installation may change, its id does not. */
export interface RepositoryAddress {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly installationId: number;
}

/** Gives the address that the host was last heard to say. */
export function addressOf({ repository, owner, name, installationId }: KnownRepository): RepositoryAddress {
  return { id: repository.repositoryId, owner, name, installationId };
}
