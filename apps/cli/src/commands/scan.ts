import { resolve } from "node:path";
import type { ScanReport } from "@keywarden/scan";
import { CliError } from "../cli-error.ts";
import type { Setup } from "../config/load-config.ts";
import { policySetting } from "../config/policy-setting.ts";
import { deliverReport } from "../deliver-report.ts";
import type { Options } from "../options.ts";
import type { AskedCommits } from "../sources/find-scope.ts";
import type { Judging } from "../sources/judging.ts";
import type { ScanTools } from "../sources/scan-tools.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden scan` in all its modes: paths, `--staged`, `--stdin`, a message, or commits. */
export async function scan(options: Options, terminal: Terminal): Promise<ExitStatus> {
  const startedAtMs = terminal.now();
  const mode = modeOf(options);
  const { setup, tools, isWhole, scanned } = await scanMode(mode, options, terminal);
  const report = tools.tally.report(scanned ?? mode);
  const { providers } = setup.config;
  await deliverReport(report, { providers, startedAtMs }, options, terminal);
  // A part of the repository says nothing about entries that are meant for another part.
  const unused = isWhole && report.summary.complete ? await findUnused(report, setup, tools) : [];
  for (const line of unused) terminal.warn(`keywarden: ${line}\n`);
  return unused.length > 0 ? 2 : statusOf(report);
}

type Mode = Exclude<ScanReport["summary"]["mode"], "push">;

const modeByFlag: Readonly<Record<string, Mode>> = {
  staged: "staged",
  stdin: "stdin",
  "commit-msg": "message",
  history: "history",
  range: "history",
  since: "history",
  ci: "history",
};

function modeOf({ switches, values, operands }: Options): Mode {
  const given = Object.keys(modeByFlag).filter((name) => switches.has(name) || values.has(name));
  // --since says how much of a history is meant, and what follows --history are refs.
  const named = given.filter((name) => name !== "since" || !given.includes("history"));
  const takesPaths = !given.includes("history") && !given.includes("since");
  const asked = [
    ...named.map((name) => `--${name}`),
    ...(operands.length > 0 && takesPaths ? [`the path ${JSON.stringify(operands[0])}`] : []),
  ];
  if (asked.length > 1) throw new CliError("CLI_USAGE", `Scan one thing at a time: ${asked.join(" or ")}.`);
  return modeByFlag[named[0] ?? ""] ?? "paths";
}

export interface Done {
  readonly setup: Setup;
  readonly tools: ScanTools;
  /** Whether all files of the repository were looked at. */
  readonly isWhole: boolean;
  /** What was scanned where that is not what the command line says. */
  readonly scanned?: Mode;
}

async function scanMode(mode: Mode, options: Options, terminal: Terminal): Promise<Done> {
  if (mode === "staged") return (await import("./scan-staged.ts")).scanIndex(options, terminal);
  const { directory, env, now } = terminal;
  const { loadSetup } = await import("../config/load-config.ts");
  const { makeScanTools } = await import("../sources/scan-tools.ts");
  const makeTools = (setup: Setup, fromTop: Judging["fromTop"]): ScanTools =>
    makeScanTools(setup, policySetting(setup.config.policy, options, env), now(), fromTop);
  if (mode === "history") {
    const { scanCommits } = await import("./scan-commits.ts");
    return scanCommits(askedCommits(options), options, terminal);
  }
  const { top, ...setup } = await loadSetup(directory, env);
  if (mode === "message") {
    const { scanCommitMessage } = await import("../sources/commit-message.ts");
    const tools = makeTools(setup, () => null);
    scanCommitMessage(options.values.get("commit-msg") ?? "", terminal, tools);
    return { setup, tools, isWhole: false };
  }
  if (mode === "stdin") {
    const { scanStdin } = await import("../sources/stdin.ts");
    const tools = makeTools(setup, () => null);
    await scanStdin(terminal.stdin, tools.scanner, tools.tally);
    return { setup, tools, isWhole: false };
  }
  const { makeFromTop } = await import("../sources/from-top.ts");
  const { scanPaths } = await import("../sources/paths.ts");
  const { progressOf } = await import("../progress.ts");
  const tools = makeTools(setup, makeFromTop(top, directory));
  const selection = { paths: options.operands, includeIgnored: options.switches.has("no-ignore") };
  const progress = progressOf("files", terminal);
  try {
    await scanPaths(selection, { directory, env }, tools, progress.update);
  } finally {
    progress.finish();
  }
  tools.tally.requireSomethingLeft();
  return { setup, tools, isWhole: options.operands.length === 0 && resolve(top) === resolve(directory) };
}

function askedCommits({ switches, values, operands }: Options): AskedCommits {
  const range = values.get("range");
  if (range !== undefined) return { kind: "range", range };
  return switches.has("ci")
    ? { kind: "ci" }
    : { kind: "history", refs: operands, since: values.get("since") };
}

async function findUnused(
  report: ScanReport,
  { config }: Setup,
  tools: ScanTools,
): Promise<readonly string[]> {
  if (config.allow.length === 0) return [];
  const { describeUnused } = await import("../config/allow-use.ts");
  return describeUnused(config.allow, tools.judging, report);
}

/** Gives the exit status of a scan: 2 when it could not tell, 1 when something blocks. */
export function statusOf({ findings, summary }: ScanReport): ExitStatus {
  if (!summary.complete) return 2;
  return findings.some(({ finding }) => finding.action === "block") ? 1 : 0;
}
