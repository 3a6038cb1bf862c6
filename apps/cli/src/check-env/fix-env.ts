import { describeWriteError } from "@keywarden/command-line";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { countOf } from "@keywarden/key-format";
import type { RuleId } from "@keywarden/hygiene";
import { CliError } from "../cli-error.ts";
import { sayHowToCarryOut } from "../plans/carry-out.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { writeWhole } from "../write-whole.ts";
import type { EnvEdit, EnvFinding } from "./env-finding.ts";

interface Change extends EnvEdit {
  readonly file: string;
}

/** Puts the findings of a rule right where a word of a `.env` file does it, and names those that it cannot. */
export function fixEnv(
  rule: RuleId,
  findings: readonly EnvFinding[],
  isSure: boolean,
  terminal: Terminal,
): ExitStatus {
  const ofRule = findings.filter((finding) => finding.rule === rule);
  const changes = changesOf(ofRule);
  const others = ofRule.filter(({ edit }) => edit === undefined);
  for (const { file, line, from, to } of changes) terminal.print(`${file}:${line}  ${from} → ${to}\n`);
  for (const { file, line, variable, next } of others)
    terminal.print(
      `${file ?? "process environment"}${line === null ? "" : `:${line}`}  ${variable ?? ""}: not fixed; ${next}\n`,
    );
  if (ofRule.length === 0) terminal.print(`Nothing to fix: there is no finding of ${rule}.\n`);
  if (changes.length > 0 && isSure) {
    for (const [file, edits] of Map.groupBy(changes, (change) => change.file)) apply(file, edits, terminal);
    const sentences = [...new Set(changes.map(({ after }) => after))];
    terminal.print(
      `${countOf(changes.length, "line")} changed.\n${sentences.map((sentence) => `${sentence}\n`).join("")}`,
    );
  } else if (changes.length > 0) {
    terminal.print("\n");
    sayHowToCarryOut(terminal);
  }
  return others.length > 0 ? 1 : 0;
}

/** Two keys beside one host are two findings and one change. */
function changesOf(findings: readonly EnvFinding[]): readonly Change[] {
  const changes = findings.flatMap(({ file, edit }) =>
    edit === undefined || file === null ? [] : [{ ...edit, file }],
  );
  return changes.filter(
    (change, at) =>
      changes.findIndex(
        (one) => one.file === change.file && one.line === change.line && one.from === change.from,
      ) === at,
  );
}

function apply(file: string, edits: readonly EnvEdit[], { directory }: Terminal): void {
  const path = resolve(directory, file);
  // As bytes: a file in any encoding that extends ASCII comes back unchanged.
  const lines = readFileSync(path, "latin1").split(/(?<=\n)|(?<=\r(?!\n))/);
  for (const { line, from, to } of edits) {
    const text = lines[line - 1] ?? "";
    const at = text.toLowerCase().indexOf(from.toLowerCase());
    if (at === -1)
      throw new CliError(
        "CLI_OUTPUT",
        `${file} was changed meanwhile: line ${line} does not hold ${from} any more.`,
      );
    lines[line - 1] = `${text.slice(0, at)}${to}${text.slice(at + from.length)}`;
  }
  try {
    writeWhole(path, Buffer.from(lines.join(""), "latin1"));
  } catch (error) {
    const why = describeWriteError(error);
    throw new CliError("CLI_OUTPUT", `${file} cannot be written: ${why}.`, { cause: error });
  }
}
