import type { ScanReport } from "@keywarden/scan";
import type { Setup } from "@keywarden/repository-config";
import { deliverReport } from "../deliver-report.ts";
import type { ScanCall } from "../flags/scan-flags.ts";
import type { ScanTools } from "@keywarden/repository-scan";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { modeOf, type ScanMode } from "./scan-mode.ts";

/** A scan that has looked at everything it was to look at. */
export interface Done {
  readonly setup: Setup;
  readonly tools: ScanTools;
  /** Whether all files of the repository were looked at. */
  readonly isWhole: boolean;
  /** What was scanned where that is not what the command line says. */
  readonly scanned?: ScanMode;
}

/** Runs a scan, delivers its report and gives its exit status. */
export async function runScan(
  look: (mode: ScanMode, call: ScanCall, terminal: Terminal) => Promise<Done>,
  call: ScanCall,
  terminal: Terminal,
): Promise<ExitStatus> {
  const startedAtMs = terminal.now();
  const mode = modeOf(call);
  const { setup, tools, isWhole, scanned } = await look(mode, call, terminal);
  const report = tools.account.report(scanned ?? mode);
  const { providers } = setup.config;
  await deliverReport(report, { providers, startedAtMs }, call.flags, terminal);
  if (report.findings.length > 0 && setup.baseline === null) {
    const foreign = (await import("../import/foreign-lists.ts")).describeForeignLists(terminal.directory);
    if (foreign !== null) terminal.warn(`keywarden: ${foreign}\n`);
  }
  // A part of the repository says nothing about entries that are meant for another part.
  const unused =
    isWhole && report.summary.complete
      ? (await import("./find-unused.ts")).findUnused(report, setup, tools)
      : [];
  for (const line of unused) terminal.warn(`keywarden: ${line}\n`);
  return unused.length > 0 ? 2 : statusOfScan(report);
}

/** Gives the exit status of a scan: 2 when it could not tell, 1 when something blocks. */
export function statusOfScan({ findings, summary }: ScanReport): ExitStatus {
  if (!summary.complete) return 2;
  return findings.some(({ finding }) => finding.action === "block") ? 1 : 0;
}
