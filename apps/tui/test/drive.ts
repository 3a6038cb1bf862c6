import { makeJudge, type KeyRow } from "@keywarden/inventory";
import { providersOf } from "@keywarden/key-format";
import type { ManagedProvider } from "@keywarden/key-format";
import type { ManagedKey } from "@keywarden/management";
import { inventoryNowMs as nowMs } from "@keywarden/testing";
import type { SendEvent } from "../src/effects/send-event.ts";
import { renderToString } from "ink";
import { createElement } from "react";
import { describeCommands } from "../src/commands/commands.ts";
import type { KeyPress } from "../src/input/key-press.ts";
import type { ScreenId } from "../src/screens/screen-id.ts";
import type { Effect } from "../src/state/effect.ts";
import { reduce } from "../src/state/reduce.ts";
import { goTo } from "../src/state/go-to-screen.ts";
import { makeState, type State, type StateOptions } from "../src/state/state.ts";
import { makePaint } from "../src/theme.ts";
import { Frame } from "../src/views/frame.tsx";

export interface Driven {
  readonly state: State;
  /** What the list of keys shows, in its order. */
  readonly keys: readonly KeyRow[];
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
  screen(isPainted?: boolean): string;
}

const pressFrom = (name: string): KeyPress => ({
  name: name === " " ? "space" : name,
  text: name === "space" ? " " : [...name].length === 1 ? name : "",
  isBurst: false,
});

/** Runs the reducers without a terminal or a server: time only moves when told to. */
export function drive(
  options: {
    columns?: number;
    rows?: number;
    isWritable?: boolean;
    own?: readonly ManagedProvider[];
    screen?: ScreenId;
    state?: Partial<StateOptions>;
  } = {},
): Driven {
  const { columns = 120, rows = 30, isWritable = false, own = [], screen = "keys" } = options;
  const judge = makeJudge(providersOf(own));
  let atMs = nowMs;
  const closed = makeState({
    server: "http://127.0.0.1:8443",
    judge,
    isWritable,
    columns,
    rows,
    nowMs,
    commands: describeCommands(new Map()),
    ...options.state,
  });
  const [opened, first] = goTo(closed, screen);
  let state = opened;
  const effects: Effect[] = [...first];
  const send: SendEvent = (event) => {
    // The clock is set first and then told.
    if (event.kind === "clock-moved") atMs += event.byMs;
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
    get keys() {
      return state.list.visible as readonly KeyRow[];
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
      send({ kind: "page", loadId: state.lastLoadId, keys, total: null, isLast });
      if (isLast) while (state.load !== null) send({ kind: "scan" });
    },
    screen: (isPainted = false) =>
      renderToString(createElement(Frame, { state, paint: makePaint(isPainted) }), {
        columns: state.columns,
      }),
  };
}
