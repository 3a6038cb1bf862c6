import type { Finding } from "../../policy/finding.ts";
import { countOccurrences } from "../count-occurrences.ts";
import { describeFinding, describeKey, isOnLine, pathFromHere } from "../describe.ts";
import { fieldText, findingFields } from "../fields.ts";
import { describeUnread, locateUnread } from "../completeness.ts";
import type { ReportContext, ReportedFinding, ScanReport } from "../report.ts";
import { ruleIdOf, rulesOf, severityOf } from "../rules.ts";
import type { Rule, Severity } from "../rules.ts";
import { closingLines } from "../totals.ts";

// Every GitLab since 15.4 takes a 15.0 report; later minor versions add nothing that a secret needs.
const schemaVersion = "15.0.7";

/** Renders GitLab's secret detection report, `gl-secret-detection-report.json`. */
export function renderGitlab({ findings, summary }: ScanReport, context: ReportContext): string {
  const rules = new Map(
    rulesOf(
      context.providers,
      findings.map(({ finding }) => finding),
    ).map((rule) => [rule.id, rule]),
  );
  const occurrence = countOccurrences();
  const report = {
    version: schemaVersion,
    schema: `https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v${schemaVersion}/dist/secret-detection-report-format.json`,
    scan: {
      type: "secret_detection",
      status: summary.complete ? "success" : "failure",
      start_time: timeText(context.startedAt),
      end_time: timeText(context.endedAt),
      analyzer: toolOf(context),
      scanner: toolOf(context),
      messages: [
        ...summary.unread.map((unread) => ({
          level: "fatal",
          value: `${locateUnread(unread)} ${describeUnread(unread)}`,
        })),
        ...closingLines(summary).map((value) => ({ level: "info", value })),
      ],
    },
    vulnerabilities: findings.map((reported) =>
      vulnerability(reported, {
        context,
        rule: rules.get(ruleIdOf(reported.finding)),
        occurrence: occurrence(reported.finding.fingerprint),
      }),
    ),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

interface Instance {
  readonly context: ReportContext;
  readonly rule: Rule | undefined;
  /** How many findings up to this one are of the same key. */
  readonly occurrence: number;
}

const severities = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
} as const satisfies Record<Severity, string>;

function vulnerability({ finding }: ReportedFinding, { context, rule, occurrence }: Instance): object {
  const { repository, line, redacted, fingerprint, commit, author, date } = finding;
  const title = describeKey(finding, context.providers);
  const ruleId = ruleIdOf(finding);
  return {
    id: `${fingerprint}-${occurrence}`,
    name: Array.from(title).slice(0, 255).join(""),
    description: describeFinding(finding, context.providers),
    severity: severities[severityOf(finding)],
    ...(rule === undefined ? {} : { solution: rule.help.join("\n") }),
    identifiers: [
      { type: "keywarden_rule_id", name: `Keywarden ${ruleId}`, value: ruleId },
      {
        type: "cwe",
        name: "CWE-798",
        value: "798",
        url: "https://cwe.mitre.org/data/definitions/798.html",
      },
    ],
    location: {
      file: pathFromHere(finding),
      commit: {
        // What is checked out here says nothing of another repository.
        sha: commit ?? (repository === undefined ? context.commit : null) ?? unknownCommit,
        ...(author === undefined ? {} : { author }),
        ...(date === undefined ? {} : { date }),
      },
      ...(isOnLine(finding) ? { start_line: line, end_line: line } : {}),
    },
    raw_source_code_extract: redacted,
    details: detailsOf(finding),
  };
}

// What GitLab's own analyzer writes outside a repository.
const unknownCommit = "0000000";

const inLocation: ReadonlySet<string> = new Set(["path", "commit", "author", "date"]);

const detailsOf = (finding: Finding): object =>
  Object.fromEntries(
    findingFields
      .filter((name) => !inLocation.has(name) && finding[name] !== undefined)
      .map((name) => [name, { name, type: "text", value: fieldText(finding, name) }]),
  );

const toolOf = ({ version }: ReportContext): object => ({
  id: "keywarden",
  name: "Keywarden",
  version,
  vendor: { name: "Keywarden" },
});

const timeText = (time: string): string => time.slice(0, "yyyy-mm-ddThh:mm:ss".length);
