import { createHash } from "node:crypto";
import type { Repository } from "../repository.ts";
import type { ObjectRange } from "./object-range.ts";

/** More of them are a walk that is worth a process. */
const mostIds = 400;

/** As many as are looked at together. */
const mostLists = 100;

const remembered = new WeakMap<Repository, Map<string, readonly string[]>>();

const nameOf = ({ include, exclude, everything = false }: ObjectRange): string =>
  createHash("sha256")
    .update(JSON.stringify([include, exclude, everything]))
    .digest("base64");

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
      if (ids === null) return;
      const lists = remembered.get(repository) ?? new Map<string, readonly string[]>();
      remembered.set(repository, lists);
      if (lists.size >= mostLists) lists.clear();
      lists.set(nameOf(range), ids);
    },
  };
}

/** Gives the ids of a range of a mirror if it was listed whole a moment ago, and is small; `null` otherwise. */
export function rememberedIds(repository: Repository, range: ObjectRange): readonly string[] | null {
  return remembered.get(repository)?.get(nameOf(range)) ?? null;
}
