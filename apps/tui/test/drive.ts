import { makeJudge } from "@keywarden/inventory";
import { providersOf } from "@keywarden/key-format";
import type { ManagedProvider } from "@keywarden/key-format";
import type { ManagedKey } from "@keywarden/management";
import { inventoryNowMs as nowMs } from "@keywarden/testing";
import type { SendEvent } from "../src/effects/send-event.ts";
import type { KeyPress } from "../src/keys/key-press.ts";
import type { Effect } from "../src/state/effect.ts";
import { reduce } from "../src/state/reduce.ts";
import { makeState, type State } from "../src/state/state.ts";
import { makePaint } from "../src/theme.ts";
import { screenLines } from "../src/views/screen-lines.ts";

export interface Driven {
  readonly state: State;
  /** Every effect since the start, in order. */
  readonly effects: Effect[];
  readonly send: SendEvent;
  /** Presses keys by name, 1 ms apart. */
  press(...names: string[]): void;
  /** Types text as single keys. */
  type(text: string): void;
  wait(ms: number): void;
  load(keys: readonly ManagedKey[], isLast?: boolean): void;
  /** The screen as text without colour. */
  screen(): string;
}

const pressFrom = (name: string): KeyPress => ({
  name: name === " " ? "space" : name,
  text: name === "space" ? " " : [...name].length === 1 ? name : "",
  isBurst: false,
});

/** Runs the reducers without a terminal or a server: time only moves when told to. */
export function drive(
  options: { columns?: number; rows?: number; isWritable?: boolean; own?: readonly ManagedProvider[] } = {},
): Driven {
  const { columns = 120, rows = 30, isWritable = false, own = [] } = options;
  const judge = makeJudge(providersOf(own));
  let atMs = nowMs;
  let state = makeState({ server: "http://127.0.0.1:8443", judge, isWritable, columns, rows, nowMs });
  const effects: Effect[] = [];
  const send: SendEvent = (event) => {
    const [next, asked] = reduce(state, { ...event, atMs });
    state = next;
    effects.push(...asked);
  };
  const press = (...names: string[]) => {
    for (const name of names) {
      atMs += 1;
      send({ kind: "press", press: pressFrom(name) });
    }
  };
  return {
    get state() {
      return state;
    },
    effects,
    send,
    press,
    type: (text) => press(...text),
    wait: (ms) => {
      atMs += ms;
      send({ kind: "tick" });
    },
    load: (keys, isLast = true) => {
      if (state.load === null) send({ kind: "start" });
      send({ kind: "page", loadId: state.lastLoadId, keys, isLast });
    },
    screen: () => screenLines(state, makePaint(false)).join("\n"),
  };
}
