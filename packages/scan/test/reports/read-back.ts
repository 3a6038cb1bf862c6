import { describeLocation, printable, type Finding } from "@keywarden/scan";
import { showControls } from "../../src/report/show-controls.ts";
import { readJunit } from "./xml.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Reads the findings back out of a report; what a format cannot hold is missing or shown as it shows it. */
export interface Reader {
  read: (report: string) => Promise<readonly Fields[]>;
  /** What the format makes of a finding as JSON gives it. */
  expected: (finding: Finding) => Fields;
}

const exactly = (finding: Finding): Fields => finding as unknown as Fields;

const texts = (finding: Finding, show: (text: string) => string): Fields =>
  Object.fromEntries(
    Object.entries(finding).map(([name, value]) => [
      name,
      typeof value === "string" ? show(value) : (value as unknown),
    ]),
  );

function fromTexts(fields: Readonly<Record<string, string>>): Fields {
  const { line, column, endColumn, provider, candidates = "", others, ...rest } = fields;
  const known = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ""));
  return {
    ...known,
    line: Number(line),
    column: Number(column),
    endColumn: Number(endColumn),
    provider: (provider ?? "") === "" ? null : provider,
    candidates: candidates.split(" "),
    ...((others ?? "") === "" ? {} : { others: Number(others) }),
  };
}

const jsonl: Reader = {
  read: async (report) =>
    report
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ type }) => type === "finding")
      .map(({ type: _type, ...finding }) => finding),
  expected: exactly,
};

interface SarifResult {
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
      readonly region?: {
        readonly startLine: number;
        readonly startColumn: number;
        readonly endColumn: number;
      };
    };
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly properties: Fields;
}

export const sarifResults = (report: string): readonly SarifResult[] =>
  (JSON.parse(report) as { runs: { results: SarifResult[] }[] }).runs.flatMap(({ results }) => results);

const sarif: Reader = {
  read: async (report) =>
    sarifResults(report).map(({ locations, partialFingerprints, properties }) => {
      const { artifactLocation, region } = locations[0]?.physicalLocation ?? {};
      const { uri = "", uriBaseId } = artifactLocation ?? {};
      const id = partialFingerprints["findingId/v1"];
      return {
        ...properties,
        path: decodeURIComponent(
          uriBaseId === "%SRCROOT%" ? uri : uri.replace(/^file:\/\/(?:\/(?=[A-Za-z]:\/))?/, ""),
        ),
        fingerprint: partialFingerprints["keyFingerprint/v1"],
        ...(id === undefined ? {} : { id }),
        ...(region === undefined
          ? {}
          : { line: region.startLine, column: region.startColumn, endColumn: region.endColumn }),
      };
    }),
  expected: exactly,
};

interface Vulnerability {
  readonly location: {
    readonly file: string;
    readonly commit: { sha: string; author?: string; date?: string };
  };
  readonly details: Readonly<Record<string, { readonly value: string }>>;
}

const gitlab: Reader = {
  read: async (report) =>
    (JSON.parse(report) as { vulnerabilities: Vulnerability[] }).vulnerabilities.map(
      ({ location, details }) => {
        const { sha, author = "", date = "" } = location.commit;
        const parts = Object.entries(details).map(([name, { value }]) => [name, value] as const);
        return fromTexts({
          ...Object.fromEntries(parts),
          path: location.file,
          commit: sha === "0000000" ? "" : sha,
          author,
          date,
        });
      },
    ),
  expected: exactly,
};

/** Reads a table as RFC 4180 describes it. */
export function readCsv(report: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cells = /(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^",\r\n]*))(?<end>,|\r\n)/gy;
  for (let cell = cells.exec(report); cell !== null; cell = cells.exec(report)) {
    const { quoted, plain, end } = cell.groups ?? {};
    row.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  if (rows.map((cells) => cells.join("")).join("").length === 0 || row.length > 0)
    throw new Error("not a table");
  return rows;
}

const csv: Reader = {
  read: async (report) => {
    const [header = [], ...rows] = readCsv(report);
    return rows.map((row) => {
      if (row.length !== header.length) throw new Error("a row of another length");
      return fromTexts(
        Object.fromEntries(row.map((cell, index) => [header[index] ?? "", cell.replace(/^'/, "")])),
      );
    });
  },
  expected: (finding) => texts(finding, showControls),
};

const inOneLine = (text: string): string => showControls(text).replaceAll(/[\t\r\n]/g, " ");

const junit: Reader = {
  read: async (report) =>
    (await readJunit(report)).cases
      .filter(({ outcome }) => outcome === "failure" || outcome === "system-out")
      .map(({ classname, text }) => {
        const parts = [...text.matchAll(/^(?<name>[A-Za-z]+): (?<value>.*)$/gm)].map(
          ({ groups }) => [groups?.["name"] ?? "", groups?.["value"] ?? ""] as const,
        );
        return fromTexts({ ...Object.fromEntries(parts), path: classname });
      }),
  expected: (finding) => ({ ...texts(finding, inOneLine), path: showControls(finding.path) }),
};

export interface WorkflowCommand {
  readonly level: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Reads workflow commands as the runner does. */
export function readCommands(report: string): readonly WorkflowCommand[] {
  const unescape = (text: string): string =>
    ["%0D\r", "%0A\n", "%3A:", "%2C,", "%25%"].reduce(
      (known, pair) => known.replaceAll(pair.slice(0, 3), pair.slice(3)),
      text,
    );
  return report.split(/\r\n|\r|\n/).flatMap((line) => {
    const command = /^::(?<level>[a-z-]+)(?: (?<list>.*?))?::(?<message>.*)$/s.exec(line)?.groups;
    if (command === undefined) return [];
    const list = (command["list"] ?? "").split(",").map((item) => {
      const equals = item.indexOf("=");
      return [item.slice(0, equals), unescape(item.slice(equals + 1))] as const;
    });
    const message = unescape(command["message"] ?? "");
    return [{ level: command["level"] ?? "", properties: Object.fromEntries(list), message }];
  });
}

const github: Reader = {
  read: async (report) =>
    readCommands(report)
      .filter(({ message }) => message.includes("\nfingerprint: "))
      .map(({ properties, message }) => ({
        path: properties["file"],
        ...(properties["line"] === undefined
          ? {}
          : {
              line: Number(properties["line"]),
              column: Number(properties["col"]),
              endColumn: Number(properties["endColumn"]),
            }),
        fingerprint: /^fingerprint: (?<hash>.*)$/m.exec(message)?.groups?.["hash"],
        redacted: /\S*…\S*(?=,)/.exec(message)?.[0],
      })),
  expected: ({ path, locationKind, member, line, column, endColumn, fingerprint, redacted }) => ({
    path: showControls(path),
    ...(locationKind === "content" && member === undefined ? { line, column, endColumn } : {}),
    fingerprint,
    redacted,
  }),
};

/** Reads the characters of a page that are written as references. */
const unquote = (text: string): string =>
  text.replaceAll(/&(?:#(\d+)|amp|lt|gt|quot);/g, (reference, code: string | undefined) =>
    code === undefined
      ? ({ "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"' }[reference] ?? "")
      : String.fromCharCode(Number(code)),
  );

const fromCells = ([
  action,
  location,
  ,
  redacted,
  confidence,
  reason,
  commit,
]: readonly string[]): Fields => ({
  action,
  location,
  redacted,
  confidence,
  reason,
  commit,
});

const asCells = (finding: Finding): Fields => ({
  action: finding.action,
  location: describeLocation(finding),
  redacted: finding.redacted,
  confidence: finding.confidence,
  reason: printable(finding.reason),
  commit: finding.commit ?? "",
});

const markdown: Reader = {
  read: async (report) =>
    report
      .split("\n")
      .filter((line) => line.startsWith("| ") || line.startsWith("|  "))
      .slice(2)
      .map((line) => {
        const cells = line.slice(2, -2).split(" | ");
        return fromCells(cells.map((cell) => unquote(cell.replace(/^<code>(.*)<\/code>$/, "$1"))));
      }),
  expected: asCells,
};

const html: Reader = {
  read: async (report) =>
    [...report.matchAll(/^<tr>(<td>.*<\/td>)<\/tr>$/gm)].map(([, cells = ""]) =>
      fromCells(cells.slice("<td>".length, -"</td>".length).split("</td><td>").map(unquote)),
    ),
  expected: asCells,
};

export const readers: Readonly<Record<string, Reader>> = {
  jsonl,
  sarif,
  gitlab,
  csv,
  junit,
  github,
  markdown,
  html,
};
