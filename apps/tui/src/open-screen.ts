import type { Instance } from "ink";
import { describeCommands } from "./commands/commands.ts";
import { describeContext, withFlags } from "./contexts/own-context.ts";
import { openServers } from "./contexts/open-servers.ts";
import { copyText } from "./effects/copy-text.ts";
import type { Host, StopReason } from "./host.ts";
import { readDepartures } from "./read-departures.ts";
import type { Effect } from "./state/effect.ts";
import type { OpenedContext } from "./state/event.ts";
import { goTo } from "./state/go-to-screen.ts";
import { makeStore, type Store } from "./state/make-store.ts";
import { makeState } from "./state/state.ts";
import { leaveScreen } from "./text/screen-codes.ts";
import type { ScreenRequest } from "./screen-request.ts";
import { makePaint } from "./theme.ts";
import type { AppProps } from "./views/app.tsx";
import { firstFrame } from "./views/first-frame.ts";

const tickMs = 1000;
const mouseOn = "\u001B[?1000h\u001B[?1006h";
const mouseOff = "\u001B[?1006l\u001B[?1000l";

// Ink's own variable turns it on, too: whoever sets it for other programs expects it here.
const isForReader = (
  { env }: Host,
  { screenReader }: ScreenRequest["options"],
  preferences: ScreenRequest["preferences"],
): boolean => screenReader || preferences.screenReader || env["INK_SCREEN_READER"] === "true";

// No line is cut, and a page is what one can listen to.
const spokenSize = { columns: 1000, rows: 20 };

function makeScreenStore(
  host: Host,
  { judge, options, preferences }: ScreenRequest,
  context: OpenedContext,
  now: () => number,
): Store {
  const isSpoken = isForReader(host, options, preferences);
  const { columns, rows } = isSpoken ? spokenSize : host.stdout;
  const state = makeState({
    ...context,
    isSpoken,
    judge,
    isWritable: options.write,
    columns,
    rows,
    nowMs: now(),
    commands: describeCommands(preferences.keys),
    views: preferences.views,
    departures: readDepartures(options.departed, now()),
  });
  // What the first screen asks for is asked for once everything has begun.
  const [opened] = goTo(state, options.screen ?? "next", null, options.filter);
  return makeStore({ ...opened, readings: {} }, now);
}

// Whoever waits longer sees that keys are being read.
const longestWaitMs = 100;

/** Waits a moment for the first keys, so that the first picture shows them. */
function firstKeys(store: Store): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, longestWaitMs);
    const unsubscribe = store.subscribe(() => {
      const { totals, hasLoaded, failure } = store.getState();
      if (totals.keys > 0 || hasLoaded || failure !== null) done();
    });
    function done(): void {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    }
  });
}

// The others load what the first keys would wait for.
const firstThings: ReadonlySet<Effect["kind"]> = new Set([
  "load",
  "begin-feed",
  "watch",
  "scan",
  "identify",
  "quit",
]);

type Perform = (effect: Effect) => Promise<void>;

/** Holds back what the first picture does not need until it is released, when the keyboard is heard. */
function firstThingsFirst(perform: Perform): { readonly perform: Perform; readonly release: () => void } {
  const { promise: released, resolve } = Promise.withResolvers<void>();
  let isHeld = true;
  return {
    perform: async (effect) => {
      // Later nothing waits: a question would be asked before the token that it is asked with is known.
      if (isHeld && !firstThings.has(effect.kind)) await released;
      await perform(effect);
    },
    release: () => {
      isHeld = false;
      resolve();
    },
  };
}

const breathe = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 1));

/** Runs the screen until the operator quits or the process is told to stop; gives the exit status. */
export async function openScreen(
  host: Host & { readonly warn: (text: string) => void },
  request: ScreenRequest,
): Promise<number> {
  const { options, preferences, now } = request;
  const { server } = request.connection;
  const own = withFlags(preferences.contexts, server, options);
  const store = makeScreenStore(host, request, describeContext(server, own[0]), now);
  const { isSpoken } = store.getState();
  const hasMouse = (options.mouse || preferences.mouse) && !isSpoken;
  let stopReason: StopReason | undefined;
  let instance: Instance | undefined;
  let suspendTerminal: Parameters<AppProps["onReady"]>[0] | undefined;
  const write = (bytes: string) => void host.stdout.write(bytes);
  let isAway = false;
  /** Gives the terminal to somebody else meanwhile, and draws everything anew afterwards. */
  const giveAway = async (meanwhile: () => Promise<void>): Promise<void> => {
    if (isAway) return;
    isAway = true;
    if (hasMouse) write(mouseOff);
    await suspendTerminal?.(meanwhile);
    if (hasMouse) write(mouseOn);
    isAway = false;
  };
  const servers = openServers(host, request, own, store, {
    copy: (text) => copyText(text, write),
    suspend: () => giveAway(host.suspend),
    quit: () => instance?.unmount(),
  });
  const { perform, release } = firstThingsFirst(servers.perform);
  store.setPerformer(perform);
  const stop = (reason: StopReason) => {
    stopReason ??= reason;
    // A step that is under way is finished first, although the journal could finish it later.
    void servers.idle().finally(() => instance?.unmount());
  };
  host.onStop(stop);
  // Whoever stopped us has written on the screen since.
  host.onContinue(() => void giveAway(() => Promise.resolve()));
  const stopTicking = host.every(tickMs, () => store.send({ kind: "tick" }));
  const [warning] = request.warnings;
  if (warning !== undefined) store.send({ kind: "warned", text: warning });
  servers.listen();
  store.send({ kind: "start" });
  await firstKeys(store);
  host.limitHeap();
  const paint = makePaint((host.env["NO_COLOR"] ?? "") === "", preferences.theme);
  const { totals, columns } = store.getState();
  // Ink takes longer to load than the keys take to arrive.
  const isPainted = stopReason === undefined && !isSpoken && totals.keys > 0 && columns > 0;
  if (isPainted) {
    // What is typed until Ink listens is kept for it, and not shown in the picture.
    host.stdin.setRawMode(true);
    write(firstFrame(store.getState(), paint));
  }
  try {
    // A part at a time, with room for a key between: all at once takes longer than one may wait.
    await breathe();
    await import("react");
    await breathe();
    await import("yoga-layout");
    await breathe();
    await import("ink");
    await breathe();
    const { mountScreen, prepareScreen } = await import("./mount-screen.tsx");
    await breathe();
    if (isPainted) await prepareScreen({ store, paint }, breathe);
    if (stopReason === undefined) {
      instance = mountScreen(host, {
        store,
        now,
        paint,
        isPainted,
        onError: (error) => stop({ kind: "error", error }),
        onReady: (suspend) => {
          suspendTerminal = suspend;
        },
      });
      if (hasMouse) write(mouseOn);
      await breathe();
      release();
      await instance.waitUntilExit();
    }
  } finally {
    if (isPainted && instance === undefined) {
      write(leaveScreen);
      host.stdin.setRawMode(false);
    }
  }
  if (hasMouse) write(mouseOff);
  stopTicking();
  if (stopReason?.kind === "error") throw stopReason.error;
  return 0;
}
