import { existsSync } from "node:fs";
import { openRotationStore, stateDirectory } from "@keywarden/rotation";
import { safeText } from "@keywarden/inventory";
import type { Terminal } from "../terminal.ts";

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
