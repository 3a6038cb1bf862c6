import { useInput, usePaste } from "ink";
import { useEffect, useState } from "react";
import { makeEscapeGuard } from "../input/escape-guard.ts";
import { pressesFrom } from "../input/key-press.ts";
import type { Store } from "../state/make-store.ts";

export interface TerminalEvents {
  readonly store: Store;
  /** Session time in milliseconds. */
  readonly now: () => number;
  /** The terminal that is drawn on; its size is followed. */
  readonly terminal: NodeJS.WriteStream;
}

/** Feeds keys, pastes and resizes into the store: the only entry for input. */
export function useTerminalEvents({ store, now, terminal }: TerminalEvents): void {
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
