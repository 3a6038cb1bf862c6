import { listObjectIds, makeIdList, type IdList, type ObjectRange, type Repository } from "@keywarden/git";
import { collect } from "./collect.ts";

/** Gives the ids of a range in one list. */
export async function listIds(repository: Repository, range: ObjectRange): Promise<readonly string[]> {
  return (await collect(listObjectIds(repository, range))).flat();
}

export function idListOf(repository: Repository, ids: readonly string[]): IdList {
  const list = makeIdList(repository);
  list.add(ids);
  return list;
}
