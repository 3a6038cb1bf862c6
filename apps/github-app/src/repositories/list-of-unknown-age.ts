import type { ExposureStorage, RepositoryId } from "@keywarden/storage";

const pageSize = 200;

/** Gives the fingerprints of the keys of a repository of which it is not known whether they are history. */
export async function listOfUnknownAge(
  { exposures, decisions }: Pick<ExposureStorage, "exposures" | "decisions">,
  repository: RepositoryId,
): Promise<ReadonlySet<string>> {
  const unknown = new Set<string>();
  for (let afterId = 0; ;) {
    const page = await exposures.list({ repository, afterId, limit: pageSize });
    for (const { id, fingerprint } of page)
      if ((await decisions.get(id))?.provenance === "unknown") unknown.add(fingerprint);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return unknown;
    afterId = last.id;
  }
}
