import { openRepository } from "@keywarden/git";
import type { Setup } from "@keywarden/repository-config";
import { findScope, makeFromTop, makeScanTools, scanPaths, type ScanTools } from "@keywarden/repository-scan";
import { describeLocation, type Finding, type ScanReport } from "@keywarden/scan";
import { CliError } from "../cli-error.ts";
import { progressBarOf } from "../progress.ts";
import { scanScopeWatched } from "../scan-scope-watched.ts";
import type { Terminal } from "../terminal.ts";

/** What a baseline is made of: every file below the top, and with `--history` all that refs reach. */
export interface Extent {
  readonly top: string;
  readonly withHistory: boolean;
}

/** @throws CliError CLI_INCOMPLETE when something could not be read: half a scan would make half a baseline. */
export async function scanWhole(
  { top, withHistory }: Extent,
  setup: Setup,
  terminal: Terminal,
): Promise<{ readonly report: ScanReport; readonly tools: ScanTools }> {
  const { env, now } = terminal;
  const tools = makeScanTools(setup, setup.config.policy, now(), makeFromTop(top, top), true);
  const progress = progressBarOf("files", terminal);
  try {
    await scanPaths(
      { paths: [], includeIgnored: false },
      { directory: top, env },
      { ...tools, onProgress: progress.update },
    );
  } finally {
    progress.finish();
  }
  if (withHistory) await scanAllCommits(top, tools, terminal);
  const report = tools.account.report("paths");
  if (!report.summary.complete) {
    const [{ location, reason, remedy }] = report.summary.unread;
    const what = `${location}: ${reason}${remedy === undefined ? "" : `; try: ${remedy}`}`;
    throw new CliError(
      "CLI_INCOMPLETE",
      `Not everything could be read, so the baseline is unchanged. ${what}.`,
    );
  }
  return { report, tools };
}

async function scanAllCommits(top: string, tools: ScanTools, terminal: Terminal): Promise<void> {
  const { env, now } = terminal;
  const repository = await openRepository(top, env);
  const asked = { kind: "history", refs: [], since: undefined } as const;
  const scope = await findScope(asked, repository, { env, nowMs: now() });
  await scanScopeWatched(repository, scope, tools, terminal);
}

/** Says where a key is, in a line. */
export const describeKeyAt = (finding: Finding): string =>
  `${describeLocation(finding)}  ${finding.redacted}`;
