import { reportFormats } from "@keywarden/scan/report-formats";
import { conformanceCommand } from "./conformance-command.ts";
import { hygieneCommands } from "./hygiene-commands.ts";
import { keyCommands, keyFlags } from "./key-commands.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";
import { tokenCommands } from "./token-commands.ts";

/** One flag, as the parser reads it and as help explains it. */
export interface Flag {
  readonly name: string;
  /** How help names the value; a flag without one is a switch. */
  readonly value?: string;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** What each choice means, where a word does not say it. */
  readonly meanings?: Readonly<Record<string, string>>;
  /** The environment variable that says the same where the flag is absent. */
  readonly variable?: string;
  /** What holds when the flag is absent, where that is not obvious. */
  readonly standard?: string;
  readonly summary: string;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** How it is called, one line for each way. */
  readonly usage: readonly string[];
  readonly description: readonly string[];
  /** Names from {@link flags} and {@link Command.ownFlags}. */
  readonly flags: readonly string[];
  /** Flags that mean something else here than elsewhere, or are known here only. */
  readonly ownFlags?: readonly Flag[];
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
  readonly load: (options: Options) => Promise<(options: Options, terminal: Terminal) => Promise<ExitStatus>>;
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

const flags: readonly Flag[] = [
  { name: "staged", summary: "scan what the next commit adds, as the pre-commit hook does" },
  { name: "stdin", summary: "scan standard input" },
  { name: "history", summary: "scan all that the named refs ever held; every ref unless some are named" },
  {
    name: "range",
    value: "A..B",
    summary: "scan what B has and A has not; with A...B what only one of them has",
  },
  {
    name: "since",
    value: "time",
    summary: "scan the commits made since a date such as 2026-01-31, or in the last 36h, 90d or 2w",
  },
  {
    name: "ci",
    summary: "scan the commits that this run of GitHub Actions, GitLab, CircleCI, Azure or Jenkins is for",
  },
  { name: "commit-msg", value: "file", summary: "scan the message of the commit that is being made" },
  {
    name: "explain",
    value: "path",
    summary:
      "say why a file is scanned or not, and what becomes of each key in it; --staged: of the next commit",
  },
  {
    name: "format",
    value: "format",
    choices: reportFormats.map(({ name }) => name),
    meanings: Object.fromEntries(reportFormats.map(({ name, summary }) => [name, summary])),
    standard: "text",
    summary: "how to report: one of the formats below",
  },
  {
    name: "output",
    value: "file",
    summary: "write the report there, whole or not at all; the text is printed as well",
  },
  {
    name: "min-confidence",
    value: "level",
    choices: ["low", "medium", "high"],
    variable: "KEYWARDEN_MIN_CONFIDENCE",
    standard: "medium",
    summary: "report from this confidence up: low, medium or high",
  },
  { name: "publishable", summary: "report publishable keys too, which are made to be public" },
  {
    name: "show-accepted",
    summary: "list accepted keys with their reason; in SARIF as results with suppressions",
  },
  { name: "no-ignore", summary: "scan files that .gitignore excludes, too" },
  {
    name: "color",
    value: "when",
    choices: ["auto", "always", "never"],
    standard: "auto",
    summary: "use colour: auto, always or never; NO_COLOR is obeyed too",
  },
  {
    name: "all",
    summary: "every hook that can stop a key: pre-commit, pre-merge-commit, commit-msg and pre-push",
  },
  { name: "shared", summary: "install even if other repositories use the same hooks folder" },
  ...keyFlags,
  { name: "debug", summary: "print where in the program an error came from" },
  { name: "help", summary: "explain the command" },
  { name: "version", summary: "print the version" },
];

/** Gives the flags that a command takes, in the order in which help lists them. */
export function flagsOf(command: Pick<Command, "flags" | "ownFlags">): readonly Flag[] {
  return command.flags.flatMap((name) => {
    const named = (flag: Flag) => flag.name === name;
    return command.ownFlags?.find(named) ?? flags.find(named) ?? [];
  });
}

const everywhere = ["debug", "help"];

export const commands: readonly Command[] = [
  {
    name: "scan",
    summary: "find keys in files, in what is staged, or in standard input",
    usage: [
      "keywarden scan [path or glob ...]",
      "keywarden scan --staged",
      "keywarden scan --history [ref ...]",
      "keywarden scan --range A..B | --since 90d | --ci",
      "keywarden scan --stdin | --commit-msg <file>",
      "keywarden scan --explain <path> [--staged]",
    ],
    description: [
      "Without paths it scans the folder it is called in. Inside a git repository that means tracked",
      "and new files, without the ignored ones. Secret and restricted keys of any environment are",
      "findings; publishable keys, placeholders and published examples are counted and left alone.",
    ],
    flags: [
      "staged",
      "stdin",
      "history",
      "range",
      "since",
      "ci",
      "commit-msg",
      "explain",
      "format",
      "output",
      "min-confidence",
      "publishable",
      "show-accepted",
      "no-ignore",
      "color",
      ...everywhere,
    ],
    examples: [
      ["keywarden scan", "everything here"],
      ["keywarden scan src 'config/**/*.yml'", "a folder and a glob"],
      ["keywarden scan --staged", "what the next commit adds"],
      ["keywarden scan --history", "all commits, messages and names of all refs"],
      ["keywarden scan --range origin/main..HEAD", "what a branch adds"],
      ["git log -p | keywarden scan --stdin", "any text at all"],
      ["keywarden scan --explain build/app.js", "why it is scanned or not"],
      ["keywarden scan --format sarif --output keys.sarif", "a file for CI, and the text in its log"],
    ],
    load: async ({ switches, values }) => {
      if (values.has("explain")) return (await import("./commands/scan-explain.ts")).scanExplain;
      return switches.has("staged")
        ? (await import("./commands/scan-staged.ts")).scanStaged
        : (await import("./commands/scan.ts")).scan;
    },
  },
  {
    name: "hook",
    summary: "stop commits and pushes that add a key",
    usage: [
      "keywarden hook install | uninstall | status [hook ...]",
      "keywarden hook pre-push <remote> <url>",
      "keywarden hook commit-msg <file>",
    ],
    description: [
      "Puts the check in front of whatever hook is there (husky, core.hooksPath or plain)",
      "and never overwrites it; uninstall takes out exactly what install put in.",
    ],
    flags: ["shared", "all", "color", ...everywhere],
    actions: {
      install: "check every commit in this repository; with names or --all other hooks, too",
      uninstall: "stop checking: the named hooks, or all of them",
      status: "say which hooks really fire; exits 1 unless they are ours",
      "pre-push": "what the pre-push hook runs: scans what git says it pushes",
      "commit-msg": "what the commit-msg hook runs: scans the message in a file",
    },
    takes: ["install", "uninstall", "status", "pre-push", "commit-msg"],
    examples: [
      ["keywarden hook install", "and the next commit is checked"],
      ["keywarden hook install --all", "commits, merges, messages and pushes are checked"],
      ["keywarden hook install pre-commit pre-push", "two of them"],
    ],
    load: async () => (await import("./commands/hook.ts")).hook,
  },
  ...keyCommands,
  ...tokenCommands,
  ...hygieneCommands,
  conformanceCommand,
  {
    name: "baseline",
    summary: "accept the keys that are there today, and only these",
    usage: ["keywarden baseline create | update | audit"],
    description: [
      "A baseline lets a repository with old keys start today: it accepts them wherever they are moved to,",
      "and stops everything new. It holds names that only the key itself can be compared with, one file",
      "each in .keywarden/baseline, so that branches never conflict. Revoke what it accepts all the same.",
    ],
    flags: ["history", ...everywhere],
    actions: {
      create: "accept every key that a scan of the whole repository reports now",
      update: "add what is reported now, and take out what is no longer there",
      audit: "list all that is accepted, by whom and why; exits 1 when an entry is stale or expired",
    },
    examples: [["keywarden baseline create", "then: git add .keywarden && git commit"]],
    load: async () => (await import("./commands/baseline.ts")).baseline,
  },
  {
    name: "doctor",
    summary: "say which hook really fires, and prove that it stops a key",
    usage: ["keywarden doctor"],
    description: [
      "Looks at Node, git, the hook, the configuration and what git itself searches for, then makes a key, adds it",
      "to a copy of the index that is thrown away, and runs the hook over it; a hook of lefthook, of the pre-commit",
      "framework or of yours that calls keywarden runs in a clone that is thrown away. Your index, your files and",
      "hooks that do not call keywarden are left alone.",
    ],
    flags: everywhere,
    exits: "Exit status: 0 commits are checked, 1 they are not, 2 could not tell.",
    examples: [["keywarden doctor", "after an install, or when a commit passed that should not have"]],
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    name: "completions",
    summary: "print what a shell needs to complete commands and flags",
    usage: ["keywarden completions bash | zsh | fish"],
    description: [],
    flags: everywhere,
    actions: {
      bash: "to be sourced, or for bash-completion's folder",
      zsh: "for a folder of $fpath, as _keywarden",
      fish: "for ~/.config/fish/completions",
    },
    examples: [['eval "$(keywarden completions bash)"', "in ~/.bashrc"]],
    load: async () => (await import("./commands/completions.ts")).completions,
  },
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
