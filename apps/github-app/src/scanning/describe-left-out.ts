import { listRangeSubmodules, lookUpOrigins } from "@keywarden/git";
import type { ObjectRange, Repository } from "@keywarden/git";
import { redactWithin } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import type { LeftOut } from "./object-scan.ts";

/** Names in a check what a scan left out, each with its reason: by a path where a commit of the range has one. */
export async function describeLeftOut(
  mirror: Repository,
  leftOut: readonly LeftOut[],
  range: ObjectRange,
  providers: readonly ProviderProfile[],
): Promise<string[]> {
  const ids = [...new Set(leftOut.map(({ id }) => id))];
  const paths = new Map<string, string>();
  for await (const { id, path } of lookUpOrigins(mirror, { ids }, range)) {
    if (!paths.has(id)) paths.set(id, path.toString("utf8"));
    if (paths.size === ids.length) break;
  }
  return leftOut.map(({ id, part, reason }) => {
    const file = paths.get(id) ?? `object ${id}`;
    return redactWithin(`${part === "" ? file : `${file}!/${part}`}: ${reason}`, providers);
  });
}

/** Names in a check the submodules that a range brings in or moves: what they hold is not scanned. */
export async function nameSubmodules(
  mirror: Repository,
  range: ObjectRange,
  providers: readonly ProviderProfile[],
): Promise<string[]> {
  const paths = await listRangeSubmodules(mirror, range);
  return paths.map((path) => redactWithin(path.toString("utf8"), providers));
}
