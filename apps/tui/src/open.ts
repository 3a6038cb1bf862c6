import type { ExitStatus, Guarded, ProcessTerminal } from "@keywarden/command-line";
import { makeJudge, safeText, type Judge } from "@keywarden/inventory";
import { findConfigFolder, findConnection, type Connection } from "@keywarden/inventory/login";
import { makeInventoryClient } from "@keywarden/management/inventory-client";
import { ManagementError } from "@keywarden/management/management-error";
import { loadConfig } from "@keywarden/repository-config";
import { describeCallFailure, writeFailure } from "./effects/describe-failure.ts";
import { startClient } from "./effects/start-client.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import { readDepartures } from "./read-departures.ts";
import { makeSessionClock } from "@keywarden/inventory";
import { TuiError } from "./tui-error.ts";

const snapshot = "so here is a snapshot; pass --once to ask for a snapshot";
const hintFor = ({ stdin, stdout }: Host): string =>
  stdin.isTTY && stdout.isTTY
    ? `keywarden-tui: TERM=dumb cannot show a screen, ${snapshot}\n`
    : `keywarden-tui: this is not a terminal, ${snapshot}\n`;

/** Opens the screen, or prints the inventory where there is none or `--once` asks for it. */
export async function open(options: Options, host: Guarded<Host & ProcessTerminal>): Promise<ExitStatus> {
  const { directory, env, learnFormats } = host;
  const warnings: string[] = [];
  const warn = (sentence: string) => {
    warnings.push(safeText(sentence));
    host.warn(`keywarden-tui: ${safeText(sentence)}\n`);
  };
  const connection = await findConnection(options, {
    env,
    directory,
    program: host.program,
    ask: host.warn,
    warn,
  });
  const isAsked = options.once || options.plain || options.format !== undefined;
  const now = makeSessionClock(host.wallClockMs, host.monotonicMs);
  const isScreen = !isAsked && hasScreen(host);
  // The server answers while the configuration and the screen are being read.
  const started = isScreen ? startClient(connection, host.ask, now) : null;
  const config = await loadConfig({ directory, env, learnFormats });
  const judge = makeJudge(config);
  try {
    if (started === null) return await printScreen({ ...host, warn }, options, connection, judge, isAsked);
    const { readPreferences } = await import("./read-preferences.ts");
    const preferences = readPreferences(findConfigFolder({ env, directory }), options.theme);
    const { openScreen } = await import("./open-screen.ts");
    const request = { connection, started, now, judge, known: config, options, preferences, warnings };
    return (await openScreen({ ...host, warn }, request)) === 0 ? 0 : 2;
  } catch (error) {
    if (!(error instanceof ManagementError)) throw error;
    const failure = describeCallFailure(error, host.wallClockMs());
    throw new TuiError("TUI_SERVER", writeFailure(failure), { cause: error });
  }
}

function hasScreen({ stdin, stdout, env }: Host): boolean {
  return stdin.isTTY && stdout.isTTY && env["TERM"] !== "dumb";
}

async function printScreen(
  host: Host & { readonly warn: (sentence: string) => void },
  options: Options,
  connection: Connection,
  judge: Judge,
  isAsked: boolean,
): Promise<ExitStatus> {
  const { readPreferences } = await import("./read-preferences.ts");
  const { describeContext, withFlags } = await import("./contexts/own-context.ts");
  const { listContexts } = await import("./contexts/list-contexts.ts");
  const { printOnce } = await import("./print-once.ts");
  const { makeReaders } = await import("./effects/make-readers.ts");
  const { loadInventory } = await import("./effects/load-inventory.ts");
  const { fetchSource } = await import("./effects/read-sources.ts");
  const { followClock } = await import("./effects/follow-clock.ts");
  const { server, token } = connection;
  const now = makeSessionClock(host.wallClockMs, host.monotonicMs);
  const { contexts } = readPreferences(findConfigFolder(host), options.theme);
  const own = withFlags(contexts, server, options);
  const [context] = own;
  const departures = readDepartures(options.departed, now());
  const { text, hasOverdue, unknown } = await printOnce({
    state: {
      ...describeContext(server, context),
      judge,
      isWritable: false,
      columns: 120,
      rows: 40,
      nowMs: now(),
      departures,
    },
    screen: options.screen ?? "keys",
    filter: options.filter ?? "",
    format: options.format ?? "table",
    makePerformer: (send) => {
      const client = makeInventoryClient({
        baseUrl: server,
        token,
        fetch: followClock(host.ask, now, send),
      });
      const readers = makeReaders(client, context ?? {}, host, () => listContexts(host, own, connection));
      return async (effect) => {
        if (effect.kind === "load") await loadInventory(client, effect.loadId, send, now);
        if (effect.kind === "read-source")
          await fetchSource(readers, effect.source, effect.subject, send, now);
      };
    },
    now,
  });
  await write(host, judge.mask(text));
  for (const sentence of unknown) host.warn(sentence);
  if (!isAsked) host.stderr.write(hintFor(host));
  if (!isAsked || unknown.length > 0) return 2;
  return hasOverdue ? 1 : 0;
}

function write({ stdout }: Host, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: NodeJS.ErrnoException | null) => {
      // A reader that has seen enough, such as head, closes the pipe: that is not a failure.
      if (error === undefined || error === null || error.code === "EPIPE") resolve();
      else
        reject(
          new TuiError("TUI_OUTPUT", `the table could not be written: ${error.message}`, { cause: error }),
        );
    };
    stdout.once("error", end);
    stdout.write(text, end);
  });
}
