import { formatAgo } from "@keywarden/inventory";
import type { Dialog, Target } from "../state/dialog.ts";
import type { State } from "../state/state.ts";
import type { Segment } from "../text/paint-line.ts";

type Line = readonly Segment[];

const ofWholeKey: ReadonlySet<Dialog["kind"]> = new Set(["switch", "restrict", "restrict-plan"]);

/** The keys that a dialog asks about; none once the change is under way. */
function targetsOf(dialog: Dialog): readonly Target[] {
  if (["revoke", "rotate", "switch", "restrict", "restrict-plan", "destination"].includes(dialog.kind))
    return "target" in dialog && dialog.target !== null ? [dialog.target] : [];
  if (dialog.kind === "revoke-all" || dialog.kind === "destination-all") return dialog.targets;
  return dialog.kind === "rotate-all" ? dialog.planned.map(({ target }) => target) : [];
}

/** What happened to the keys of a dialog since it was opened: a change of them would be refused now. */
export function targetChanges(
  dialog: Dialog,
  { byId, nowMs }: Pick<State, "byId" | "nowMs">,
): readonly Line[] {
  const targets = targetsOf(dialog);
  return targets.flatMap((target): readonly Line[] => {
    const what = changeOf(target, dialog);
    const name = targets.length === 1 ? "" : `${target.name}: `;
    return what === null ? [] : [[["danger", ` ! ${name}${what}`]]];
  });

  function changeOf({ id, generation, revision }: Target, { kind }: Dialog): string | null {
    const now = byId.get(id);
    if (now === undefined) return "it has left the inventory: nothing can be changed any more";
    const { revokedAtMs, secretCreatedAtMs } = now.facts;
    if (revokedAtMs !== null)
      return `somebody revoked it ${formatAgo(revokedAtMs, nowMs)}: esc, nothing is left to do`;
    if (now.generation === generation) {
      // Only what is asked for about the key as a whole is refused where something else of it has changed.
      const isOther = ofWholeKey.has(kind) && now.told.revision !== revision;
      return isOther ? "somebody changed it meanwhile: esc, and look again" : null;
    }
    const when = formatAgo(secretCreatedAtMs, nowMs);
    return `somebody changed it, it is at generation ${now.generation} (secret made ${when}): esc, and look again`;
  }
}
