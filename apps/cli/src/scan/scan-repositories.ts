import { resolve } from "node:path";
import { describeFailure } from "@keywarden/command-line";
import { environmentOfOthers, openRepository } from "@keywarden/git";
import type { ProviderProfile } from "@keywarden/key-format";
import { Account } from "@keywarden/repository-scan";
import { defaultConfig, makeSuppression } from "@keywarden/repository-config";
import { joinReports, type ReportPart, type ScanReport } from "@keywarden/scan";
import { CliError } from "../cli-error.ts";
import { deliverReport } from "../deliver-report.ts";
import type { ScanCall } from "../flags/scan-flags.ts";
import { remedies } from "../remedies.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { findUnused } from "./find-unused.ts";
import { statusOfScan } from "./run-scan.ts";
import { modeOf, type ScanMode } from "./scan-mode.ts";
import { scanMode } from "./scan.ts";

/** What a scan of one of several repositories leaves behind. */
interface Scanned {
  readonly report: ScanReport;
  readonly providers: readonly ProviderProfile[];
  readonly unused: readonly string[];
}

/**
 * `keywarden scan --repository`: the files or commits of each repository, each by its own keywarden.json and baseline,
 * in one report. One that cannot be scanned is in it as that, and hides nothing of the others.
 */
export async function scanRepositories(call: ScanCall, terminal: Terminal): Promise<ExitStatus> {
  const startedAtMs = terminal.now();
  const mode = modeOf(call);
  requireRepositoryMode(mode, call);
  const parts: (ReportPart & { readonly repository: string })[] = [];
  const providers: ProviderProfile[] = [];
  const unused: string[] = [];
  const tops = new Set<string>();
  for (const named of call.flags.repository) {
    const repository = terminal.redact(named);
    const scanned = await scanOne(named, tops, mode, call, terminal);
    if (scanned === null) continue;
    parts.push({ repository, ...scanned.report });
    providers.push(...scanned.providers);
    unused.push(...scanned.unused.map((line) => `${repository}: ${line}`));
  }
  const report = joinReports(mode, parts);
  await deliverReport(report, { providers: unmistakable(providers), startedAtMs }, call.flags, terminal);
  for (const line of unused) terminal.warn(`keywarden: ${line}\n`);
  return unused.length > 0 ? 2 : statusOfScan(report);
}

function requireRepositoryMode(mode: ScanMode, { flags, operands }: ScanCall): void {
  const [operand] = operands;
  const other =
    mode !== "paths" && mode !== "history"
      ? `--${mode === "message" ? "commit-msg" : mode}`
      : flags.ci
        ? "--ci"
        : flags.package
          ? "--package"
          : flags.explain !== undefined
            ? "--explain"
            : mode === "paths" && operand !== undefined
              ? `the path ${JSON.stringify(operand)}`
              : null;
  if (other === null) return;
  throw new CliError(
    "CLI_USAGE",
    `--repository scans the files of repositories, or with --history, --range or --since their commits, not ${other}.`,
  );
}

/** Scans one repository; null where it was scanned under another name already. */
async function scanOne(
  named: string,
  tops: Set<string>,
  mode: ScanMode,
  call: ScanCall,
  terminal: Terminal,
): Promise<Scanned | null> {
  try {
    const there = terminalAt(resolve(terminal.directory, named), terminal);
    const { directory, isBare } = await openRepository(there.directory, there.env);
    if (tops.has(directory)) return null;
    tops.add(directory);
    const { setup, tools, isWhole } = await scanMode(
      mode,
      call,
      isBare ? there : terminalAt(directory, there),
    );
    const report = tools.account.report(mode);
    return {
      report,
      providers: setup.config.providers,
      unused: isWhole && report.summary.complete ? findUnused(report, setup, tools) : [],
    };
  } catch (error) {
    return { report: unreadReport(mode, error, terminal), providers: defaultConfig.providers, unused: [] };
  }
}

function unreadReport(mode: ScanMode, error: unknown, { redact, now }: Terminal): ScanReport {
  const { policy } = defaultConfig;
  const setup = { config: defaultConfig, baseline: null };
  const account = new Account(
    makeSuppression(setup, policy, now(), () => null),
    [],
  );
  const reason = redact(describeFailure(error, { isDebug: false, remedies })).replace(/\.$/, "");
  account.addUnread({ location: "the repository", kind: "git", reason });
  return account.report(mode);
}

/** A terminal in another folder, without what the environment says of the repository around this one. */
function terminalAt(directory: string, terminal: Terminal): Terminal {
  // What opens itself when it is first read, such as standard input, stays closed.
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(terminal)) as Terminal;
  return Object.defineProperties(copy, {
    directory: { value: directory, enumerable: true },
    env: { value: environmentOfOthers(terminal.env), enumerable: true },
  });
}

/** Leaves out whoever two repositories describe differently: a report would say of one's keys what the other says. */
function unmistakable(providers: readonly ProviderProfile[]): readonly ProviderProfile[] {
  const byId = new Map<string, { readonly provider: ProviderProfile; readonly text: string }>();
  const unclear = new Set<string>();
  for (const provider of providers) {
    const text = JSON.stringify(provider);
    const known = byId.get(provider.id);
    if (known === undefined) byId.set(provider.id, { provider, text });
    else if (known.text !== text) unclear.add(provider.id);
  }
  return [...byId.values()].map(({ provider }) => provider).filter(({ id }) => !unclear.has(id));
}
