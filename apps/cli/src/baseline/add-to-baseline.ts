import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import {
  baselineFileName,
  baselineFolder,
  dayOf,
  emptyBaseline,
  writeBaseline,
  type NewEntry,
  type Setup,
} from "@keywarden/repository-config";
import { makeFromTop } from "@keywarden/repository-scan";
import type { Finding } from "@keywarden/scan";
import { CliError } from "../cli-error.ts";
import type { AddToBaselineFlags } from "../flags/baseline-actions.ts";
import { requireKeyFree } from "./require-key-free.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { describeKeyAt, scanWhole, type Extent } from "./scan-whole.ts";

interface AddCall {
  readonly flags: AddToBaselineFlags;
  readonly operands: readonly string[];
}

type Facts = Omit<NewEntry, "id"> & { readonly reason: string };

const shortestId = 8;

/** `keywarden baseline add`: accepts the findings that are named, and makes the baseline where there is none. */
export async function addToBaseline(
  { flags, operands }: AddCall,
  extent: Extent,
  setup: Setup,
  terminal: Terminal,
): Promise<ExitStatus> {
  const facts = readFacts(flags, terminal.now());
  requireKeyFree("--reason", facts.reason, setup.config.providers);
  requireKeyFree("--owner", facts.owner, setup.config.providers);
  const key = setup.baseline?.key ?? randomBytes(32).toString("hex");
  const namesOf = setup.baseline?.namesOf ?? ((): readonly string[] => []);
  const { report } = await scanWhole(extent, { ...setup, baseline: emptyBaseline(key) }, terminal);
  const findings = report.findings.map(({ finding }) => finding);
  const fromTop = makeFromTop(extent.top, terminal.directory);
  const chosen = operands.flatMap((operand) => {
    const named = findings.filter((finding) => isNamed(finding, operand, fromTop));
    if (named.length === 0) throw nothingFound(operand, extent);
    return named;
  });
  const ids = [...new Set(chosen.flatMap(({ id }) => id ?? []))].sort();
  writeBaseline(extent.top, {
    key,
    added: ids.map((id) => ({ id, ...facts })),
    // An entry that is given anew replaces the old one, whose day may be another.
    removed: ids
      .flatMap((id) => namesOf(id))
      .filter((name) => !ids.some((id) => name === baselineFileName(id, facts.expires))),
  });
  terminal.print(chosen.map((finding) => `accepted  ${describeKeyAt(finding)}\n`).join(""));
  const until = facts.expires === undefined ? "" : ` until ${facts.expires}`;
  const count = ids.length === 1 ? "1 key" : `${ids.length} keys`;
  terminal.print(
    `The baseline accepts ${count}${until}: ${facts.reason}. Commit it: git add :/${baselineFolder}\n`,
  );
  return 0;
}

function readFacts({ reason, owner, expires }: AddToBaselineFlags, nowMs: number): Facts {
  const isSentence = (text: string, longest: number): boolean =>
    /\p{L}\p{L}/u.test(text) && /^\P{C}+$/u.test(text) && text.length <= longest;
  if (!isSentence(reason, 200)) {
    throw new CliError(
      "CLI_USAGE",
      "--reason takes a sentence of 2 to 200 characters: why this key is no danger.",
    );
  }
  if (owner !== undefined && !isSentence(owner, 64)) {
    throw new CliError("CLI_USAGE", "--owner takes a name of 2 to 64 characters: who answers for it.");
  }
  const expiresAtMs = expires === undefined ? undefined : dayOf(expires);
  if (expiresAtMs === null) {
    throw new CliError("CLI_USAGE", "--expires takes a day that exists, written as 2027-01-31.");
  }
  if (expiresAtMs !== undefined && expiresAtMs <= nowMs) {
    throw new CliError("CLI_USAGE", `--expires ${expires} is past: the key would be reported at once.`);
  }
  return { reason, ...(owner === undefined ? {} : { owner }), ...(expires === undefined ? {} : { expires }) };
}

function isNamed(finding: Finding, operand: string, fromTop: (shown: string) => string | null): boolean {
  if (/^[0-9a-f]{8,64}$/.test(operand) && finding.id?.startsWith(operand) === true) return true;
  const [, path = operand, line] = /^(.*?):(\d+)(?::\d+)?$/s.exec(operand) ?? [];
  if (line !== undefined && Number(line) !== finding.line) return false;
  const shown = finding.member === undefined ? finding.path : `${finding.path}!/${finding.member}`;
  const wanted = fromTop(path) ?? path;
  return wanted === finding.path || wanted === shown;
}

function nothingFound(operand: string, { withHistory, top }: Extent): CliError {
  const isShort = /^[0-9a-f]+$/.test(operand) && operand.length < shortestId;
  const more = isShort
    ? `a finding id needs ${shortestId} digits`
    : withHistory
      ? "keywarden scan --history --format json lists them"
      : "keywarden scan lists them, and --history includes old commits";
  return new CliError(
    "CLI_USAGE",
    `Nothing is reported at ${JSON.stringify(operand)} in ${resolve(top)}; ${more}.`,
  );
}
