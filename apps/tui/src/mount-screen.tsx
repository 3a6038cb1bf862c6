import { render, type Instance } from "ink";
import type { Host } from "./host.ts";
import { filterInput } from "./input/filter-input.ts";
import { shortenWrites } from "./text/shorten-output.ts";
import { App, type AppProps } from "./views/app.tsx";
import { ErrorBoundary } from "./views/error-boundary.tsx";
import { SpokenApp } from "./views/spoken-app.tsx";

export interface MountOptions extends Omit<AppProps, "terminal"> {
  /** Whether the terminal shows a first frame on its alternate screen already, which Ink draws over. */
  readonly isPainted: boolean;
  readonly onError: (error: unknown) => void;
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
