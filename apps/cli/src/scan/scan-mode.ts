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
  const takesPaths = !history && since === undefined;
  const asked = [
    ...named.map((name) => `--${name === "commitMsg" ? "commit-msg" : name}`),
    ...(operands.length > 0 && takesPaths ? [`the path ${JSON.stringify(operands[0])}`] : []),
  ];
  if (asked.length > 1) throw new CliError("CLI_USAGE", `Scan one thing at a time: ${asked.join(" or ")}.`);
  const [only] = named;
  return only === undefined ? "paths" : modeByFlag[only];
}

const keysOf = <T extends object>(table: T): readonly (keyof T)[] => Object.keys(table) as (keyof T)[];
