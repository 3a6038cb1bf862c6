import { useApp } from "ink";
import { useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import type { Paint } from "../theme.ts";
import { Frame } from "./frame.tsx";
import { makeShownState } from "./make-shown-state.ts";
import { useTerminalEvents, type TerminalEvents } from "./use-terminal-events.ts";

export interface AppProps extends TerminalEvents {
  readonly paint: Paint;
  /** Told once how to hand the terminal over and take it back. */
  readonly onReady: (suspendTerminal: ReturnType<typeof useApp>["suspendTerminal"]) => void;
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
