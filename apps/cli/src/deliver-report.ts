import { describeWriteError } from "@keywarden/command-line";
import { resolve } from "node:path";
import type { ProviderProfile } from "@keywarden/key-format";
import { closingLines, renderUnread } from "@keywarden/scan";
import type { ReportContext, ScanReport } from "@keywarden/scan";
import { reportFormats } from "@keywarden/scan/report-formats";
import type { ReportFormat } from "@keywarden/scan/report-formats";
import { CliError } from "./cli-error.ts";
import type { ColorFlags } from "./flags/report-flags.ts";
import { isColoured } from "./colour.ts";
import type { Terminal } from "./terminal.ts";
import { version } from "./version.ts";

/** How a report is asked for. */
export interface ReportRequest {
  readonly format: string;
  readonly output: string | undefined;
  readonly color: ColorFlags["color"];
  readonly showAccepted: boolean;
}

/** What a report says of the scan that made it. */
export interface ReportedScan {
  readonly providers: readonly ProviderProfile[];
  readonly startedAtMs: number;
}

/**
 * Prints a report in the format that was asked for; with `--output` it goes to that file, and the terminal gets the text.
 *
 * @throws CliError CLI_OUTPUT when the file cannot be written; the text is printed by then.
 */
export async function deliverReport(
  report: ScanReport,
  scan: ReportedScan,
  request: ReportRequest,
  terminal: Terminal,
): Promise<void> {
  const { output, format: wanted } = request;
  const format = formatOf(output === undefined ? wanted : "text");
  terminal.print(await render(report, format, { ...scan, isFile: false }, request, terminal));
  // Who reads the log of a step sees neither a file nor what a program reads.
  if (format.name !== "text")
    for (const line of renderUnread(report.summary.unread)) terminal.warn(`${line}\n`);
  if (format.lacksSummary === true) terminal.warn(`${closingLines(report.summary).join("\n")}\n`);
  if (output === undefined) return;
  const text = await render(report, formatOf(wanted), { ...scan, isFile: true }, request, terminal);
  const { writeWhole } = await import("./write-whole.ts");
  try {
    writeWhole(resolve(terminal.directory, output), text);
  } catch (error) {
    const why = describeWriteError(error);
    throw new CliError("CLI_OUTPUT", `The report cannot be written to ${output}: ${why}.`, { cause: error });
  }
}

function formatOf(name: string): ReportFormat {
  const format = reportFormats.find((candidate) => candidate.name === name);
  if (format === undefined) throw new CliError("CLI_USAGE", `Unknown report format ${name}.`);
  return format;
}

async function render(
  report: ScanReport,
  format: ReportFormat,
  { providers, startedAtMs, isFile }: ReportedScan & { readonly isFile: boolean },
  { color, showAccepted }: ReportRequest,
  terminal: Terminal,
): Promise<string> {
  const { env, isTerminal, columns, now } = terminal;
  const context: ReportContext = {
    providers,
    isColoured: isColoured(color, env, isTerminal === true && !isFile),
    width: Math.max(40, Math.min(columns ?? 80, 100)),
    version,
    startedAt: new Date(startedAtMs).toISOString(),
    endedAt: new Date(now()).toISOString(),
    showsAccepted: showAccepted,
    commit:
      format.needsCommit === true
        ? await (await import("./checked-out-commit.ts")).checkedOutCommit(terminal)
        : null,
  };
  return (await format.load())(report, context);
}
