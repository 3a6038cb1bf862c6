import type { Effect } from "./effect.ts";
import type { State } from "./state.ts";

/** A new state and the work that it asks for. */
export type Step = readonly [State, readonly Effect[]];

/** A new state that asks for no work. */
export function only(state: State): Step {
  return [state, []];
}

const noticeMs = 8000;

/** Shows a sentence in the status line for a few seconds. */
export function withNotice(state: State, text: string): State {
  return { ...state, notice: { text, untilMs: state.nowMs + noticeMs } };
}
