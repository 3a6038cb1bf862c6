import type { Repository } from "../repository.ts";
import { makeTreeLinks } from "./tree-links.ts";
import type { TreeLinks } from "./tree-links.ts";

/**
 * Takes the trees of a history while they are read for something else, so that where blobs came in can be told without
 * reading them again. Blobs are asked for before the trees come.
 */
export interface TreeNotes {
  wantBlob(id: string): void;
  addTree(id: string, tree: Buffer): void;
  /** Gives what is known if all of these blobs were asked for in time; `null` otherwise. It is given once. */
  take(ids: readonly string[]): TreeLinks | null;
}

/** Makes notes that are empty. */
export function makeTreeNotes({ objectFormat }: Pick<Repository, "objectFormat">): TreeNotes {
  const hashBytes = objectFormat === "sha256" ? 32 : 20;
  const id = Buffer.alloc(hashBytes);
  const wanted = new Set<string>();
  let links: TreeLinks | null = null;
  let isTaken = false;
  return {
    wantBlob(blob) {
      if (links === null) wanted.add(blob);
    },
    addTree(tree, bytes) {
      // Where nothing was found, nobody will ask.
      if (isTaken || wanted.size === 0) return;
      if (links === null) {
        links = makeTreeLinks(hashBytes);
        for (const blob of wanted) links.wantId(blob);
      }
      id.write(tree, "hex");
      links.add(id, bytes);
    },
    take(ids) {
      const known = ids.every((blob) => wanted.has(blob)) ? links : null;
      isTaken = true;
      links = null;
      return known;
    },
  };
}
