import { isZeroId, listWithin } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import type { OpenedBaseline } from "./open-baseline.ts";

/**
 * Finds the commits and tags that may be history or not, while a push is missing between those that are known: those that no
 * ref of the baseline reaches, whichever of the things it may have named it did name.
 */
export async function findDoubtful(
  mirror: Repository,
  ids: readonly string[],
  { sureTips, doubts }: Pick<OpenedBaseline, "sureTips" | "doubts">,
): Promise<ReadonlySet<string>> {
  if (doubts.length === 0) return new Set();
  const beyond = (asked: readonly string[], tips: readonly string[]) =>
    listWithin(mirror, asked, { include: asked, exclude: tips });
  let doubtful = [...(await beyond(ids, sureTips))];
  for (const starts of doubts) {
    if (starts.some(isZeroId)) continue;
    const unreached = new Set<string>();
    for (const start of starts) for (const id of await beyond(doubtful, [start])) unreached.add(id);
    doubtful = [...unreached];
  }
  return new Set(doubtful);
}
