import { describeFinding, describeInside, describeKey, pathFromHere } from "../describe.ts";
import { fieldText, findingFields } from "../fields.ts";
import { describeUnread, locateUnread } from "../completeness.ts";
import type { Unread } from "../completeness.ts";
import type { ReportContext, ReportedFinding, ScanReport } from "../report.ts";
import { ruleIdOf } from "../rules.ts";
import { showControls } from "../show-controls.ts";
import { closingLines, noKeysFound } from "../totals.ts";

/**
 * Renders JUnit XML as Jenkins' and GitLab's readers take it: a finding is a failed test of its file (a passed one with a note if it only warns), a file that could not be
 * scanned an error, one left out on purpose a skipped test. A clean scan is one passed test, since many readers
 * take an empty suite for a broken one.
 */
export function renderJunit({ findings, summary }: ScanReport, context: ReportContext): string {
  const { unread, skipped } = summary;
  const isClean = findings.length === 0 && summary.complete;
  const counts = {
    tests: findings.length + unread.length + skipped.length + (isClean ? 1 : 0),
    failures: findings.filter(({ finding }) => finding.action === "block").length,
    errors: unread.length,
  };
  const suite = {
    name: "keywarden scan",
    ...counts,
    skipped: skipped.length,
    timestamp: context.startedAt.slice(0, "yyyy-mm-ddThh:mm:ss".length),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: "keywarden", ...counts })}>`,
    `  <testsuite${attributes(suite)}>`,
    "    <properties>",
    ...Object.entries({ mode: summary.mode, version: context.version }).map(
      ([name, value]) => `      <property${attributes({ name, value })}/>`,
    ),
    "    </properties>",
    ...findings.flatMap((reported) => findingCase(reported, context)),
    ...unread.flatMap(unreadCase),
    ...skipped.flatMap(({ part, reason, ...skippedAt }) =>
      testCase(pathFromHere(skippedAt), part === undefined ? "not scanned" : `not opened: ${part}`, [
        `<skipped${attributes({ message: reason })}/>`,
      ]),
    ),
    ...(isClean ? testCase("keywarden", noKeysFound(summary), []) : []),
    `    <system-out>${escape(closingLines(summary).join("\n"))}</system-out>`,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function findingCase({ finding }: ReportedFinding, { providers }: ReportContext): readonly string[] {
  const { line, column } = finding;
  const title = describeKey(finding, providers);
  const where = describeInside(finding) ?? `${line}:${column}`;
  const type = ruleIdOf(finding);
  const message = describeFinding(finding, providers);
  const body = findingFields
    .map((name) => [name, fieldText(finding, name).replaceAll(/[\t\r\n]/g, " ")] as const)
    .filter(([, text]) => text !== "")
    .map(([name, text]) => `${name}: ${text}`)
    .join("\n");
  return testCase(pathFromHere(finding), `${title}, ${where}`, [
    finding.action === "block"
      ? `<failure${attributes({ type, message })}>${escape(`\n${body}\n`)}</failure>`
      : `<system-out>${escape(`${message}\n${body}\n`)}</system-out>`,
  ]);
}

const unreadCase = (unread: Unread): readonly string[] =>
  testCase(locateUnread(unread), "could not tell", [
    `<error${attributes({ type: "could-not-tell", message: describeUnread(unread) })}/>`,
  ]);

function testCase(classname: string, name: string, outcome: readonly string[]): readonly string[] {
  const start = `    <testcase${attributes({ classname, name })}`;
  return outcome.length === 0
    ? [`${start}/>`]
    : [`${start}>`, ...outcome.map((line) => `      ${line}`), "    </testcase>"];
}

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeAttribute(String(value))}"`)
    .join("");

// A reader turns white space inside an attribute into spaces unless it is written as a reference.
const escapeAttribute = (text: string): string =>
  escape(text).replaceAll('"', "&quot;").replaceAll("\t", "&#9;").replaceAll("\n", "&#10;");

const escape = (text: string): string =>
  showControls(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
