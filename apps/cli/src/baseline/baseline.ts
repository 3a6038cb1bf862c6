import { randomBytes } from "node:crypto";
import { findRepository } from "@keywarden/git";
import {
  baselineFolder,
  describeUnused,
  emptyBaseline,
  loadSetup,
  writeBaseline,
  type Baseline,
  type Setup,
} from "@keywarden/repository-config";
import { describeSuppression, type Finding, type ScanReport, type SuppressedFinding } from "@keywarden/scan";
import { CliError } from "../cli-error.ts";
import type { BaselineCall } from "../flags/baseline-actions.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { addToBaseline } from "./add-to-baseline.ts";
import { describeKeyAt, scanWhole, type Extent } from "./scan-whole.ts";

/** `keywarden baseline create | add | update | audit`, always over the whole repository. */
export async function baseline(call: BaselineCall, terminal: Terminal): Promise<ExitStatus> {
  const { top, ...setup } = await loadSetup(terminal);
  const { action } = call;
  const extent = { top, withHistory: call.flags.history };
  if (action === "create") return create(extent, setup, terminal);
  if (action === "add") return addToBaseline(call, extent, setup, terminal);
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
  const { report } = await scanWhole(extent, { ...setup, baseline: emptyBaseline(key) }, terminal);
  const found = idsOf(report.findings.map(({ finding }) => finding));
  writeBaseline(extent.top, { key, added: found.map((id) => ({ id })), removed: [] });
  terminal.print(describeAdded(report, new Set(found)));
  const count = found.length === 1 ? "1 key" : `${found.length} keys`;
  const isTracked = (await findRepository(extent.top, terminal.env)) !== null;
  const next = isTracked ? `Commit it: git add :/${baselineFolder}` : "It is not in a git repository.";
  terminal.print(`The baseline in ${baselineFolder} accepts ${count}. ${next}\n`);
  return 0;
}

async function update(extent: Extent, setup: Known, terminal: Terminal): Promise<ExitStatus> {
  const { key, ids, namesOf } = setup.baseline;
  const { report } = await scanWhole(extent, { ...setup, baseline: emptyBaseline(key) }, terminal);
  const found = idsOf(report.findings.map(({ finding }) => finding));
  const added = found.filter((id) => !ids.has(id));
  const removed = [...ids].filter((id) => !found.includes(id)).sort();
  writeBaseline(extent.top, {
    key,
    added: added.map((id) => ({ id })),
    removed: removed.flatMap((id) => namesOf(id)),
  });
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
