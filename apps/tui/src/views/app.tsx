import { useApp, useInput, usePaste } from "ink";
import { useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { makeEscapeGuard } from "../input/escape-guard.ts";
import { pressesFrom } from "../input/key-press.ts";
import type { Store } from "../state/make-store.ts";
import type { Paint } from "../theme.ts";
import { Frame } from "./frame.tsx";
import { makeShownState } from "./make-shown-state.ts";

export interface AppProps {
  readonly store: Store;
  readonly paint: Paint;
  /** Session time in milliseconds. */
  readonly now: () => number;
  /** The terminal that is drawn on; its size is followed. */
  readonly terminal: NodeJS.WriteStream;
  /** Told once how to hand the terminal over and take it back. */
  readonly onReady: (suspendTerminal: ReturnType<typeof useApp>["suspendTerminal"]) => void;
}

/** Feeds keys, pastes and resizes into the store: the only entry for input. */
function useTerminalEvents({ store, now, terminal }: AppProps): void {
  const [isStray] = useState(makeEscapeGuard);
  useInput((input, key) => {
    if (isStray(input, key.escape, now())) return;
    for (const press of pressesFrom(input, key)) store.send({ kind: "press", press });
  });
  // Mounted in every mode: without it Ink delivers a paste as keystrokes.
  usePaste((text) => store.send({ kind: "paste", text }));
  useEffect(() => {
    const onResize = () => {
      const { columns, rows } = terminal;
      if (columns > 0 && rows > 0) store.send({ kind: "resize", columns, rows });
    };
    terminal.on("resize", onResize);
    onResize();
    return () => void terminal.off("resize", onResize);
  }, [terminal, store]);
}

/** Draws the state of a store. */
export function App(props: AppProps): ReactNode {
  const { store, paint, onReady } = props;
  const [shownOf] = useState(makeShownState);
  const state = useSyncExternalStore(store.subscribe, () => shownOf(store.getState()));
  const { suspendTerminal } = useApp();
  useTerminalEvents(props);
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
  return <Frame state={state} paint={paint} />;
}
