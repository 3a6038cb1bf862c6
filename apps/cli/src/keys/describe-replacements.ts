import { existsSync } from "node:fs";
import { openRotationStore, stateDirectory } from "@keywarden/rotation";
import { predecessorOf, replacedKeys, safeText } from "@keywarden/inventory";
import { ManagementError, type InventoryClient, type ManagedKey } from "@keywarden/management";
import type { Terminal } from "../terminal.ts";

/** Which keys the server knows to be replaced now, while a list is read page by page. */
export interface Replacements {
  /** Takes what the keys of a page say of others. */
  add(keys: readonly ManagedKey[]): void;
  has(id: string): boolean;
  /** Notes that the list says it of this key. */
  tell(id: string): void;
  /** What the list could not say: its key came before the one that takes over from it, or nobody answered. */
  untold(listed: ReadonlySet<string>): readonly string[];
}

/** Asks which rotations are in progress; a list is worth reading without the answer, and then says so. */
export async function readReplacements(
  client: Pick<InventoryClient, "listRotations">,
): Promise<Replacements> {
  const successors = new Map<string, string>();
  const told = new Set<string>();
  let open: ReadonlySet<string> = new Set();
  const problems: string[] = [];
  try {
    const { rotations, total } = await client.listRotations({ limit: mostRotations });
    open = replacedKeys([], rotations);
    if (total > rotations.length && rotations.length === mostRotations)
      problems.push(`${total} rotations are in progress, and only the newest ${mostRotations} are marked`);
  } catch (error) {
    if (!(error instanceof ManagementError)) throw error;
    problems.push(`which keys are being rotated is not known: ${error.message}`);
  }
  return {
    add: (keys) => {
      for (const key of keys) {
        const predecessor = predecessorOf(key);
        if (predecessor !== null) successors.set(predecessor, key.id);
      }
    },
    has: (id) => open.has(id) || successors.has(id),
    tell: (id) => void told.add(id),
    untold: (listed) => [
      ...problems,
      ...[...successors].flatMap(([id, successor]) =>
        listed.has(id) && !told.has(id)
          ? [`${safeText(id)} is being replaced by ${safeText(successor)}`]
          : [],
      ),
    ],
  };
}

const mostRotations = 1000;

/**
 * Says which of these keys are being replaced from this machine. A provider that has a new key made beside the old one
 * knows of no rotation, and shows the old key like any other until it is revoked.
 */
export function describeReplacements(
  ids: ReadonlySet<string>,
  { env, directory }: Pick<Terminal, "env" | "directory">,
): readonly string[] {
  const folder = stateDirectory(env, directory);
  // To look must not make the folder.
  if (folder === null || !existsSync(folder)) return [];
  return openRotationStore(folder, Date.now)
    .list()
    .flatMap(({ rotation, state }) =>
      state?.status === "running" && ids.has(state.plan.key.id)
        ? [`${safeText(state.plan.key.id)} is being replaced: keywarden rotate --resume ${rotation}`]
        : [],
    );
}
