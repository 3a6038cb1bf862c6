import { countOf } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import { rules, severities } from "@keywarden/hygiene";
import { annotationLines, makePalette, wrap } from "@keywarden/scan/report-parts";
import { describeAccepted, type AcceptedFinding } from "../audit/accepting.ts";
import { renderHygieneSarif } from "../audit/hygiene-sarif.ts";
import { sha256 } from "@keywarden/repository-scan";
import type { EnvFinding } from "./env-finding.ts";

/** Everything that a report of check-env is made from; nothing in it reveals a key. */
export interface EnvReport {
  readonly findings: readonly EnvFinding[];
  readonly accepted: readonly AcceptedFinding<EnvFinding>[];
  readonly checked: {
    readonly files: number;
    readonly process: boolean;
    readonly variables: number;
    readonly keys: number;
    /** Findings that keywarden.json accepts. */
    readonly accepted: number;
    readonly belowSeverity: number;
    /** Variables whose location does not say what it is for. */
    readonly unplaced: number;
  };
  readonly problems: readonly { readonly file: string; readonly reason: string }[];
  /** What was found and cannot be understood before it is filled in. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

export interface EnvContext {
  readonly version: string;
  readonly isColoured: boolean;
  readonly width: number;
  readonly providers: readonly ProviderProfile[];
  /** Makes any text fit for one line, without a key in it. */
  readonly plain: (text: string) => string;
}

/** Accepted findings that the text names; JSON has all. */
const shownAccepted = 20;

type Render = (report: EnvReport, context: EnvContext) => string;

/** How check-env reports, by the name of the format. */
export const envRenderers: Readonly<Record<string, Render>> = {
  text: renderText,
  json: renderJson,
  sarif: renderSarif,
  github: renderGithub,
};

const locationOf = ({ file, line, variable }: EnvFinding): string =>
  file === null ? `${variable ?? ""} (process environment)` : `${file}${line === null ? "" : `:${line}`}`;

function renderText(report: EnvReport, { isColoured, width, plain, providers }: EnvContext): string {
  const palette = makePalette(isColoured);
  const byLocation = Map.groupBy(
    report.findings,
    (finding) => `${locationOf(finding)}  ${finding.variable ?? ""}`,
  );
  const lines = [...byLocation.values()].flatMap((findings) => [
    ...findings.slice(0, 1).map((finding) => {
      const { file, variable, key } = finding;
      const subject = [file === null ? null : variable, key].filter((part) => part !== null).map(plain);
      return `${palette.strong(plain(locationOf(finding)))}  ${subject.join(" = ")}`.trimEnd();
    }),
    ...findings.flatMap(({ rule, severity, message, source, next }, index) => {
      const provider = providers.find(({ id }) => id === source.provider)?.name;
      const paint = severity === "critical" || severity === "high" ? palette.stop : palette.doubt;
      const quote = provider === undefined ? source.sentence : `${provider}: “${source.sentence}”`;
      return [
        `  ${paint(severity.toUpperCase())}  ${rules[rule].title}  ${palette.dim(rule)}`,
        ...wrap(plain(message), width, "    "),
        ...wrap(quote, width, "    ").map(palette.dim),
        // Not wrapped, so that it can be copied; once, where one command puts several things right.
        ...(findings.slice(0, index).some((one) => one.next === next)
          ? []
          : [`    ${palette.dim("→")} ${plain(next)}`]),
      ];
    }),
    "",
  ]);
  return [
    ...lines,
    ...report.problems.map(
      ({ file, reason }) => `${palette.doubt("could not be checked")}: ${plain(file)}: ${plain(reason)}`,
    ),
    ...report.accepted
      .slice(0, shownAccepted)
      .map((one) => palette.dim(plain(describeAccepted(locationOf(one.finding), one)))),
    closingLine(report, palette.stop, palette.clean),
    "",
  ].join("\n");
}

function closingLine(
  { findings, checked, problems, skipped }: EnvReport,
  stop: (text: string) => string,
  clean: (text: string) => string,
): string {
  const { files, process: isProcess, variables, keys, unplaced, belowSeverity, accepted } = checked;
  const scope = [...(isProcess ? ["the process environment"] : []), countOf(files, "file")].join(" and ");
  const notes = [
    ...(unplaced > 0
      ? [`the environment of ${countOf(unplaced, "key")} is unknown: name it with --environment`]
      : []),
    ...(skipped.length > 0 ? [`${countOf(skipped.length, "template")} left out`] : []),
    ...(accepted > 0 ? [`${countOf(accepted, "finding")} accepted by keywarden.json`] : []),
    ...(belowSeverity > 0 ? [`${countOf(belowSeverity, "finding")} below the minimum severity`] : []),
  ].map((note) => `; ${note}`);
  const head =
    findings.length > 0
      ? stop(countOf(findings.length, "finding"))
      : problems.length > 0
        ? stop("could not tell")
        : unplaced > 0 || skipped.length > 0
          ? "no finding in what could be judged"
          : clean("clean");
  return `${head}: checked ${countOf(variables, "variable")} with ${countOf(keys, "key")} in ${scope}${notes.join("")}`;
}

function renderJson({ accepted, ...report }: EnvReport, { plain, version }: EnvContext): string {
  const told = {
    version,
    ...report,
    accepted: accepted.map(({ finding: { rule, file, line, variable }, ...said }) => ({
      rule,
      file,
      line,
      variable,
      ...said,
    })),
  };
  return `${JSON.stringify(told, (_, value: unknown) => (typeof value === "string" ? plain(value) : value), 2)}\n`;
}

function renderSarif(report: EnvReport, { plain, version }: EnvContext): string {
  return renderHygieneSarif({
    command: "check-env",
    version,
    results: report.findings.map((finding) => {
      const { rule, message, file, line, variable, fingerprint, key, source } = finding;
      return {
        rule,
        message: `${[variable, key]
          .filter((part) => part !== null)
          .map(plain)
          .join(" = ")} ${plain(message)}`.trim(),
        file: file === null ? null : plain(file),
        line,
        ...(file === null && { logicalLocations: [{ name: plain(variable ?? ""), kind: "variable" }] }),
        identity: sha256(JSON.stringify([rule, file, variable, fingerprint])),
        properties: { ...(fingerprint !== null && { fingerprint }), source: plain(source.sentence) },
      };
    }),
    notes: report.problems.map(({ file, reason }) => `${plain(file)} could not be checked: ${plain(reason)}`),
    properties: report.checked,
  });
}

const levels = { critical: "error", high: "error", medium: "warning", low: "notice" } as const;

function renderGithub(report: EnvReport, context: EnvContext): string {
  const { plain } = context;
  const annotations = [
    ...report.findings.map((finding) => {
      const { rule, severity, message, file, line, variable, key, next } = finding;
      return {
        level: levels[severity],
        properties: {
          ...(file !== null && { file: plain(file) }),
          ...(line !== null && { line }),
          title: `keywarden: ${rules[rule].title}`,
        },
        message: [
          [variable, key]
            .filter((part) => part !== null)
            .map(plain)
            .join(" = "),
          plain(message),
          plain(next),
        ]
          .filter(Boolean)
          .join("\n"),
      };
    }),
    ...report.problems.map(({ file, reason }) => ({
      level: "error" as const,
      properties: { file: plain(file), title: "keywarden: could not tell" },
      message: plain(reason),
    })),
  ];
  const closing = closingLine(report, String, String);
  return [...annotationLines(annotations), closing].map((line) => `${line}\n`).join("");
}

/** Orders findings: the worst first, then by location. */
export function orderEnvFindings(findings: readonly EnvFinding[]): readonly EnvFinding[] {
  return findings.toSorted(
    (one, other) =>
      severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
      compare(one.file ?? "", other.file ?? "") ||
      (one.line ?? 0) - (other.line ?? 0),
  );
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
