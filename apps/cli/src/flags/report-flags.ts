import { defineFlags, type FlagValues } from "@keywarden/command-line";

/** Whether a report is coloured. */
export const colorFlags = defineFlags({
  color: {
    kind: "choice",
    value: "when",
    choices: ["auto", "always", "never"],
    shownDefault: "auto",
    summary: "use colour; NO_COLOR is honoured as well",
  },
  "no-color": { kind: "shorthand", for: "color", is: "never", summary: "short for --color never" },
});

export type ColorFlags = FlagValues<typeof colorFlags>;

/** `--json`, wherever there is a `--format json`. */
export const jsonFlag = defineFlags({
  json: { kind: "shorthand", for: "format", is: "json", summary: "short for --format json" },
});

/** For a report in one of these formats, on standard output or in a file. */
export const reportFlags = <const Formats extends Readonly<Record<string, string>>>(formats: Formats) =>
  defineFlags({
    format: {
      kind: "choice",
      value: "format",
      choices: formats,
      default: "text",
      summary: "report format, one of those below",
    },
    ...jsonFlag,
    output: {
      kind: "file",
      value: "file",
      summary: "write the report to this file, atomically, and print the text as well",
    },
  });

/** For answers of a few lines. */
export const answerFlags = defineFlags({
  format: {
    kind: "choice",
    value: "format",
    choices: ["text", "json"],
    default: "text",
    summary: "output format",
  },
  ...jsonFlag,
});

export type AnswerFlags = FlagValues<typeof answerFlags>;

/** From which severity up an audit reports. */
export const severityFlag = defineFlags({
  "min-severity": {
    kind: "choice",
    value: "level",
    choices: ["low", "medium", "high", "critical"],
    shownDefault: "low",
    summary: "lowest severity to report",
  },
});
