import { GitError } from "../git-error.ts";
import type { Repository } from "../repository.ts";

/** Ids in a row. As text, each would take three times as much memory. */
export interface IdList {
  readonly count: number;
  /** All ids in binary, one behind the other. */
  readonly bytes: Buffer;
  /** Adds full ids. @throws GitError GIT_BAD_OUTPUT */
  add(ids: readonly string[]): void;
  idAt(order: number): string;
  /** Gives those of its ids that are among others, in its order. */
  inOrder(ids: ReadonlySet<string>): readonly string[];
}

/** Makes a list that is empty. */
export function makeIdList({ objectFormat }: Pick<Repository, "objectFormat">): IdList {
  const hashBytes = objectFormat === "sha256" ? 32 : 20;
  let room = Buffer.alloc(0);
  let count = 0;
  const idAt: IdList["idAt"] = (order) => room.toString("hex", order * hashBytes, (order + 1) * hashBytes);
  return {
    get count() {
      return count;
    },
    get bytes() {
      return room.subarray(0, count * hashBytes);
    },
    idAt,
    add(ids) {
      const end = (count + ids.length) * hashBytes;
      if (end > room.length) {
        const more = Buffer.allocUnsafeSlow(Math.max(end, Math.ceil(1.5 * count) * hashBytes));
        more.set(room.subarray(0, count * hashBytes));
        room = more;
      }
      const written = room.write(ids.join(""), count * hashBytes, "hex");
      if (written !== ids.length * hashBytes)
        throw new GitError("GIT_BAD_OUTPUT", "git listed an object without a full id");
      count += ids.length;
    },
    inOrder(ids) {
      // Of an id that begins like none of them, no string is made.
      const beginnings = new Uint8Array(65_536);
      for (const id of ids) beginnings[Number.parseInt(id.slice(0, 4), 16)] = 1;
      const ordered: string[] = [];
      for (let order = 0; order < count; order += 1) {
        const at = order * hashBytes;
        if (beginnings[((room[at] ?? 0) << 8) | (room[at + 1] ?? 0)] !== 1) continue;
        const id = idAt(order);
        if (ids.has(id)) ordered.push(id);
      }
      return ordered;
    },
  };
}
