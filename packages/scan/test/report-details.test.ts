import type { Finding, ScanReport } from "@keywarden/scan";
import { builtInProviders, catalogueProviders, defineProvider } from "@keywarden/key-format";
import { reportFormats } from "@keywarden/scan/report-formats";
import { describe, expect, it } from "vitest";
import { ruleIdOf, rulesOf } from "../src/report/rules.ts";
import { readCommands, readCsv, sarifResults } from "./reports/read-back.ts";
import { context, finding, reportOf } from "./reports/reported.ts";
import { readJunit } from "./reports/xml.ts";

async function render(
  name: string,
  report: ScanReport,
  changes: Partial<typeof context> = {},
): Promise<string> {
  const format = reportFormats.find((candidate) => candidate.name === name);
  if (format === undefined) throw new Error(`no format ${name}`);
  return (await format.load())(report, { ...context, ...changes });
}

const many = (count: number, changes: Partial<Finding> = {}): readonly Finding[] =>
  Array.from({ length: count }, (_, index) => ({ ...finding, line: index + 1, ...changes }));

const unreadable = {
  unread: [{ location: "a b.bin", kind: "file", reason: "EACCES" }],
  skipped: [{ path: "link", reason: "a submodule" }],
} as const;

interface SarifRun {
  readonly tool: {
    readonly driver: {
      readonly rules: readonly {
        readonly id: string;
        readonly help: { readonly text: string; readonly markdown: string };
        readonly properties: Readonly<Record<string, unknown>>;
      }[];
    };
  };
  readonly columnKind: string;
  readonly invocations: readonly {
    readonly executionSuccessful: boolean;
    readonly toolExecutionNotifications: readonly {
      readonly level: string;
      readonly message: { text: string };
    }[];
  }[];
  readonly results: readonly { readonly ruleId: string; readonly level: string }[];
}

async function sarifRun(report: ScanReport, changes: Partial<typeof context> = {}): Promise<SarifRun> {
  const [run] = (JSON.parse(await render("sarif", report, changes)) as { runs: SarifRun[] }).runs;
  if (run === undefined) throw new Error("no run");
  return run;
}

describe("jsonl", () => {
  it("ends with the summary, after what was accepted", async () => {
    const report: ScanReport = {
      ...reportOf([finding]),
      suppressed: [{ finding, suppression: { by: "inline", reason: "a test" } }],
    };
    const lines = (await render("jsonl", report)).trimEnd().split("\n");
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(["finding", "suppressed", "summary"]);
  });
});

describe("sarif", () => {
  it("has a rule with a way out for each format of each provider, also for those of a user", async () => {
    const own = defineProvider({
      ...builtInProviders[0],
      id: "mine",
      name: "Mine [x]{0}",
      publishedExamples: [],
    });
    const providers = [...builtInProviders, ...(own.ok ? [own.provider] : [])];
    const { tool } = await sarifRun(reportOf([finding]), { providers });
    const ids = tool.driver.rules.map(({ id }) => id);
    for (const { id, formats } of providers) {
      for (const { kind, label } of formats) expect(ids).toContain(`${id}/${kind}-${label}`);
    }
    expect(new Set(ids).size).toBe(ids.length);
    const rule = tool.driver.rules.find(({ id }) => id === "aforo/secret-live");
    expect(rule?.help.text).toContain("AFORO_API_KEY");
    expect(rule?.help.markdown).toMatch(/^1\. Take it out.*\n2\. .*revoke it at Aforo.*\n3\. /);
    expect(rule?.properties).toMatchObject({
      "security-severity": "9.5",
      tags: ["security", "secret", "external/cwe/cwe-798"],
    });
  });

  it("names a rule for every finding, and sorts one of unknown owner under unattributed", async () => {
    const run = await sarifRun(reportOf([finding, { ...finding, provider: null }]));
    expect(run.results.map(({ ruleId }) => ruleId)).toEqual([
      "aforo/secret-live",
      "unattributed/secret-live",
    ]);
    const ids = run.tool.driver.rules.map(({ id }) => id);
    expect(run.results.every(({ ruleId }) => ids.includes(ruleId))).toBe(true);
  });

  it("knows the rule of every pattern of the catalogue, under the name that a finding has", () => {
    const formats = catalogueProviders.flatMap(({ id, patterns = [] }) =>
      patterns.filter(({ isIdentifier }) => !isIdentifier).map((pattern) => `${id}/${pattern.id}`),
    );
    expect(formats.length).toBeGreaterThan(200);
    const found = formats.map((format) => ({ ...finding, format }));
    const rules = new Map(rulesOf(catalogueProviders, found).map((rule) => [rule.id, rule]));
    for (const one of found) expect(rules.get(ruleIdOf(one))?.title).toBeTruthy();
    expect(rulesOf(catalogueProviders, []).some(({ id }) => formats.includes(id))).toBe(false);
    expect(rules.get("github/classic-pat")?.title).toMatch(/^GitHub /);
  });

  it("tells findings by their key and never by their line", async () => {
    const [first] = sarifResults(await render("sarif", reportOf([finding])));
    const moved = { ...finding, line: 99, column: 1, endColumn: 49 };
    const [second] = sarifResults(await render("sarif", reportOf([moved])));
    expect(second?.partialFingerprints).toEqual(first?.partialFingerprints);
    const twice = sarifResults(await render("sarif", reportOf([finding, moved, { ...finding, path: "b" }])));
    expect(twice.map(({ partialFingerprints }) => partialFingerprints["primaryLocationLineHash"])).toEqual([
      `${finding.fingerprint}:1`,
      `${finding.fingerprint}:2`,
      `${finding.fingerprint}:1`,
    ]);
  });

  it("counts columns in UTF-16 code units and gives paths as URIs below the source root", async () => {
    const paths = ["src/a b#ü?%.ts", "/tmp/x y", "C:/Users/x", "a:b"];
    const report = reportOf(paths.map((path) => ({ ...finding, path })));
    expect((await sarifRun(report)).columnKind).toBe("utf16CodeUnits");
    const locations = sarifResults(await render("sarif", report)).map(
      ({ locations }) => locations[0]?.physicalLocation.artifactLocation,
    );
    expect(locations).toEqual([
      { uri: "src/a%20b%23%C3%BC%3F%25.ts", uriBaseId: "%SRCROOT%" },
      { uri: "file:///tmp/x%20y" },
      { uri: "file:///C:/Users/x" },
      { uri: "a%3Ab", uriBaseId: "%SRCROOT%" },
    ]);
  });

  it("says that it failed when something could not be scanned, and what", async () => {
    const { invocations } = await sarifRun(reportOf([], unreadable));
    expect(invocations).toMatchObject([
      {
        executionSuccessful: false,
        startTimeUtc: "2026-01-02T03:04:05.678Z",
        toolExecutionNotifications: [
          { level: "error", message: { text: "could not be scanned: EACCES" } },
          { level: "note", message: { text: "left out: a submodule" } },
        ],
      },
    ]);
    const lost = { location: "object 1f", kind: "git", reason: "is not here", remedy: "git fsck" } as const;
    const [damaged] = (await sarifRun(reportOf([], { unread: [lost] }))).invocations;
    expect(damaged).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [
        { message: { text: "object 1f could not be scanned: is not here; try: git fsck" } },
      ],
    });
    expect((await sarifRun(reportOf([]))).invocations[0]?.executionSuccessful).toBe(true);
  });

  it("has no line for a key in a path, and a redacted snippet for one in a file", async () => {
    const report = reportOf([finding, { ...finding, locationKind: "path" }]);
    const regions = sarifResults(await render("sarif", report)).map(
      ({ locations }) => locations[0]?.physicalLocation.region,
    );
    expect(regions).toEqual([
      {
        startLine: 3,
        startColumn: 14,
        endLine: 3,
        endColumn: 62,
        snippet: { text: 'key = "sk_live_…wxyz"' },
      },
      undefined,
    ]);
  });

  it("is as loud as the finding: error, warning, and note for what stops nothing", async () => {
    const findings = [
      finding,
      { ...finding, confidence: "medium" as const },
      { ...finding, action: "warn" as const },
    ];
    const { results } = await sarifRun(reportOf(findings));
    expect(results.map(({ level }) => level)).toEqual(["error", "warning", "note"]);
  });
});

describe("junit", () => {
  it("counts a finding as failed, a file that could not be scanned as error, one left out as skipped", async () => {
    const xml = await render("junit", reportOf([finding, { ...finding, action: "warn" }], unreadable));
    expect(xml).toContain('<testsuites name="keywarden" tests="4" failures="1" errors="1">');
    const { cases } = await readJunit(xml);
    expect(cases.map(({ classname, outcome }) => [classname, outcome])).toEqual([
      ["src/app.ts", "failure"],
      ["src/app.ts", "system-out"],
      ["a b.bin", "error"],
      ["link", "skipped"],
    ]);
    expect(cases[0]).toMatchObject({
      name: "Aforo secret key, production (live), 3:14",
      message:
        "Aforo secret key, production (live): sk_live_…wxyz, high confidence (48 characters is the length that Aforo states)",
    });
  });

  it("is one passed test when nothing was found", async () => {
    const { cases } = await readJunit(await render("junit", reportOf([])));
    expect(cases).toEqual([
      { classname: "keywarden", name: "no keys found", outcome: "", message: "", text: "" },
    ]);
  });

  it("says of a clean scan that left something out that it read the rest", async () => {
    const left = reportOf([], { skipped: [{ path: "a.zip", part: "", reason: "it is encrypted" }] });
    expect((await readJunit(await render("junit", left))).cases.at(-1)?.name).toBe(
      "no keys found in what was read",
    );
    expect(await render("text", left)).toContain("\nno keys found in what was read: scanned 3 files");
    expect(await render("html", left)).toContain("Keywarden: no keys found in what was read");
  });

  it("names what was left out unasked, and only counts what a keywarden.json leaves out", async () => {
    const links = Array.from({ length: 7 }, (_, index) => ({ path: `lib${index}`, reason: "a submodule" }));
    const excluded = { path: "docs/a.md", reason: 'excluded by "docs/**" in keywarden.json' };
    const left = reportOf([], { skipped: [excluded, ...links] });
    const text = await render("text", left);
    expect(text.match(/^not read: (?:lib\d: a submodule|2 more; .*)$/gmu)).toHaveLength(6);
    expect([text.includes("; 8 skipped\n"), text.includes("docs/a.md")]).toEqual([true, false]);
    expect(await render("markdown", left)).toContain("lib6: a submodule");
  });

  it("shows control characters and keeps markup and line breaks text", async () => {
    const path = 'a\u0000\u001B[1m"<b>&amp;]]>\r\n\t\uFFFE';
    const { cases, problems } = await readJunit(await render("junit", reportOf([{ ...finding, path }])));
    expect(problems).toEqual([]);
    expect(cases[0]?.classname).toBe('a\\x00\\x1b[1m"<b>&amp;]]>\r\n\t\\ufffe');
  });
});

describe("github", () => {
  it("annotates the line, with everything escaped that ends a property or a line", async () => {
    const path = "a,b:c%\r\n::error::x";
    const report = await render("github", reportOf([{ ...finding, path }]));
    expect(report.split("\n")[0]).toMatch(
      /^::error file=a%2Cb%3Ac%25%0D%0A%3A%3Aerror%3A%3Ax,line=3,endLine=3,col=14,endColumn=62,title=keywarden%3A Aforo secret key%2C /,
    );
    expect(readCommands(report)).toHaveLength(1);
    expect(readCommands(report)[0]?.properties["file"]).toBe(path);
  });

  it("starts with an overview where GitHub would drop annotations, level by level, and still has all", async () => {
    const medium = many(10, { confidence: "medium" });
    const commands = readCommands(await render("github", reportOf([...many(11), ...medium])));
    expect(commands.map(({ level }) => level)).toEqual([
      ...Array(12).fill("error"),
      ...Array(10).fill("warning"),
    ]);
    expect(commands[0]).toMatchObject({
      properties: { title: "keywarden: 11 annotations" },
      message: "GitHub shows 9 of these 11 and this line; the log of the step has all of them.",
    });
  });

  it("ends with what was scanned, and names what could not be", async () => {
    const report = await render("github", reportOf([], unreadable));
    expect(readCommands(report)).toEqual([
      {
        level: "error",
        properties: { title: "keywarden: could not tell", file: "a b.bin" },
        message: "could not be scanned: EACCES",
      },
    ]);
    expect(report.trimEnd().split("\n").at(-1)).toBe(
      "scanned 3 files, 300 B; 1 skipped, 1 could not be read",
    );
  });
});

describe("gitlab", () => {
  it("says when it scanned, with what, and whether it could", async () => {
    const failed = JSON.parse(await render("gitlab", reportOf([], unreadable))) as object;
    expect(failed).toMatchObject({
      version: "15.0.7",
      scan: {
        start_time: "2026-01-02T03:04:05",
        end_time: "2026-01-02T03:04:06",
        status: "failure",
        analyzer: { id: "keywarden", version: "1.2.3" },
        messages: [{ level: "fatal", value: "a b.bin could not be scanned: EACCES" }, { level: "info" }],
      },
    });
    expect(JSON.parse(await render("gitlab", reportOf([])))).toMatchObject({ scan: { status: "success" } });
  });

  it("puts each key at a commit: its own, else the one that is checked out, else zeros", async () => {
    const report = reportOf([
      { ...finding, commit: "c0ffee", author: "A <a@b>", date: "2025-01-01" },
      finding,
    ]);
    const commits = async (commit: string | null) => {
      const { vulnerabilities } = JSON.parse(await render("gitlab", report, { commit })) as {
        vulnerabilities: { id: string; location: { commit: object } }[];
      };
      expect(new Set(vulnerabilities.map(({ id }) => id)).size).toBe(2);
      return vulnerabilities.map(({ location }) => location.commit);
    };
    const own = { sha: "c0ffee", author: "A <a@b>", date: "2025-01-01" };
    expect(await commits("beef")).toEqual([own, { sha: "beef" }]);
    expect(await commits(null)).toEqual([own, { sha: "0000000" }]);
  });

  it("ranks by harm and identifies by rule and CWE", async () => {
    const sandbox = { ...finding, environment: "sandbox" as const, label: "test" };
    const { vulnerabilities } = JSON.parse(await render("gitlab", reportOf([finding, sandbox]))) as {
      vulnerabilities: object[];
    };
    expect(vulnerabilities).toMatchObject([
      {
        severity: "Critical",
        identifiers: [{ value: "aforo/secret-live" }, { type: "cwe", value: "798" }],
        raw_source_code_extract: "sk_live_…wxyz",
      },
      { severity: "Medium", identifiers: [{ value: "aforo/secret-test" }, {}] },
    ]);
  });
});

describe("csv", () => {
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1", "'=1"])(
    "disarms the formula %j",
    async (path) => {
      const [header = [], row = []] = readCsv(await render("csv", reportOf([{ ...finding, path }])));
      expect(row[header.indexOf("path")]).toBe(`'${path}`);
    },
  );

  it("quotes what would end a cell, and keeps lines apart with CR LF", async () => {
    const path = 'a,"b";c\nd';
    const report = await render("csv", reportOf([{ ...finding, path }]));
    expect(report).toContain('\r\n"a,""b"";c\nd",content,3,14,62,block,aforo,');
    expect(await render("csv", reportOf([]))).toMatch(
      /^path,locationKind,line,column,endColumn,[^\r\n]*\r\n$/,
    );
  });
});
