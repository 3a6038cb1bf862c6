import type { Connection } from "@keywarden/inventory/login";
import { makeInventoryClient } from "@keywarden/management";
import { render } from "ink";
import { logCalls } from "./effects/log-calls.ts";
import { makePerformer } from "./effects/make-performer.ts";
import type { Host, StopReason } from "./host.ts";
import { safeText, type Judge } from "@keywarden/inventory";
import { makeSessionClock } from "./session-clock.ts";
import type { Effect } from "./state/effect.ts";
import { makeStore, type Store } from "./state/make-store.ts";
import { makeState } from "./state/state.ts";
import { makePaint } from "./theme.ts";
import { App, type AppProps } from "./views/app.tsx";
import { ErrorBoundary } from "./views/error-boundary.tsx";

const tickMs = 1000;

/** What the screen is opened with. */
export interface ScreenRequest {
  readonly connection: Connection;
  readonly judge: Judge;
  readonly write: boolean;
  readonly warnings: readonly string[];
}

function makeScreenStore(
  host: Host,
  { connection: { server }, judge, write }: ScreenRequest,
  now: () => number,
): Store {
  const { columns, rows } = host.stdout;
  const state = makeState({
    server: safeText(server),
    judge,
    isWritable: write,
    columns,
    rows,
    nowMs: now(),
  });
  return makeStore(state, now);
}

/** Runs the screen until the operator quits or the process is told to stop; gives the exit status. */
export async function openScreen(host: Host, request: ScreenRequest): Promise<number> {
  const now = makeSessionClock(host.wallClockMs, host.monotonicMs);
  const store = makeScreenStore(host, request, now);
  const client = makeInventoryClient({
    baseUrl: request.connection.server,
    token: request.connection.token,
    fetch: logCalls(host.fetch, store.send, now),
  });
  let stopReason: StopReason | undefined;
  let change: Promise<void> = Promise.resolve();
  let suspendTerminal: Parameters<AppProps["onReady"]>[0] | undefined;
  const stop = (reason: StopReason) => {
    stopReason ??= reason;
    // A rotation under way is finished first: its new key exists nowhere else.
    void change.finally(() => instance.unmount());
  };

  const instance = render(
    <ErrorBoundary onError={(error) => stop({ kind: "error", error })}>
      <App
        store={store}
        paint={makePaint((host.env["NO_COLOR"] ?? "") === "")}
        now={now}
        terminal={host.stdout}
        onReady={(suspend) => {
          suspendTerminal = suspend;
        }}
      />
    </ErrorBoundary>,
    {
      stdout: host.stdout,
      stdin: host.stdin,
      stderr: host.stderr,
      alternateScreen: true,
      incrementalRendering: true,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
      maxFps: 60,
    },
  );

  const perform = makePerformer({
    client,
    places: { home: host.home, workingDirectory: host.workingDirectory },
    now,
    send: store.send,
    suspend: async () => suspendTerminal?.(host.suspend),
    quit: () => instance.unmount(),
  });
  store.setPerformer((effect: Effect) => {
    const work = perform(effect);
    if (effect.kind === "rotate" || effect.kind === "save") change = work;
    return work;
  });
  host.onStop(stop);
  const stopTicking = host.every(tickMs, () => store.send({ kind: "tick" }));
  const [warning] = request.warnings;
  if (warning !== undefined) store.send({ kind: "warned", text: warning });
  store.send({ kind: "start" });

  await instance.waitUntilExit();
  stopTicking();
  return leave(host, store, stopReason);
}

function leave(host: Host, store: Store, reason: StopReason | undefined): number {
  const { dialog } = store.getState();
  if (dialog?.kind === "unsaved") {
    host.stderr.write(
      `keywarden-tui: the new key of ${dialog.target.name} was not saved and is lost: rotate it again\n`,
    );
  }
  if (reason?.kind !== "error") return dialog?.kind === "unsaved" ? 2 : 0;
  throw reason.error;
}
