import type { ExitStatus, Guarded, ProcessTerminal } from "@keywarden/command-line";
import { makeJudge, safeText, type Judge } from "@keywarden/inventory";
import { findConnection, type Connection } from "@keywarden/inventory/login";
import { makeInventoryClient, ManagementError } from "@keywarden/management";
import { loadConfig } from "@keywarden/repository-config";
import { describeFailure } from "./effects/describe-failure.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import { readPlainTable } from "./read-plain-table.ts";
import { makeSessionClock } from "./session-clock.ts";
import { TuiError } from "./tui-error.ts";

const hint =
  "keywarden-tui: this is not a terminal, so here is a snapshot; pass --once to ask for a snapshot\n";

/** Opens the screen, or prints the inventory where there is none or `--once` asks for it. */
export async function open(options: Options, host: Guarded<Host & ProcessTerminal>): Promise<ExitStatus> {
  const { workingDirectory: directory, env, learnFormats } = host;
  const warnings: string[] = [];
  const connection = await findConnection(options, {
    env,
    directory,
    program: host.program,
    ask: host.warn,
    warn: (sentence) => {
      warnings.push(safeText(sentence));
      host.warn(`keywarden-tui: ${safeText(sentence)}\n`);
    },
  });
  const config = await loadConfig({ directory, env, learnFormats });
  const judge = makeJudge(config);
  try {
    if (options.once || options.plain || !hasScreen(host))
      return await printOnce(host, options, connection, judge);
    // Ink takes a quarter of a second to load, and chooses its colours while it does.
    const { openScreen } = await import("./open-screen.tsx");
    const request = { connection, judge, known: config, write: options.write, warnings };
    return (await openScreen(host, request)) === 0 ? 0 : 2;
  } catch (error) {
    if (!(error instanceof ManagementError)) throw error;
    const { message, advice } = describeFailure(error, host.wallClockMs());
    throw new TuiError("TUI_SERVER", `${message}. ${advice}`, { cause: error });
  }
}

function hasScreen({ stdin, stdout, env }: Host): boolean {
  return stdin.isTTY && stdout.isTTY && env["TERM"] !== "dumb";
}

async function printOnce(
  host: Host,
  options: Options,
  { server, token }: Connection,
  judge: Judge,
): Promise<ExitStatus> {
  const now = makeSessionClock(host.wallClockMs, host.monotonicMs);
  const client = makeInventoryClient({ baseUrl: server, token, fetch: host.fetch });
  const table = await readPlainTable(client, judge, now);
  await new Promise<void>((resolve, reject) => {
    const end = (error?: NodeJS.ErrnoException | null) => {
      // A reader that has seen enough, such as head, closes the pipe: that is not a failure.
      if (error === undefined || error === null || error.code === "EPIPE") resolve();
      else
        reject(
          new TuiError("TUI_OUTPUT", `the table could not be written: ${error.message}`, { cause: error }),
        );
    };
    host.stdout.once("error", end);
    host.stdout.write(table, end);
  });
  if (options.once || options.plain) return 0;
  host.stderr.write(hint);
  return 2;
}
