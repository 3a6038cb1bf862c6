import type { SendEvent } from "../effects/send-event.ts";
import type { Effect } from "./effect.ts";
import { reduce } from "./reduce.ts";
import type { State } from "./state.ts";

/** Holds the state, and hands out the work that events cause. */
export interface Store {
  readonly getState: () => State;
  readonly subscribe: (listener: () => void) => () => void;
  readonly send: SendEvent;
  /** Names who does the work; events that are sent earlier only change the state. */
  readonly setPerformer: (perform: (effect: Effect) => Promise<void>) => void;
}

export function makeStore(initial: State, now: () => number): Store {
  let state = initial;
  let perform: ((effect: Effect) => Promise<void>) | undefined;
  const listeners = new Set<() => void>();
  return {
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send: (event) => {
      const [next, effects] = reduce(state, { ...event, atMs: now() });
      const hasChanged = next !== state;
      state = next;
      if (hasChanged) for (const listener of listeners) listener();
      for (const effect of effects) void perform?.(effect);
    },
    setPerformer: (performer) => {
      perform = performer;
    },
  };
}
