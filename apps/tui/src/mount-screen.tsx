import { Box, render, renderToString, type Instance } from "ink";
import type { Host } from "./host.ts";
import { filterInput } from "./input/filter-input.ts";
import { shortenWrites } from "./text/shorten-output.ts";
import { App, type AppProps } from "./views/app.tsx";
import { ErrorBoundary } from "./views/error-boundary.tsx";
import { frameLines } from "./views/frame-lines.ts";
import { Painted } from "./views/painted.tsx";
import { SpokenApp } from "./views/spoken-app.tsx";

export interface MountOptions extends Omit<AppProps, "terminal"> {
  /** Whether the terminal shows a first frame on its alternate screen already, which Ink draws over. */
  readonly isPainted: boolean;
  readonly onError: (error: unknown) => void;
}

// As many as Ink takes apart for the first time while nobody notices.
const linesAtOnce = 8;

/**
 * Shows Ink the lines of the first screen a few at a time: it keeps what it knows of a line, and all of them at once, by
 * code that has never run, hold up a key for longer than one may wait.
 */
export async function prepareScreen(
  { store, paint }: Pick<MountOptions, "paint" | "store">,
  breathe: () => Promise<void>,
): Promise<void> {
  const state = store.getState();
  const lines = frameLines(state, paint);
  for (let from = 0; from < lines.length; from += linesAtOnce) {
    const shown = lines.slice(from, from + linesAtOnce);
    renderToString(
      <Box flexDirection="column">
        {shown.map((line, index) => (
          <Painted key={index} line={line} mask={state.judge.mask} />
        ))}
      </Box>,
      { columns: state.columns },
    );
    await breathe();
  }
}

/** Has Ink draw the state of a store from now on, and listen to the keyboard. */
export function mountScreen(host: Host, { isPainted, onError, ...props }: MountOptions): Instance {
  const { store } = props;
  const { isSpoken } = store.getState();
  const shown = { ...props, terminal: host.stdout };
  return render(
    <ErrorBoundary onError={onError}>
      {isSpoken ? <SpokenApp {...shown} /> : <App {...shown} />}
    </ErrorBoundary>,
    {
      stdout: shortenWrites(host.stdout, isPainted),
      stdin: filterInput(host.stdin, (mouse) => store.send({ kind: "mouse", mouse })),
      stderr: host.stderr,
      // What was said stays, so that it can be read again.
      alternateScreen: !isSpoken,
      incrementalRendering: !isSpoken,
      isScreenReaderEnabled: isSpoken,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
      maxFps: 60,
    },
  );
}
