import { randomBytes } from "node:crypto";
import { findRepository, openRepository } from "@keywarden/git";
import type { Finding, ScanReport, SuppressedFinding } from "@keywarden/scan";
import { describeLocation, describeSuppression } from "@keywarden/scan";
import { CliError } from "../cli-error.ts";
import { baselineFolder } from "@keywarden/repository-config";
import type { Baseline } from "@keywarden/repository-config";
import { writeBaseline } from "@keywarden/repository-config";
import { describeUnused } from "@keywarden/repository-config";
import { loadSetup } from "@keywarden/repository-config";
import type { Setup } from "@keywarden/repository-config";
import { progressOf } from "../progress.ts";
import { findScope, makeFromTop, makeScanTools, scanPaths } from "@keywarden/repository-scan";
import { scanScopeWatched } from "../scan-scope-watched.ts";
import type { ScanTools } from "@keywarden/repository-scan";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** What a baseline is made of: every file below the top, and with `--history` all that any ref ever held. */
interface Extent {
  readonly top: string;
  readonly withHistory: boolean;
}

interface BaselineCall {
  readonly action: "create" | "update" | "audit";
  readonly flags: { readonly history: boolean };
}

/** `keywarden baseline create | update | audit`, always over the whole repository. */
export async function baseline({ action, flags }: BaselineCall, terminal: Terminal): Promise<ExitStatus> {
  const { top, ...setup } = await loadSetup(terminal);
  const extent = { top, withHistory: flags.history };
  if (action === "create") return create(extent, setup, terminal);
  if (setup.baseline === null) {
    throw new CliError("CLI_CONFIG", "No baseline exists; keywarden baseline create creates one.");
  }
  const known = { ...setup, baseline: setup.baseline };
  return action === "update" ? update(extent, known, terminal) : audit(extent, known, terminal);
}

type Known = Setup & { readonly baseline: Baseline };

async function create(extent: Extent, setup: Setup, terminal: Terminal): Promise<ExitStatus> {
  if (setup.baseline !== null) {
    const remedy = "keywarden baseline update brings it up to date";
    throw new CliError("CLI_CONFIG", `${baselineFolder} already has a baseline; ${remedy}.`);
  }
  const key = randomBytes(32).toString("hex");
  const { report } = await scanWhole(extent, { ...setup, baseline: { key, ids: new Set() } }, terminal);
  const found = idsOf(report.findings.map(({ finding }) => finding));
  writeBaseline(extent.top, { key, added: found, removed: [] });
  terminal.print(describeAdded(report, new Set(found)));
  const count = found.length === 1 ? "1 key" : `${found.length} keys`;
  const isTracked = (await findRepository(extent.top, terminal.env)) !== null;
  const next = isTracked ? `Commit it: git add ${baselineFolder}` : "It is not in a git repository.";
  terminal.print(`The baseline in ${baselineFolder} accepts ${count}. ${next}\n`);
  return 0;
}

async function update(extent: Extent, setup: Known, terminal: Terminal): Promise<ExitStatus> {
  const { key, ids } = setup.baseline;
  const { report } = await scanWhole(extent, { ...setup, baseline: { key, ids: new Set() } }, terminal);
  const found = idsOf(report.findings.map(({ finding }) => finding));
  const added = found.filter((id) => !ids.has(id));
  const removed = [...ids].filter((id) => !found.includes(id)).sort();
  writeBaseline(extent.top, { key, added, removed });
  terminal.print(describeAdded(report, new Set(added)));
  const changes = `${added.length} added, ${removed.length} no longer found and removed`;
  terminal.print(`${changes}; the baseline accepts ${found.length} now.\n`);
  return 0;
}

async function audit(extent: Extent, setup: Known, terminal: Terminal): Promise<ExitStatus> {
  const { report, tools } = await scanWhole(extent, setup, terminal);
  const { config, baseline } = setup;
  const stale = [...baseline.ids].filter((id) => !tools.suppression.suppressor.seenIds.has(id)).sort();
  const unused = describeUnused(config.allow, tools.suppression, report);
  const lines = [
    ...report.suppressed.map(describeSuppressed),
    ...stale.map((id) => `${id.slice(0, 12)}…  no longer found`),
    ...report.summary.expired,
    ...unused,
  ];
  const { inline, config: allowed, baseline: old } = report.summary.suppressed;
  const reported = report.findings.length;
  terminal.print(lines.map((line) => `${line}\n`).join(""));
  terminal.print(
    `accepted: ${old} in the baseline, ${allowed} by keywarden.json, ${inline} by keywarden:allow; reported: ${reported}\n`,
  );
  if (stale.length > 0) terminal.print("keywarden baseline update removes what is no longer found.\n");
  return lines.length > report.suppressed.length ? 1 : 0;
}

/** @throws CliError CLI_INCOMPLETE when something could not be read: half a scan would make half a baseline. */
async function scanWhole(
  { top, withHistory }: Extent,
  setup: Setup,
  terminal: Terminal,
): Promise<{ readonly report: ScanReport; readonly tools: ScanTools }> {
  const { env, now } = terminal;
  const tools = makeScanTools(setup, setup.config.policy, now(), makeFromTop(top, top));
  const progress = progressOf("files", terminal);
  try {
    await scanPaths({ paths: [], includeIgnored: false }, { directory: top, env }, tools, progress.update);
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

const idsOf = (findings: readonly Finding[]): readonly string[] =>
  [...new Set(findings.flatMap(({ id }) => id ?? []))].sort();

function describeAdded({ findings }: ScanReport, added: ReadonlySet<string>): string {
  return findings
    .filter(({ finding }) => finding.id !== undefined && added.has(finding.id))
    .map(({ finding }) => `accepted  ${describeKeyAt(finding)}\n`)
    .join("");
}

const describeSuppressed = (accepted: SuppressedFinding): string =>
  `${describeKeyAt(accepted.finding)}  ${describeSuppression(accepted)}`;

const describeKeyAt = (finding: Finding): string => `${describeLocation(finding)}  ${finding.redacted}`;
