import { readdirSync } from "node:fs";
import { join } from "node:path";
import { getBuiltinModule } from "node:process";
import { GitError } from "../git-error.ts";
import type { Repository } from "../repository.ts";
import type { ObjectPart, ReadOptions } from "./git-object.ts";

/**
 * Makes the check whether an object that comes in parts, in their order, has the content that its id names; null until its
 * last part.
 */
export function makeContentCheck({
  objectFormat,
}: Pick<Repository, "objectFormat">): (part: ObjectPart) => boolean | null {
  // Whoever reads nothing in this way need not wait for it.
  const { createHash } = getBuiltinModule("node:crypto");
  let hash = createHash(objectFormat);
  return ({ id, type, sizeBytes, offsetBytes, bytes }) => {
    if (offsetBytes === 0) hash = createHash(objectFormat).update(`${type} ${sizeBytes}\0`);
    hash.update(bytes);
    return offsetBytes + bytes.length < sizeBytes ? null : hash.digest("hex") === id;
  };
}

/**
 * Gives batches on without the last part of an object that lies in a file of its own and whose content is another's, which
 * it tells of: a file that was copied over it unpacks well, and git reads it without looking. What a pack holds has no file to be exchanged.
 */
export async function* checkLoose(
  repository: Repository,
  batches: AsyncGenerator<readonly ObjectPart[], void, undefined>,
  onUnread: ReadOptions["onUnread"],
): AsyncGenerator<readonly ObjectPart[], void, undefined> {
  let loose: ReadonlySet<string> | undefined;
  let isOwn: ReturnType<typeof makeContentCheck> | undefined;
  for await (const parts of batches) {
    loose ??= listLoose(repository);
    let given = parts;
    for (const part of parts) {
      if (!loose.has(part.id)) continue;
      isOwn ??= makeContentCheck(repository);
      if (isOwn(part) !== false) continue;
      given = given.filter((one) => one !== part);
      const { id } = part;
      const reason = "is not here: its file holds another object";
      if (onUnread === undefined) throw new GitError("GIT_OBJECT_MISSING", `object ${id} ${reason}`);
      onUnread({ id, reason });
    }
    yield given;
  }
}

function listLoose({ commonDirectory, env }: Repository): ReadonlySet<string> {
  const moved = env["GIT_OBJECT_DIRECTORY"] ?? "";
  const top = moved === "" ? join(commonDirectory, "objects") : moved;
  const ids = new Set<string>();
  for (const folder of namesIn(top))
    if (/^[0-9a-f]{2}$/.test(folder)) for (const name of namesIn(join(top, folder))) ids.add(folder + name);
  return ids;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // git has said what it cannot read.
    return [];
  }
}
