import { printable } from "../../printable.ts";
import { describeFinding, describeInside, describeKey, isOnLine, pathFromHere } from "../describe.ts";
import { describeUnread, locateUnread } from "../completeness.ts";
import type { Unread } from "../completeness.ts";
import type { ReportContext, ReportedFinding, ScanReport } from "../report.ts";
import { levelOf } from "../rules.ts";
import { showControls } from "../show-controls.ts";
import { closingLines } from "../totals.ts";

/**
 * Renders workflow commands that GitHub Actions turns into annotations, then what was scanned.
 *
 * A step shows ten annotations of each level. Where there are more, the first one says so; the log has all of them.
 */
export function renderGithub(report: ScanReport, context: ReportContext): string {
  const commands = [
    ...report.findings.map((reported) => findingCommand(reported, context)),
    ...report.summary.unread.map((unread) => ({
      level: "error" as const,
      properties: {
        title: "keywarden: could not tell",
        ...(unread.kind === "file" ? { file: fileOfUnread(unread) } : {}),
      },
      message: printable(
        `${unread.kind === "file" ? "" : `${locateUnread(unread)} `}${describeUnread(unread)}`,
      ),
    })),
  ];
  return [...annotationLines(commands), ...closingLines(report.summary)].map((line) => `${line}\n`).join("");
}

const fileOfUnread = ({ repository, location }: Unread): string =>
  pathFromHere({ path: location, ...(repository === undefined ? {} : { repository }) });

/** Writes annotations as workflow commands, errors first; where a level has more than a step shows, its first line says so. */
export function annotationLines(commands: readonly WorkflowCommand[]): readonly string[] {
  const shown = (["error", "warning", "notice"] as const).flatMap((level) =>
    withOverview(
      level,
      commands.filter((command) => command.level === level),
    ),
  );
  return shown.map(commandText);
}

type Level = "error" | "warning" | "notice";

/** One workflow command. */
export interface WorkflowCommand {
  readonly level: Level;
  readonly properties: Readonly<Record<string, string | number>>;
  readonly message: string;
}

const shownAnnotations = 10;

const levels = { error: "error", warning: "warning", note: "notice" } as const;

function findingCommand({ finding }: ReportedFinding, { providers }: ReportContext): WorkflowCommand {
  const { line, column, endColumn, fingerprint, commit, repository } = finding;
  const title = describeKey(finding, providers);
  const inside = describeInside(finding);
  return {
    level: levels[levelOf(finding)],
    properties: {
      file: pathFromHere(finding),
      ...(isOnLine(finding) ? { line, endLine: line, col: column, endColumn } : {}),
      title: `keywarden: ${title}`,
    },
    message: [
      printable(describeFinding(finding, providers)),
      ...(inside === null ? [] : [inside]),
      ...(commit === undefined ? [] : [`commit: ${commit}`]),
      ...(repository === undefined ? [] : [`repository: ${printable(repository)}`]),
      `fingerprint: ${fingerprint}`,
    ].join("\n"),
  };
}

function withOverview(level: Level, commands: readonly WorkflowCommand[]): readonly WorkflowCommand[] {
  if (commands.length <= shownAnnotations) return commands;
  const message = `GitHub shows ${shownAnnotations - 1} of these ${commands.length} and this line; the log of the step has all of them.`;
  return [
    { level, properties: { title: `keywarden: ${commands.length} annotations` }, message },
    ...commands,
  ];
}

function commandText({ level, properties, message }: WorkflowCommand): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${propertyText(String(value))}`);
  return `::${level} ${list.join(",")}::${dataText(message)}`;
}

const dataText = (text: string): string =>
  showControls(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const propertyText = (text: string): string => dataText(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
