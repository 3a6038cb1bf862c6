import type { Connection } from "@keywarden/inventory/login";
import type { Providers } from "@keywarden/key-format";
import { makeInventoryClient } from "@keywarden/management";
import { render } from "ink";
import { logCalls } from "./effects/log-calls.ts";
import { makePerformer } from "./effects/make-performer.ts";
import { makeRotator } from "./effects/make-rotator.ts";
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
  readonly known: Pick<Providers, "providers" | "managedProviders">;
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
  let token = request.connection.token;
  const client = makeInventoryClient({
    baseUrl: request.connection.server,
    token: () => token,
    fetch: logCalls(host.fetch, store.send, now),
  });
  let stopReason: StopReason | undefined;
  let change: Promise<void> = Promise.resolve();
  let suspendTerminal: Parameters<AppProps["onReady"]>[0] | undefined;
  const stop = (reason: StopReason) => {
    stopReason ??= reason;
    // A step that is under way is finished first, although the journal could finish it later.
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
    rotator: makeRotator({
      client,
      server: request.connection.server,
      directory: host.workingDirectory,
      env: host.env,
      fetch: host.fetch,
      known: request.known,
    }),
    useToken: (given) => {
      token = given;
    },
    now,
    send: store.send,
    suspend: async () => suspendTerminal?.(host.suspend),
    quit: () => instance.unmount(),
  });
  store.setPerformer((effect: Effect) => {
    const work = perform(effect);
    if (effect.kind === "rotate" || effect.kind === "resume") change = work;
    return work;
  });
  host.onStop(stop);
  const stopTicking = host.every(tickMs, () => store.send({ kind: "tick" }));
  const [warning] = request.warnings;
  if (warning !== undefined) store.send({ kind: "warned", text: warning });
  store.send({ kind: "start" });

  await instance.waitUntilExit();
  stopTicking();
  if (stopReason?.kind === "error") throw stopReason.error;
  return 0;
}
