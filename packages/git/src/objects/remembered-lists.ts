import type { Repository } from "../repository.ts";
import type { ObjectRange } from "./object-range.ts";

/** More of them are a walk that is worth a process. */
const mostIds = 400;

const remembered = new WeakMap<Repository, { readonly of: string; readonly ids: readonly string[] }>();

const nameOf = ({ include, exclude, everything = false }: ObjectRange): string =>
  JSON.stringify([include, exclude, everything]);

/** Makes what takes the ids of a range as they are listed, and is told when all were. */
export function rememberIds(
  repository: Repository,
  range: ObjectRange,
): { add(ids: readonly string[]): void; end(): void } {
  let ids: string[] | null = repository.keepsReader === true && range.everything !== true ? [] : null;
  return {
    add(group) {
      if (ids === null) return;
      if (ids.length + group.length > mostIds) ids = null;
      else ids.push(...group);
    },
    end() {
      if (ids !== null) remembered.set(repository, { of: nameOf(range), ids });
    },
  };
}

/** Gives the ids of a range of a mirror if it was the last to be listed whole, and is small; `null` otherwise. */
export function rememberedIds(repository: Repository, range: ObjectRange): readonly string[] | null {
  const last = remembered.get(repository);
  return last?.of === nameOf(range) ? last.ids : null;
}
