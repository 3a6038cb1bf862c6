import { loadUsableSetup } from "@keywarden/repository-config";
import { deliverReport } from "../deliver-report.ts";
import type { ColorFlags } from "../flags/report-flags.ts";
import { makeScanTools, scanCommitMessage } from "@keywarden/repository-scan";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { statusOfScan } from "../scan/run-scan.ts";

/** Scans the message of the commit that is being made; silent when it is clean, because every commit passes here. */
export async function runCommitMsg(
  operands: readonly string[],
  { color }: ColorFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const startedAtMs = terminal.now();
  const [file = ""] = operands;
  const { top: _top, ...setup } = await loadUsableSetup(terminal);
  const tools = makeScanTools(setup, setup.config.policy, terminal.now(), () => null);
  scanCommitMessage(file, terminal, tools);
  const report = tools.account.report("message");
  const { providers } = setup.config;
  if (report.findings.length > 0 || !report.summary.complete) {
    const request = { format: "text", output: undefined, color, showAccepted: false } as const;
    await deliverReport(report, { providers, startedAtMs }, request, terminal);
  }
  return statusOfScan(report);
}
