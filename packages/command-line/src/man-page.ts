import { allFlags, type Command, type HelpSection } from "./command.ts";
import type { Flags } from "./flag.ts";
import { globalFlags } from "./global-flags.ts";
import { flagRows, meaningsOf } from "./help.ts";
import type { Program } from "./program.ts";
import type { ProcessTerminal } from "./terminal.ts";

/** Renders a program's manual page (section 1) in the man macros of troff, from the tables that help is made from. */
export async function renderManPage<T extends ProcessTerminal>(program: Program<T>): Promise<string> {
  const { name, version, summary, main, commands, sections = [], exits } = program;
  const described = await Promise.all(commands.map((command) => describeCommand(program, command)));
  const lines = [
    `.TH ${quote(name.toUpperCase())} 1 "" ${quote(`${name} ${version}`)} "User Commands"`,
    ...heading("NAME"),
    text(`${name} - ${summary}`),
    ...heading("SYNOPSIS"),
    ...(main === undefined
      ? [`${name} <command> [flags]`]
      : main.usage.map((line) => `${name} ${line}`)
    ).flatMap((line) => [text(line), ".br"]),
    ...(main === undefined ? [] : [...heading("DESCRIPTION"), ...(main.description ?? []).map(text)]),
    ...heading("OPTIONS"),
    ...flagLines({ ...main?.flags, ...globalFlags }),
    ...heading("COMMANDS"),
    ...described.flat(),
    ...sections.flatMap(sectionLines),
    ...(main?.examples === undefined ? [] : [...heading("EXAMPLES"), ...rowLines(main.examples)]),
    ...heading("EXIT STATUS"),
    text(main?.exits ?? exits),
  ];
  return `${lines.join("\n")}\n`;
}

async function describeCommand<T extends ProcessTerminal>(
  program: Program<T>,
  command: Command<T>,
): Promise<readonly string[]> {
  const { name, summary, usage, description = [], actions, flags, examples = [], exits } = command;
  const more = (await command.sections?.()) ?? [];
  return [
    `.SS ${quote(`${program.name} ${name}`)}`,
    text(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`),
    ...usage.flatMap((line) => [".br", text(`${program.name} ${line}`)]),
    ...(description.length === 0 ? [] : [".PP", ...description.map(text)]),
    ...rowLines(Object.entries(actions).map(([action, entry]) => [action, entry.summary])),
    ...flagLines(flags),
    ...Object.entries(actions).flatMap(([action, { flags: own = {} }]) =>
      Object.keys(own).length === 0 ? [] : [".PP", text(`Flags of ${action}:`), ...flagLines(own)],
    ),
    ...[...meaningsOf(allFlags(command)), ...more].flatMap(({ title, rows }) => [
      ".PP",
      text(`${title}:`),
      ...rowLines(rows),
    ]),
    ...(examples.length === 0 ? [] : [".PP", "Examples:", ...rowLines(examples)]),
    ".PP",
    text(`Exit status: ${exits ?? program.exits}`),
  ];
}

const flagLines = (flags: Flags): readonly string[] => rowLines(flagRows(flags));

const sectionLines = ({ title, rows }: HelpSection): readonly string[] => [
  ...heading(title.toUpperCase()),
  ...rowLines(rows),
];

const rowLines = (rows: HelpSection["rows"]): readonly string[] =>
  rows.flatMap(([left, right]) => [".TP", `.B ${quote(left)}`, text(right)]);

const heading = (title: string): readonly string[] => [`.SH ${quote(title)}`];

/** A line of text: no character of it means anything to troff. */
function text(line: string): string {
  const escaped = line.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("…", "...");
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** An argument of a macro. */
const quote = (argument: string): string => `"${text(argument).replaceAll('"', "\\(dq")}"`;
