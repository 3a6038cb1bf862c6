import { Text, useApp, useStdout } from "ink";
import { useEffect, useSyncExternalStore, type ReactNode } from "react";
import { makeSpeaker, promptOf } from "../speech/make-speaker.ts";
import type { AppProps } from "./app.tsx";
import { useTerminalEvents } from "./use-terminal-events.ts";

/**
 * Tells the state of a store in lines, for a screen reader: what has been said stays as it is, and only the last line,
 * in which one types, is rewritten.
 */
export function SpokenApp(props: Omit<AppProps, "paint">): ReactNode {
  const { store, onReady } = props;
  const { write } = useStdout();
  const { suspendTerminal } = useApp();
  const prompt = useSyncExternalStore(store.subscribe, () => promptOf(store.getState()));
  useTerminalEvents(props);
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
  useEffect(() => {
    const speak = makeSpeaker();
    const say = () => {
      const state = store.getState();
      const lines = speak(state);
      if (lines.length > 0) write(`${state.judge.mask(lines.join("\n"))}\n`);
    };
    say();
    return store.subscribe(say);
  }, [store, write]);
  return <Text>{store.getState().judge.mask(prompt)} </Text>;
}
