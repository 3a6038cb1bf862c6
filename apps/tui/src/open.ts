import type { ExitStatus, Guarded, ProcessTerminal } from "@keywarden/command-line";
import { makeJudge, safeText, type Judge } from "@keywarden/inventory";
import { makeInventoryClient, ManagementError } from "@keywarden/management";
import { loadConfig } from "@keywarden/repository-config";
import { describeFailure } from "./effects/describe-failure.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import { readPlainTable } from "./read-plain-table.ts";
import { readToken, type Token } from "./read-token.ts";
import { makeSessionClock } from "./session-clock.ts";
import { TuiError } from "./tui-error.ts";

const hint =
  "keywarden-tui: this is not a terminal, so here is a snapshot; pass --once to ask for a snapshot\n";

/** Opens the screen, or prints the inventory where there is none or `--once` asks for it. */
export async function open(options: Options, host: Guarded<Host & ProcessTerminal>): Promise<ExitStatus> {
  const token = await readToken(options.tokenFile, host.platform);
  if (token.warning !== "") host.warn(`keywarden-tui: ${safeText(token.warning)}\n`);
  const { workingDirectory: directory, env, learnFormats } = host;
  const judge = makeJudge(await loadConfig({ directory, env, learnFormats }));
  try {
    if (options.once || options.plain || !hasScreen(host))
      return await printOnce(host, options, token, judge);
    // Ink takes a quarter of a second to load, and chooses its colours while it does.
    const { openScreen } = await import("./open-screen.tsx");
    return (await openScreen(host, options, token, judge)) === 0 ? 0 : 2;
  } catch (error) {
    if (!(error instanceof ManagementError)) throw error;
    const { message, advice } = describeFailure(error, host.wallClockMs());
    throw new TuiError("TUI_SERVER", `${message}. ${advice}`, { cause: error });
  }
}

function hasScreen({ stdin, stdout, env }: Host): boolean {
  return stdin.isTTY && stdout.isTTY && env["TERM"] !== "dumb";
}

async function printOnce(host: Host, options: Options, token: Token, judge: Judge): Promise<ExitStatus> {
  const now = makeSessionClock(host.wallClockMs, host.monotonicMs);
  const client = makeInventoryClient({ baseUrl: options.server, token: token.secret, fetch: host.fetch });
  const table = await readPlainTable(client, judge, now);
  await new Promise<void>((resolve) => {
    // A reader that has seen enough, such as head, closes the pipe: that is no failure.
    host.stdout.once("error", () => resolve());
    host.stdout.write(table, () => resolve());
  });
  if (options.once || options.plain) return 0;
  host.stderr.write(hint);
  return 2;
}
