import type { RepositoryAddress } from "../repositories/repository-address.ts";
import { repositorySchema } from "../jobs/job-payloads.ts";

const timeoutMs = 15_000;

/**
 * Asks where a repository has gone that git is sent on from. Only an answer that stays on the same GitHub counts, and nobody
 * follows it: it gives a name, and git is then asked under that one.
 */
export async function findNewName(
  gitUrl: string,
  { owner, name }: Pick<RepositoryAddress, "owner" | "name">,
): Promise<{ readonly owner: string; readonly name: string } | null> {
  const asked = `${gitUrl}/${owner}/${name}.git/info/refs?service=git-upload-pack`;
  // Without credentials: where it leads is not known yet.
  const answer = await fetch(asked, { redirect: "manual", signal: AbortSignal.timeout(timeoutMs) }).catch(
    () => null,
  );
  await answer?.body?.cancel();
  const location = answer?.headers.get("location") ?? null;
  if (answer === null || answer.status < 300 || answer.status > 399 || location === null) return null;
  const target = URL.parse(location, asked);
  const base = `${gitUrl}/`;
  if (target === null || !target.href.startsWith(base)) return null;
  const path = /^([^/]+)\/([^/]+?)(?:\.git)?\/info\/refs$/u.exec(
    target.href.slice(base.length).replace(/\?.*$/u, ""),
  );
  const read = repositorySchema
    .pick({ owner: true, name: true })
    .safeParse({ owner: path?.[1], name: path?.[2] });
  return read.success && (read.data.owner !== owner || read.data.name !== name) ? read.data : null;
}
