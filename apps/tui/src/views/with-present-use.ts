import { describeUse } from "@keywarden/inventory";
import type { Dialog, Target } from "../state/dialog.ts";
import type { State } from "../state/state.ts";

/** The dialog with when its keys were last used as it is now: what is confirmed stays frozen, what decides it does not. */
export function withPresentUse(dialog: Dialog, { byId, nowMs }: Pick<State, "byId" | "nowMs">): Dialog {
  if ("targets" in dialog) return { ...dialog, targets: dialog.targets.map(renew) };
  if ("planned" in dialog) {
    const planned = dialog.planned.map((one) => ({ ...one, target: renew(one.target) }));
    return { ...dialog, planned };
  }
  if (!("target" in dialog) || dialog.target === null) return dialog;
  return { ...dialog, target: renew(dialog.target) };

  function renew(target: Target): Target {
    const row = byId.get(target.id);
    return row === undefined ? target : { ...target, use: describeUse(row, nowMs) };
  }
}
