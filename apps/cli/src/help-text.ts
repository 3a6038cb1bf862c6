import { commands, flagsOf } from "./options.ts";
import type { Command, Flag, HelpSection } from "./options.ts";

/** Renders the overview of all commands. */
export function renderHelp(): string {
  return [
    "keywarden finds API keys before they leave your machine.",
    "",
    ...table(commands.map(({ name, summary }) => [`keywarden ${name}`, summary])),
    "",
    "Start with",
    ...table([
      ["keywarden scan", "look through the folder you are in"],
      ["keywarden hook install", "check every commit from now on"],
    ]),
    "",
    "Exit status: 0 nothing found, 1 keys found, 2 could not tell.",
    "keywarden help <command> explains a command and its flags.",
    "",
  ].join("\n");
}

/** Renders everything about one command. */
export function renderCommandHelp(command: Command, more: readonly HelpSection[] = []): string {
  const own = flagsOf(command);
  return [
    `keywarden ${command.name}: ${command.summary}`,
    "",
    ...command.usage.map((line) => `  ${line}`),
    "",
    ...paragraph(command.description),
    ...section("Actions", Object.entries(command.actions ?? {})),
    ...section(
      "Flags",
      own.map((flag) => [flagText(flag), summaryText(flag)]),
    ),
    ...own.flatMap(({ name, meanings = {} }) => section(`Values of --${name}`, Object.entries(meanings))),
    ...more.flatMap(({ title, rows }) => section(title, rows)),
    ...section("Examples", command.examples),
    command.exits ?? "Exit status: 0 nothing found, 1 keys found, 2 could not tell.",
    "",
  ].join("\n");
}

const paragraph = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [...lines, ""]);

function section(title: string, rows: readonly (readonly [string, string])[]): readonly string[] {
  return rows.length === 0 ? [] : [title, ...table(rows), ""];
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

const flagText = (flag: Flag): string =>
  flag.value === undefined ? `--${flag.name}` : `--${flag.name} <${flag.value}>`;

function summaryText({ summary, standard, variable }: Flag): string {
  const notes = [
    ...(standard === undefined ? [] : [standard]),
    ...(variable === undefined ? [] : [variable]),
  ];
  return notes.length === 0 ? summary : `${summary} (${notes.join("; ")})`;
}
