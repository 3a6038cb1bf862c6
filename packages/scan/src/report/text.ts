import type { ProviderProfile } from "@keywarden/key-format";
import { printable } from "../printable.ts";
import { renderUnread } from "./unread-lines.ts";
import {
  describeKey,
  describeLocation,
  describeSkipped,
  describeSuppression,
  unaskedSkips,
} from "./describe.ts";
import { renderFrame } from "./frame.ts";
import { makePalette } from "./palette.ts";
import type { Palette } from "./palette.ts";
import type { ReportedFinding, ScanReport, TextOptions } from "./report.ts";
import type { ScanSummary } from "./summary.ts";
import { noKeysFound, renderRepositories, renderTotals } from "./totals.ts";
import { renderRemedies } from "./remedies.ts";
import { wrap } from "./wrap.ts";

const detailedFindings = 10;
const listedFindings = 40;
const listedSkips = 5;

/** Renders a report for people. The last lines say what was scanned, whatever was found. */
export function renderText({ findings, suppressed, summary }: ScanReport, options: TextOptions): string {
  const { providers, isColoured, width = 80, showsAccepted = false } = options;
  const palette = makePalette(isColoured);
  const lines: string[] = [];
  if (findings.length > 0) {
    const blocking = findings.filter(({ finding }) => finding.action === "block").length;
    const shade = blocking > 0 ? palette.stop : palette.doubt;
    const words = headline(blocking, findings.length - blocking, summary.mode);
    lines.push(shade(palette.strong(words)), "");
    for (const reported of findings.slice(0, detailedFindings)) {
      lines.push(...renderFinding(reported, providers, width, palette), "");
    }
    const rest = findings.slice(detailedFindings);
    for (const { finding } of rest.slice(0, listedFindings)) {
      lines.push(`  ${describeLocation(finding)}  ${finding.redacted}`);
    }
    if (rest.length > listedFindings) {
      lines.push(`  and ${rest.length - listedFindings} more; --format json lists all`);
    }
    if (rest.length > 0) lines.push("");
    const all = findings.map(({ finding }) => finding);
    lines.push(palette.strong("What to do"), ...renderRemedies(all, summary.mode, providers, width), "");
  }
  for (const accepted of showsAccepted ? suppressed : []) {
    const { finding } = accepted;
    const what = `accepted  ${describeLocation(finding)}  ${finding.redacted}  ${describeSuppression(accepted)}`;
    lines.push(palette.dim(printable(what)));
  }
  lines.push(...renderUnread(summary.unread).map(palette.doubt));
  lines.push(...summary.expired.map((sentence) => palette.doubt(printable(sentence))));
  lines.push(...renderSkipped(summary).map(palette.dim));
  lines.push(...renderRepositories(summary));
  const isClean = findings.length === 0 && summary.complete;
  const [first = "", ...more] = renderTotals(summary);
  lines.push(...more.map((line) => palette.dim(line)));
  lines.push(isClean ? `${palette.clean(noKeysFound(summary))}: ${first}` : first);
  return `${lines.join("\n")}\n`;
}

/** Names what nobody asked to leave out: first what was not read at all. */
function renderSkipped(summary: ScanSummary): readonly string[] {
  const { files, parts } = unaskedSkips(summary);
  return [
    { did: "read", skipped: files },
    { did: "opened", skipped: parts },
  ].flatMap(({ did, skipped }) => {
    const more = skipped.length - listedSkips;
    return [
      ...skipped
        .slice(0, listedSkips)
        .map((one) => `not ${did}: ${printable(describeSkipped(one))}: ${printable(one.reason)}`),
      ...(more > 0 ? [`not ${did}: ${more} more; --format json lists all`] : []),
    ];
  });
}

function headline(blocking: number, warned: number, mode: ScanReport["summary"]["mode"]): string {
  const keys = blocking === 1 ? "1 key" : `${blocking} keys`;
  const warnings = warned === 1 ? "1 warning" : `${warned} warnings`;
  if (blocking === 0) return `keywarden: ${warnings}, which ${warned === 1 ? "stops" : "stop"} nothing`;
  const also = warned === 0 ? "" : `, and ${warnings}`;
  const stopped = {
    staged: "commit stopped, it adds ",
    push: "push stopped, it sends ",
    message: "the message holds ",
  };
  return mode in stopped
    ? `keywarden: ${stopped[mode as keyof typeof stopped]}${keys}${also}`
    : `keywarden: ${keys} found${also}`;
}

function renderFinding(
  reported: ReportedFinding,
  providers: readonly ProviderProfile[],
  width: number,
  palette: Palette,
): readonly string[] {
  const { finding } = reported;
  const confidence = `${finding.confidence} confidence`;
  const isAlarming = finding.confidence === "high" && finding.action === "block";
  const shade = isAlarming ? palette.stop : palette.doubt;
  const warning = finding.action === "warn" ? " · only a warning" : "";
  return [
    `  ${palette.strong(describeLocation(finding))}`,
    `  ${describeKey(finding, providers)} · ${shade(confidence)}${warning}`,
    ...originLines(finding),
    ...renderFrame(reported, width, palette),
    ...wrap(`why: ${printable(finding.reason)}`, width, "  "),
    ...(finding.foreignAllow === undefined
      ? []
      : wrap(describeForeignAllow(finding.foreignAllow), width, "  ")),
  ];
}

const describeForeignAllow = (comment: string): string =>
  `note: ${comment} stands beside it; Keywarden does not honour it: write keywarden:allow and the reason, or set policy.foreignAllow.`;

function originLines({ commit, author, date, others = 0 }: ReportedFinding["finding"]): readonly string[] {
  if (commit === undefined) return [];
  const by = author === undefined ? "" : ` by ${printable(author)}`;
  const on = date === undefined ? "" : `, ${date.slice(0, 10)}`;
  const more = others === 0 ? "" : ` · ${others} more of it at this path`;
  return [`  commit ${commit.slice(0, 12)}${by}${on}${more}`];
}
