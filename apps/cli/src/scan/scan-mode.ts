import type { ScanReport } from "@keywarden/scan";
import { CliError } from "../cli-error.ts";
import type { ScanCall, ScanFlags } from "../flags/scan-flags.ts";

/** What a scan looks at. */
export type ScanMode = Exclude<ScanReport["summary"]["mode"], "push">;

const modeByFlag = {
  staged: "staged",
  stdin: "stdin",
  commitMsg: "message",
  agents: "agents",
  package: "paths",
  history: "history",
  range: "history",
  since: "history",
  ci: "history",
} as const satisfies Partial<Record<keyof ScanFlags, ScanMode>>;

/** Reads from the flags what is to be scanned. @throws CliError CLI_USAGE when that is several things at a time. */
export function modeOf({ flags, operands }: ScanCall): ScanMode {
  const { history, since } = flags;
  const given = keysOf(modeByFlag).filter((name) => flags[name] !== undefined && flags[name] !== false);
  // --since says how much of a history is meant, and what follows --history are refs.
  const named = given.filter((name) => name !== "since" || !history);
  const takesPaths = !history && since === undefined && !flags.package;
  const asked = [
    ...named.map((name) => `--${name === "commitMsg" ? "commit-msg" : name}`),
    ...(operands.length > 0 && takesPaths ? [`the path ${JSON.stringify(operands[0])}`] : []),
  ];
  if (asked.length > 1) throw new CliError("CLI_USAGE", `Scan one thing at a time: ${asked.join(" or ")}.`);
  const [only] = named;
  const mode = only === undefined ? "paths" : modeByFlag[only];
  requireUse(flags, mode, asked[0]);
  return mode;
}

// A flag that is passed over would have a smaller scan look like the one that was asked for.
function requireUse({ shellHistory, agents, noIgnore, output }: ScanFlags, mode: ScanMode, what = ""): void {
  if (shellHistory && !agents)
    throw new CliError(
      "CLI_USAGE",
      "--shell-history belongs to --agents: keywarden scan --agents --shell-history",
    );
  if (output === "-")
    throw new CliError("CLI_USAGE", "--output names a file; without it the report goes to standard output.");
  if (noIgnore && mode !== "paths")
    throw new CliError("CLI_USAGE", `--no-ignore is about files in a folder, not ${what}.`);
}

const keysOf = <T extends object>(table: T): readonly (keyof T)[] => Object.keys(table) as (keyof T)[];
