import { keyCommands, keyFlags } from "./key-commands.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

/** One flag, as the parser reads it and as help explains it. */
export interface Flag {
  readonly name: string;
  /** How help names the value; a flag without one is a switch. */
  readonly value?: string;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** What holds when the flag is absent, where that is not obvious. */
  readonly standard?: string;
  /** The environment variable that says the same where the flag is absent. */
  readonly variable?: string;
  readonly summary: string;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** How it is called, one line for each way. */
  readonly usage: readonly string[];
  readonly description: readonly string[];
  /** Names from {@link flags}. */
  readonly flags: readonly string[];
  /** Names and meanings of what may follow the command, where that is a fixed set. */
  readonly actions?: Readonly<Record<string, string>>;
  /** The actions that take operands of their own. */
  readonly takes?: readonly string[];
  /** What its exit status says, where that is not about findings. */
  readonly exits?: string;
  /** More to explain, from tables that are too dear to load for anything but help. */
  readonly sections?: () => Promise<readonly HelpSection[]>;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Loads the command only when it runs: start-up time is what every commit waits for. */
  readonly load: () => Promise<(options: Options, terminal: Terminal) => Promise<ExitStatus>>;
}

export interface HelpSection {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}

/** A command line that has been understood. */
export interface Options {
  readonly command: Command;
  readonly operands: readonly string[];
  readonly switches: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  /** Every value that a flag was given, in order; {@link values} has the last one. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

export const flags: readonly Flag[] = [
  { name: "staged", summary: "scan what the next commit adds, as the pre-commit hook does" },
  { name: "stdin", summary: "scan standard input" },
  {
    name: "format",
    value: "text|json",
    choices: ["text", "json"],
    standard: "text",
    summary: "how to report",
  },
  { name: "output", value: "file", summary: "write the report there instead of to standard output" },
  {
    name: "min-confidence",
    value: "level",
    choices: ["low", "medium", "high"],
    standard: "medium",
    summary: "report from this confidence up: low, medium or high",
  },
  { name: "publishable", summary: "report publishable keys too, which are made to be public" },
  { name: "no-ignore", summary: "scan files that .gitignore excludes, too" },
  {
    name: "color",
    value: "when",
    choices: ["auto", "always", "never"],
    standard: "auto",
    summary: "use colour: auto, always or never; NO_COLOR is obeyed too",
  },
  { name: "shared", summary: "install even if other repositories use the same hooks folder" },
  ...keyFlags,
  { name: "debug", summary: "print where in the program an error came from" },
  { name: "help", summary: "explain the command" },
  { name: "version", summary: "print the version" },
];

const everywhere = ["debug", "help"];

export const commands: readonly Command[] = [
  {
    name: "scan",
    summary: "find keys in files, in what is staged, or in standard input",
    usage: ["keywarden scan [path or glob ...]", "keywarden scan --staged", "keywarden scan --stdin"],
    description: [
      "Without paths it scans the folder it is called in. Inside a git repository that means tracked",
      "and new files, without the ignored ones. Secret and restricted keys of any environment are",
      "findings; publishable keys, placeholders and published examples are counted and left alone.",
    ],
    flags: [
      "staged",
      "stdin",
      "format",
      "output",
      "min-confidence",
      "publishable",
      "no-ignore",
      "color",
      ...everywhere,
    ],
    examples: [
      ["keywarden scan", "everything here"],
      ["keywarden scan src 'config/**/*.yml'", "a folder and a glob"],
      ["keywarden scan --staged", "what the next commit adds"],
      ["git log -p | keywarden scan --stdin", "any text at all"],
    ],
    load: async () => (await import("./commands/scan.ts")).scan,
  },
  {
    name: "hook",
    summary: "stop commits that add a key",
    usage: ["keywarden hook install | uninstall | status"],
    description: [
      "Puts the check in front of whatever pre-commit hook is there (husky, core.hooksPath or plain)",
      "and never overwrites it; uninstall takes out exactly what install put in.",
    ],
    flags: ["shared", "color", ...everywhere],
    actions: {
      install: "check every commit in this repository",
      uninstall: "stop checking",
      status: "say which hook really fires; exits 1 unless it is ours",
    },
    examples: [["keywarden hook install", "and the next commit is checked"]],
    load: async () => (await import("./commands/hook.ts")).hook,
  },
  ...keyCommands,
  {
    name: "help",
    summary: "explain a command",
    usage: ["keywarden help [command]"],
    description: [],
    flags: everywhere,
    examples: [["keywarden help scan", "all about scanning"]],
    load: async () => (await import("./commands/help.ts")).help,
  },
];
