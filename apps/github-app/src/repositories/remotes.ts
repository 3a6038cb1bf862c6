import { join } from "node:path";
import type { Repository } from "@keywarden/git";
import { listRemoteRefs, removeMirror, syncMirror } from "@keywarden/git/mirror";
import type { RemoteRef } from "@keywarden/git/mirror";
import type { GitHub } from "../github/github.ts";
import type { RepositoryAddress } from "./repository-address.ts";

/** The repositories at the host, as git sees them. */
export interface Remotes {
  /** Asks for all refs, without fetching anything. @throws GitError */
  readonly listRefs: (address: RepositoryAddress) => Promise<readonly RemoteRef[]>;
  /**
   * Brings these objects with all that they reach into the repository's mirror, and gives the mirror. Where the host has to be
   * asked, what will be wanted soon comes with them.
   *
   * @throws GitError GIT_OBJECT_MISSING when the host does not have one of them, perhaps not yet.
   */
  fetch(
    address: RepositoryAddress,
    want: readonly string[],
    alongside?: () => Promise<readonly string[]>,
  ): Promise<Repository>;
  /** Removes the repository's mirror; the next fetch makes it anew. */
  readonly remove: (address: RepositoryAddress) => Promise<void>;
}

const silentMs = 120_000;
// A clone that takes longer lets others have its place, and continues afterwards.
const totalMs = 120_000;

/** Reaches repositories over HTTPS, each time with a fresh token for reading that one, and keeps a mirror of each. */
export function makeRemotes({
  github,
  mirrorsDirectory,
  env,
}: {
  readonly github: Pick<GitHub, "cloneUrl" | "gitAuthorization">;
  readonly mirrorsDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Remotes {
  const directoryFor = ({ id }: RepositoryAddress): string => join(mirrorsDirectory, `${id}.git`);
  const optionsFor = async (address: RepositoryAddress) => ({
    directory: directoryFor(address),
    url: github.cloneUrl(address),
    authorization: await github.gitAuthorization(address),
    env,
    timeoutMs: silentMs,
    totalMs,
  });
  return {
    listRefs: async (address) => listRemoteRefs(await optionsFor(address)),
    remove: (address) => removeMirror(directoryFor(address)),
    fetch: async (address, want, alongside = async () => []) =>
      syncMirror({ ...(await optionsFor(address)), want, alongside }),
  };
}
