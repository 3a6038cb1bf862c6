import { describeWriteError } from "@keywarden/command-line";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rules, type RuleId } from "@keywarden/hygiene";
import { safeText } from "@keywarden/inventory";
import { addAccepted, configFile, dayOf, findTop, loadConfig } from "@keywarden/repository-config";
import { checkRule, isPast } from "../audit/accepting.ts";
import { CliError } from "../cli-error.ts";
import type { AcceptFlags } from "../flags/accept-flags.ts";
import { sayHowToCarryOut } from "../plans/carry-out.ts";
import { requireKeyFree } from "../baseline/require-key-free.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { writeWhole } from "../write-whole.ts";

interface AcceptCall {
  readonly flags: AcceptFlags;
  readonly operands: readonly string[];
}

const dayMs = 86_400_000;
const defaultDays = { critical: 7, high: 7, medium: 30, low: 30 } as const;

/** `keywarden accept <rule> <key>`: an entry with a last day, so that nothing is accepted for ever by forgetting it. */
export async function acceptFinding(
  { flags, operands }: AcceptCall,
  terminal: Terminal,
): Promise<ExitStatus> {
  const [rule = "", key = ""] = operands;
  checkRule(rule);
  const { providers, hygiene } = await loadConfig(terminal);
  const nowMs = terminal.now();
  const held = (hygiene.accept ?? []).find(
    (entry) => entry.rule === rule && entry.key === key && !isPast(entry.expires, nowMs),
  );
  if (held !== undefined) {
    terminal.print(
      `It is accepted already${held.expires === undefined ? "" : ` until ${held.expires}`}: ${held.reason}\n`,
    );
    return 0;
  }
  const { reason, owner } = flags;
  requireKeyFree("--reason", reason, providers);
  requireKeyFree("--owner", owner, providers);
  const expires = readLastDay(flags, rule as RuleId, nowMs);
  const entry = { key, rule, reason, ...(owner !== undefined && { owner }), expires };
  const path = join(await findTop(terminal.directory, terminal.env), configFile);
  const text = addAccepted(readIfThere(path), entry);
  terminal.print(
    `${rule}  ${safeText(key, providers)}  ${rules[rule as RuleId].title}\n` +
      `${flags.yes ? "accepted" : "would be accepted"} until ${expires}${owner === undefined ? "" : ` by ${owner}`}: ${reason}\n`,
  );
  if (!flags.yes) {
    terminal.print("Every report counts it; from that day on it is a finding again.\n\n");
    sayHowToCarryOut(terminal);
    return 0;
  }
  try {
    writeWhole(path, text);
  } catch (error) {
    const why = describeWriteError(error);
    throw new CliError("CLI_OUTPUT", `${configFile} cannot be written: ${why}.`, { cause: error });
  }
  terminal.print(`Written to ${configFile}; commit it.\n`);
  return 0;
}

function readLastDay({ expires }: AcceptFlags, rule: RuleId, nowMs: number): string {
  if (expires === undefined)
    return new Date(nowMs + defaultDays[rules[rule].severity] * dayMs).toISOString().slice(0, 10);
  const atMs = dayOf(expires);
  if (atMs === null)
    throw new CliError("CLI_USAGE", "--expires takes a day that exists, written as 2027-01-31.");
  if (atMs <= nowMs)
    throw new CliError("CLI_USAGE", `--expires ${expires} is past: it would accept nothing.`);
  return expires;
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}
