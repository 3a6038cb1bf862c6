import type { Finding } from "../../policy/finding.ts";
import { countOccurrences } from "../count-occurrences.ts";
import { describeFinding, isOnLine, pathFromHere } from "../describe.ts";
import { describeUnread } from "../completeness.ts";
import type { ReportContext, ReportedFinding, ScanReport } from "../report.ts";
import { levelOf, ruleIdOf, rulesOf, severityOf } from "../rules.ts";
import type { Rule, Severity } from "../rules.ts";
import { splitReport } from "../several-repositories.ts";
import type { ReportPart } from "../several-repositories.ts";
import type { Suppression } from "../../policy/suppression.ts";

/** Renders SARIF 2.1.0 with what GitHub code scanning reads of it. */
export function renderSarif(report: ScanReport, context: ReportContext): string {
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: splitReport(report).map((part) => runOf(part, context)),
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** One run for each repository: what a run says of itself, that it is whole above all, is true of all in it. */
function runOf({ repository, findings, suppressed, summary }: ReportPart, context: ReportContext): object {
  const { version, providers, startedAt, endedAt, showsAccepted = false } = context;
  const { skipped: _skipped, ...counts } = summary;
  const occurrence = countOccurrences();
  const resultOf = (reported: Located): object => {
    const { path, fingerprint } = reported.finding;
    return result(reported, context, occurrence(`${path}\n${fingerprint}`));
  };
  return {
    tool: {
      driver: {
        name: "Keywarden",
        version,
        semanticVersion: version,
        rules: rulesOf(
          providers,
          [...findings, ...(showsAccepted ? suppressed : [])].map(({ finding }) => finding),
        ).map(ruleDescriptor),
      },
    },
    // GitHub takes two runs of one tool in a file only where their categories differ.
    ...(repository === undefined ? {} : { automationDetails: { id: `keywarden/${repository}/` } }),
    columnKind: "utf16CodeUnits",
    originalUriBaseIds: { [sourceRoot]: { description: { text: "The folder that was scanned." } } },
    invocations: [
      {
        executionSuccessful: summary.complete,
        startTimeUtc: startedAt,
        endTimeUtc: endedAt,
        toolExecutionNotifications: notifications(summary, repository),
      },
    ],
    results: [
      ...findings.map((reported) => ({
        ...resultOf(reported),
        // Where some results say whether they are suppressed, all have to (§3.27.23).
        ...(showsAccepted ? { suppressions: [] } : {}),
      })),
      ...(showsAccepted ? suppressed : []).map(({ finding, suppression }) => ({
        ...resultOf({ finding, excerpt: null }),
        suppressions: [suppressionOf(suppression)],
      })),
    ],
    properties: counts,
  };
}

export const sourceRoot = "%SRCROOT%";

/** What GitHub calls by the same word: critical is above 9.0, high from 7.0, medium from 4.0. */
export const securitySeverity = {
  critical: "9.5",
  high: "8.0",
  medium: "5.0",
  low: "2.0",
} as const satisfies Record<Severity, string>;

function ruleDescriptor(rule: Rule): object {
  const { id, title, prefixes, help } = rule;
  const start = prefixes.length === 0 ? "" : ` It starts with ${prefixes.join(" or ")}.`;
  const found = `${title}: whoever can read it can use it.${start}`;
  return {
    id,
    shortDescription: { text: messageText(title) },
    fullDescription: { text: messageText(found) },
    help: {
      text: messageText(help.join("\n")),
      markdown: help.map((line, index) => `${index + 1}. ${line}\n`).join(""),
    },
    defaultConfiguration: { level: "error" },
    properties: {
      tags: ["security", "secret", "external/cwe/cwe-798"],
      precision: "high",
      "security-severity": securitySeverity[severityOf(rule)],
    },
  };
}

interface Located {
  readonly finding: Finding;
  /** `null` where nobody kept it. */
  readonly excerpt: ReportedFinding["excerpt"] | null;
}

// A comment is in the source, what a file says of others is not (§3.35.3).
function suppressionOf(suppression: Suppression): object {
  const status = { status: "accepted" };
  const { reason = "it was there before, and is in the baseline" } = suppression;
  if (suppression.by === "inline") return { kind: "inSource", ...status, justification: reason };
  const { owner } = suppression;
  const properties = owner === undefined ? {} : { properties: { owner } };
  return { kind: "external", ...status, justification: reason, ...properties };
}

function result(reported: Located, { providers }: ReportContext, occurrence: number): object {
  const { finding } = reported;
  return {
    ruleId: ruleIdOf(finding),
    level: levelOf(finding),
    message: { text: messageText(describeFinding(finding, providers)) },
    locations: [{ physicalLocation: physicalLocation(reported) }],
    partialFingerprints: {
      // GitHub knows this name alone. Without it an alert would be told by the text of its line and come back as a
      // new one after every edit.
      primaryLocationLineHash: `${finding.fingerprint}:${occurrence}`,
      "keyFingerprint/v1": finding.fingerprint,
      ...(finding.id === undefined ? {} : { "findingId/v1": finding.id }),
    },
    properties: propertiesOf(finding),
  };
}

function physicalLocation({ finding, excerpt }: Located): object {
  const { line, column, endColumn, redacted } = finding;
  const artifactLocation = artifactLocationOf(pathFromHere(finding));
  // A key in a path, in a link's target or in something packed is in no line of the file.
  if (!isOnLine(finding)) return { artifactLocation };
  const region = { startLine: line, startColumn: column, endLine: line, endColumn };
  if (excerpt === null) return { artifactLocation, region };
  const snippet = { text: `${excerpt.before}${redacted}${excerpt.after}` };
  return { artifactLocation, region: { ...region, snippet } };
}

function propertiesOf(finding: Finding): object {
  const { path: _path, fingerprint: _fingerprint, id: _id, line, column, endColumn, ...rest } = finding;
  return isOnLine(finding) ? rest : { ...rest, line, column, endColumn };
}

function notifications(summary: ScanReport["summary"], repository: string | undefined): readonly object[] {
  const fromHere = (path: string): string =>
    pathFromHere(repository === undefined ? { path } : { path, repository });
  return [
    ...summary.unread.map((unread) =>
      unread.kind === "file"
        ? notification("error", fromHere(unread.location), messageText(describeUnread(unread)))
        : notification("error", null, messageText(`${unread.location} ${describeUnread(unread)}`)),
    ),
    ...summary.expired.map((sentence) => notification("warning", null, messageText(sentence))),
    ...summary.skipped.map(({ path, part = "", reason }) =>
      notification(
        "note",
        fromHere(path),
        messageText(`left out: ${part === "" ? "" : `${part}: `}${reason}`),
      ),
    ),
  ];
}

const notification = (level: "error" | "warning" | "note", path: string | null, text: string): object => ({
  level,
  message: { text },
  ...(path === null
    ? {}
    : { locations: [{ physicalLocation: { artifactLocation: artifactLocationOf(path) } }] }),
});

/** Names a file, relative to the folder that was scanned unless its path is absolute. */
export function artifactLocationOf(path: string): object {
  const [, drive = "", rest = ""] = /^([A-Za-z]:(?=\/))?(.*)$/s.exec(path.toWellFormed()) ?? [];
  const uri = `${drive}${rest.split("/").map(encodeURIComponent).join("/")}`;
  if (drive !== "") return { uri: `file:///${uri}` };
  return uri.startsWith("/") ? { uri: `file://${uri}` } : { uri, uriBaseId: sourceRoot };
}

// Braces are placeholders in a SARIF message and brackets are links (§3.11.5 and §3.11.6).
export const messageText = (text: string): string =>
  text.replaceAll(/[{}]/g, "$&$&").replaceAll("\\", "\\\\").replaceAll("[", "\\[").replaceAll("]", "\\]");
