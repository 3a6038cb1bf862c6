import { CliError } from "../cli-error.ts";
import { loadSetup } from "@keywarden/repository-config";
import { policySetting } from "../policy-setting.ts";
import { deliverReport } from "../deliver-report.ts";
import type { Options } from "../options.ts";
import { makeScanTools, scanCommitMessage } from "@keywarden/repository-scan";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { statusOf } from "../scan/run-scan.ts";

/** Scans the message of the commit that is being made; silent when it is clean, because every commit passes here. */
export async function runCommitMsg(
  operands: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<ExitStatus> {
  const startedAtMs = terminal.now();
  const [file, extra] = operands;
  if (file === undefined || extra !== undefined) {
    throw new CliError("CLI_USAGE", "keywarden hook commit-msg takes the file with the message.");
  }
  const { env, now } = terminal;
  const { top: _top, ...setup } = await loadSetup(terminal);
  const policy = policySetting(setup.config.policy, options, env);
  const tools = makeScanTools(setup, policy, now(), () => null);
  scanCommitMessage(file, terminal, tools);
  const report = tools.account.report("message");
  const { providers } = setup.config;
  if (report.findings.length > 0 || !report.summary.complete) {
    await deliverReport(report, { providers, startedAtMs }, options, terminal);
  }
  return statusOf(report);
}
