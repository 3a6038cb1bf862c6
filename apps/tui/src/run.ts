import { makeInventoryClient, ManagementError } from "@keywarden/management";
import manifest from "../package.json" with { type: "json" };
import { describeFailure } from "./effects/describe-failure.ts";
import type { Host } from "./host.ts";
import { makeJudge, safeText, type Judge } from "@keywarden/inventory";
import { loadConfig } from "@keywarden/repository-config";
import { helpText, parseOptions, type Options } from "./options.ts";
import { readPlainTable } from "./read-plain-table.ts";
import { readToken, type Token } from "./read-token.ts";
import { makeSessionClock } from "./session-clock.ts";
import { TuiError } from "./tui-error.ts";

const hint =
  "keywarden-tui: this is not a terminal, so here is a snapshot; pass --once to ask for a snapshot\n";

type RunOptions = Extract<Options, { kind: "run" }>;

function hasScreen({ stdin, stdout, env }: Host): boolean {
  return stdin.isTTY && stdout.isTTY && env["TERM"] !== "dumb";
}

async function printOnce(
  host: Host,
  { server, isOnce }: RunOptions,
  token: Token,
  judge: Judge,
): Promise<number> {
  const now = makeSessionClock(host.wallClockMs, host.monotonicMs);
  const client = makeInventoryClient({ baseUrl: server, token: token.secret, fetch: host.fetch });
  const table = await readPlainTable(client, judge, now);
  await new Promise<void>((resolve) => {
    // A reader that has seen enough, such as head, closes the pipe: that is no failure.
    host.stdout.once("error", () => resolve());
    host.stdout.write(table, () => resolve());
  });
  if (isOnce) return 0;
  host.stderr.write(hint);
  return 2;
}

async function runWith(host: Host, options: RunOptions): Promise<number> {
  const token = await readToken(options.tokenFile, host.platform);
  if (token.warning !== "") host.stderr.write(`keywarden-tui: ${safeText(token.warning)}\n`);
  const judge = makeJudge(
    await loadConfig({ directory: host.workingDirectory, env: host.env, learnFormats: () => {} }),
  );
  if (options.isOnce || !hasScreen(host)) return printOnce(host, options, token, judge);
  // Ink takes a quarter of a second to load, and chooses its colours while it does.
  const { openScreen } = await import("./open-screen.tsx");
  return openScreen(host, options, token, judge);
}

function report(host: Host, error: unknown, isDebug: boolean): number {
  const { message, advice } = describeFailure(error, host.wallClockMs());
  const words = error instanceof ManagementError ? `${message}. ${advice}` : message;
  const isExpected = error instanceof ManagementError || error instanceof TuiError;
  const unexpected = isExpected ? "" : ` ${advice} --debug shows where it happened.`;
  host.stderr.write(`keywarden-tui: ${words}${unexpected}\n`);
  if (isDebug && error instanceof Error) {
    const stack = (error.stack ?? "")
      .split("\n")
      .slice(1)
      .map((line) => safeText(line));
    host.stderr.write(`${stack.join("\n")}\n`);
  }
  return 2;
}

/** Does what the command line asks for and gives the exit status. */
export async function run(host: Host): Promise<number> {
  const isDebug = host.args.includes("--debug");
  try {
    const options = parseOptions(host.args);
    if (options.kind === "run") return await runWith(host, options);
    host.stdout.write(
      options.kind === "help"
        ? helpText()
        : `keywarden-tui ${manifest.version}
`,
    );
    return 0;
  } catch (error) {
    return report(host, error, isDebug);
  }
}
