import { join } from "node:path";
import type { MirrorOptions } from "@keywarden/git/mirror";
import type { GitHub } from "../github/github.ts";
import type { RepositoryAddress } from "../repositories/repository-address.ts";

const fetchTimeoutMs = 120_000;

export interface RemoteOptions {
  readonly github: GitHub;
  readonly mirrorsDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Gives how git reaches a repository, with a fresh token for reading it. */
export async function remoteOf(
  { github, mirrorsDirectory, env }: RemoteOptions,
  address: RepositoryAddress,
): Promise<Omit<MirrorOptions, "want">> {
  return {
    directory: join(mirrorsDirectory, `${address.id}.git`),
    url: github.cloneUrl(address),
    authorization: await github.gitAuthorization(address),
    env,
    timeoutMs: fetchTimeoutMs,
  };
}
