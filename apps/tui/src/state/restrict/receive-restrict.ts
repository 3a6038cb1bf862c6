import { makeKeyRow, PackedKey } from "@keywarden/inventory";
import { makeTextField } from "../../input/text-field.ts";
import { makeTarget, type Dialog, type Target } from "../dialog.ts";
import type { Event } from "../event.ts";
import { followUp, withOutcome } from "../receive-outcome.ts";
import { typedFields, type RestrictField } from "./restrict-form.ts";
import { withKeys } from "../rows/show-rows.ts";
import { settle } from "../rows/settle-list.ts";
import type { State } from "../state.ts";
import { only, type Step } from "../step.ts";

type Received<K extends Event["kind"]> = Extract<Event, { kind: K }>;

/** The form that an answer is about, unless something else has been typed since. */
function formOf(
  { dialog }: State,
  target: Target,
  typed: readonly RestrictField[] | null,
): Extract<Dialog, { kind: "restrict" }> | undefined {
  if (dialog?.kind !== "restrict" || dialog.target.id !== target.id) return undefined;
  if (typed === null) return dialog.fields === null ? dialog : undefined;
  const now = typedFields(dialog);
  return typed.every(({ text }, index) => now[index]?.text === text) ? dialog : undefined;
}

/** Fills the form with what the server says now, which may be newer than the row. */
export function receiveRestrictions(before: State, event: Received<"restrictions-recalled">): Step {
  const form = formOf(before, event.target, null);
  if (form === undefined) return only(before);
  const row = makeKeyRow(new PackedKey(event.key), before.judge, event.atMs);
  const state = withKeys(before, [row]);
  const target = { ...makeTarget(row, state), calls: form.target.calls };
  const { fields } = event;
  return only(
    settle({ ...state, dialog: { ...form, target, fields, at: 0, field: makeTextField(fields[0]?.text) } }),
  );
}

/** Says at the form why it cannot go on. */
export function refuseRestriction(
  state: State,
  { target, typed, problem }: Received<"restrict-refused">,
): Step {
  const form = formOf(state, target, typed);
  return only(form === undefined ? state : { ...state, notice: null, dialog: { ...form, problem } });
}

/** Goes on to the confirmation with what will change. */
export function receiveRestrictPlan(
  state: State,
  { target, typed, plan }: Received<"restriction-planned">,
): Step {
  const form = formOf(state, target, typed);
  if (form === undefined) return only(state);
  const asked = { openedAtMs: state.nowMs, field: makeTextField(), problem: "", target: form.target };
  return only(settle({ ...state, notice: null, dialog: { kind: "restrict-plan", ...asked, plan } }));
}

/** Shows that the key is restricted; it stays chosen, as nothing has ended. */
export function receiveRestricted(
  before: State,
  { key, target, isRepeat, atMs }: Received<"restricted">,
): Step {
  const state = withKeys(before, [makeKeyRow(new PackedKey(key), before.judge, atMs)]);
  const line = isRepeat ? "It was so already." : "It takes effect with the next request.";
  return followUp(withOutcome(state, true, `Restricted ${target.name}`, [line]));
}
