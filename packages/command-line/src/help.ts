import { allFlags, type Command, type HelpSection } from "./command.ts";
import { choicesOf, type Flag, type Flags } from "./flag.ts";
import { globalFlags } from "./global-flags.ts";
import type { Program } from "./program.ts";
import { callOf } from "./read-command-line.ts";
import type { ProcessTerminal } from "./terminal.ts";

type Rows = readonly (readonly [left: string, right: string])[];

/** Renders what a program is and what it can be asked. */
export function renderProgramHelp<T extends ProcessTerminal>(program: Program<T>): string {
  const { name, summary, main, commands, sections = [], exits } = program;
  const rows = commands.map((command): readonly [string, string] => [
    `${name} ${command.name}`,
    command.summary,
  ]);
  return [
    `${name}: ${summary}`,
    "",
    ...(main === undefined ? [] : describe(program, main)),
    ...section("Commands", rows),
    ...sections.flatMap(({ title, rows: own }) => section(title, own)),
    ...(main === undefined ? [] : section("Examples", main.examples ?? [])),
    `Exit status: ${main?.exits ?? exits}`,
    ...(commands.length === 0 ? [] : [`${name} help <command> explains a command and its flags.`]),
    "",
  ].join("\n");
}

/** Renders everything about one command. */
export async function renderCommandHelp<T extends ProcessTerminal>(
  program: Program<T>,
  command: Command<T>,
): Promise<string> {
  const more = (await command.sections?.()) ?? [];
  return [
    `${callOf(program, command)}: ${command.summary}`,
    "",
    ...describe(program, command),
    ...more.flatMap(({ title, rows }) => section(title, rows)),
    ...section("Examples", command.examples ?? []),
    `Exit status: ${command.exits ?? program.exits}`,
    "",
  ].join("\n");
}

function describe<T extends ProcessTerminal>(program: Program<T>, command: Command<T>): readonly string[] {
  const flags: Flags = { ...command.flags, ...globalFlags };
  return [
    ...command.usage.map((line) => `  ${`${program.name} ${line}`.trimEnd()}`),
    "",
    ...paragraph(command.description ?? []),
    ...section(
      "Actions",
      Object.entries(command.actions).map(([name, { summary }]) => [name, summary]),
    ),
    ...section("Flags", flagRows(flags)),
    ...Object.entries(command.actions).flatMap(([name, action]) =>
      section(`Flags of ${name}`, flagRows(action.flags ?? {})),
    ),
    ...meaningsOf({ ...allFlags(command), ...globalFlags }).flatMap(({ title, rows }) =>
      section(title, rows),
    ),
  ];
}

/** Gives a row of help for each flag. */
export const flagRows = (flags: Flags): Rows =>
  Object.entries(flags).map(([name, flag]) => [flagText(name, flag), summaryText(flag)]);

/** Gives the tables of what each value of a flag means. */
export function meaningsOf(flags: Flags): readonly HelpSection[] {
  return Object.entries(flags).flatMap(([name, flag]) =>
    flag.kind === "choice" && !Array.isArray(flag.choices)
      ? [{ title: `Values of --${name}`, rows: Object.entries(flag.choices as Record<string, string>) }]
      : [],
  );
}

/** `--output <file>` */
function flagText(name: string, flag: Flag): string {
  return "value" in flag ? `--${name} <${flag.value}>` : `--${name}`;
}

/** A flag's summary, and what holds where it is absent. */
function summaryText(flag: Flag): string {
  if (flag.kind === "switch" || flag.kind === "shorthand") return flag.summary;
  const choices = flag.kind === "choice" && !Array.isArray(flag.choices) ? [] : choicesOf(flag);
  const standing = "default" in flag && flag.default !== undefined ? String(flag.default) : undefined;
  const shown = flag.shownDefault ?? standing;
  const notes = [
    ...(choices.length === 0 ? [] : [choices.join(", ")]),
    ...(flag.kind === "list" ? ["repeatable"] : []),
    ...(flag.required === true ? ["required"] : []),
    ...(shown === undefined ? [] : [`default: ${shown}`]),
    ...(flag.variable === undefined ? [] : [flag.variable]),
  ];
  return notes.length === 0 ? flag.summary : `${flag.summary} (${notes.join("; ")})`;
}

const paragraph = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [...lines, ""]);

function section(title: string, rows: Rows): readonly string[] {
  return rows.length === 0 ? [] : [title, ...table(rows), ""];
}

const longestLine = 110;
const widestLeft = 60;

function table(rows: Rows): readonly string[] {
  const fitting = rows.map(([left]) => left.length).filter((length) => length <= widestLeft);
  const width = Math.max(8, ...fitting);
  const margin = " ".repeat(width + 4);
  return rows.flatMap(([left, right]) => {
    const [first = "", ...more] = wrap(right, longestLine - margin.length);
    const head = `  ${left.padEnd(width)}  ${first}`.trimEnd();
    const lines = left.length > width ? [`  ${left}`, `${margin}${first}`] : [head];
    return [...lines, ...more.map((line) => `${margin}${line}`)];
  });
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
