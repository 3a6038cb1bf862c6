import type { ScanReport } from "@keywarden/scan";
import { CliError } from "../cli-error.ts";
import type { Options } from "../options.ts";

/** What a scan looks at. */
export type Mode = Exclude<ScanReport["summary"]["mode"], "push">;

const modeByFlag: Readonly<Record<string, Mode>> = {
  staged: "staged",
  stdin: "stdin",
  "commit-msg": "message",
  history: "history",
  range: "history",
  since: "history",
  ci: "history",
};

/** Reads from the flags what is to be scanned. @throws CliError CLI_USAGE when that is several things at a time. */
export function modeOf({ switches, values, operands }: Options): Mode {
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
