import { GitError } from "@keywarden/git";
import type { ExposureStorage, RepositoryId } from "@keywarden/storage";
import type { GitHub } from "../github/github.ts";
import { tellsOfDamage } from "@keywarden/git/mirror";
import type { Log } from "../log.ts";
import type { Remotes } from "../repositories/remotes.ts";
import type { RepositoryAddress } from "../repositories/repository-address.ts";

/**
 * Does work at a repository's address, and once more under its new name where it has moved: a repository is renamed while its
 * job waits, and git is not let follow redirects with the App's token. A mirror that is damaged is removed for the next try.
 */
export async function reach<T>(
  {
    storage,
    github,
    remotes,
    log,
  }: {
    readonly storage: ExposureStorage;
    readonly github: Pick<GitHub, "findNewName">;
    readonly remotes: Pick<Remotes, "remove">;
    readonly log: Log;
  },
  repository: RepositoryId,
  address: RepositoryAddress,
  work: (address: RepositoryAddress) => Promise<T>,
): Promise<T> {
  try {
    return await work(address);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if (tellsOfDamage(error)) {
      // It would fail at every try. What is known of the repository is in the storage.
      log("warn", "the mirror is damaged and is fetched anew", { repositoryId: address.id });
      await remotes.remove(address);
    }
    if (!isSentOn(error)) throw error;
    const name = await github.findNewName(address);
    if (name === null) throw error;
    log("info", `${address.owner}/${address.name} is ${name.owner}/${name.name} now`, {
      repositoryId: address.id,
    });
    const known = await storage.repositories.get(repository);
    if (known !== null)
      await storage.repositories.learn(repository, {
        ...name,
        installationId: known.installationId,
        isPrivate: known.isPrivate,
        atMs: null,
      });
    return work({ ...address, ...name });
  }
}

// git says no more than the status: a repository that is gone answers 404, one that has moved 301.
const isSentOn = ({ message }: GitError): boolean => /returned error: 30[1278]\b/u.test(message);
