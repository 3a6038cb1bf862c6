import { listObjectIds } from "@keywarden/git";
import type { Repository } from "@keywarden/git";

/** Gives the mirror with what it did not have when it was fetched into for the first time. */
export function makeNoteArrivals(
  mirror: Repository,
): (everPushed: ReadonlySet<string>) => Promise<Repository> {
  const list = async (tips: ReadonlySet<string>): Promise<readonly string[]> => {
    const ids: string[] = [];
    for await (const group of listObjectIds(mirror, { include: [...tips], exclude: [] })) ids.push(...group);
    return ids;
  };
  let before: ReadonlySet<string> | undefined;
  return async (everPushed) => {
    const ids = await list(everPushed);
    const known = (before ??= new Set(ids));
    return { ...mirror, keepsReader: true, arrived: { ids: new Set(ids.filter((id) => !known.has(id))) } };
  };
}
