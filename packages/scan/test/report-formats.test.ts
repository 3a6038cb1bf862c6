import { readFileSync } from "node:fs";
import { aero2, aforo, builtInProviders, redactWithin } from "@keywarden/key-format";
import { defaultPolicy, joinReports, judgeMatches, makeScanner } from "@keywarden/scan";
import type { ReportContext, ScanReport } from "@keywarden/scan";
import { reportFormats } from "@keywarden/scan/report-formats";
import { assertNoKey, makeKey, schemaProblems, sha256 } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readers } from "./reports/read-back.ts";
import { anyReport, context, finding, reportOf, summaryOf } from "./reports/reported.ts";
import { readJunit } from "./reports/xml.ts";

const render = async (
  name: string,
  report: ScanReport,
  more: Partial<ReportContext> = {},
): Promise<string> => {
  const format = reportFormats.find((candidate) => candidate.name === name);
  if (format === undefined) throw new Error(`no format ${name}`);
  return (await format.load())(report, { ...context, ...more });
};
const renderAccepted = (name: string, report: ScanReport): Promise<string> =>
  render(name, report, { showsAccepted: true });

type Suppressions = readonly Readonly<Record<string, unknown>>[];
const suppressionsOf = (sarif: string): readonly Suppressions[] =>
  (JSON.parse(sarif) as { runs: { results: { suppressions: Suppressions }[] }[] }).runs.flatMap(
    ({ results }) => results.map(({ suppressions }) => suppressions),
  );

const schemaOf = (file: string): object =>
  JSON.parse(readFileSync(new URL(`schemas/${file}`, import.meta.url), "utf8")) as object;

const sorted = (findings: readonly object[]): readonly object[] =>
  findings
    .map((finding) => Object.fromEntries(Object.entries(finding).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe("every report format", () => {
  it.each([
    ["sarif", schemaOf("sarif-2.1.0.json")],
    ["gitlab", schemaOf("gitlab-secret-detection-15.0.json")],
  ])("%s keeps to its schema, whatever the findings hold", async (name, schema) => {
    await fc.assert(
      fc.asyncProperty(anyReport, async (report) => {
        expect(schemaProblems(schema, JSON.parse(await render(name, report)))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("sarif keeps to its schema with accepted findings, which are results with suppressions", async () => {
    const schema = schemaOf("sarif-2.1.0.json");
    await fc.assert(
      fc.asyncProperty(anyReport, async (report) => {
        const sarif = await renderAccepted("sarif", report);
        expect(schemaProblems(schema, JSON.parse(sarif))).toEqual([]);
        const kinds = suppressionsOf(sarif).map((some) => some.map(({ kind }) => kind));
        const given = report.suppressed.map(({ suppression: { by } }) => by);
        expect(kinds).toEqual([
          ...report.findings.map(() => []),
          ...given.map((by) => [by === "inline" ? "inSource" : "external"]),
        ]);
        // Who does not ask for them gets none: GitHub would open an alert for each.
        expect(suppressionsOf(await render("sarif", report))).toEqual(report.findings.map(() => undefined));
      }),
      { numRuns: 60 },
    );
  });

  it("sarif and text say why a finding was accepted, by whom, and where", async () => {
    const suppressed = [
      { finding, suppression: { by: "inline" as const, reason: "made by the factory" } },
      { finding, suppression: { by: "config" as const, reason: "a {fixture}", owner: "ann" } },
      { finding: { ...finding, id: "0123456789abcdef" }, suppression: { by: "baseline" as const } },
    ];
    const report = { ...reportOf([]), suppressed };
    const sarif = await renderAccepted("sarif", report);
    expect(suppressionsOf(sarif).flat()).toEqual([
      { kind: "inSource", status: "accepted", justification: "made by the factory" },
      { kind: "external", status: "accepted", justification: "a {fixture}", properties: { owner: "ann" } },
      { kind: "external", status: "accepted", justification: expect.stringContaining("baseline") as string },
    ]);
    const text = await renderAccepted("text", report);
    expect(text).toContain(
      "accepted  src/app.ts:3:14  sk_live_…wxyz  keywarden:allow: made by the factory\n",
    );
    expect(text).toContain("keywarden.json: a {fixture}, owner ann\n");
    expect(text).toContain("in the baseline as 0123456789ab…\n");
    expect(await render("text", report)).not.toContain("accepted ");
  });

  it("junit keeps to its schema, whatever the findings hold", async () => {
    await fc.assert(
      fc.asyncProperty(anyReport, async (report) => {
        expect((await readJunit(await render("junit", report))).problems).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  it("is held to a schema that can say no", async () => {
    const sarif = schemaOf("sarif-2.1.0.json");
    const gitlab = schemaOf("gitlab-secret-detection-15.0.json");
    expect(schemaProblems(sarif, { version: "2.1.0", runs: [{ results: [] }] })).not.toEqual([]);
    expect(schemaProblems(gitlab, { version: "15.0.7", vulnerabilities: [] })).not.toEqual([]);
    expect((await readJunit('<testsuites><testsuite name="a"/></testsuites>')).problems).not.toEqual([]);
  });

  it.each(Object.entries(readers))(
    "%s tells of the same findings as json",
    async (name, { read, expected }) => {
      await fc.assert(
        fc.asyncProperty(anyReport, async (report) => {
          const { findings } = JSON.parse(await render("json", report)) as { findings: never[] };
          const rows = await read(await render(name, report));
          // A table has a row for each thing that could not be read, too.
          const told = rows.filter(({ action }) => action !== "unread");
          const count = name === "csv" ? report.summary.unread.length : 0;
          expect(rows).toHaveLength(told.length + count);
          expect(sorted(told)).toEqual(sorted(findings.map(expected)));
        }),
        { numRuns: name === "junit" ? 15 : 150 },
      );
    },
  );

  it("but the text is read back by another", () => {
    const read = ["text", "json", ...Object.keys(readers)].toSorted();
    expect(reportFormats.map(({ name }) => name).toSorted()).toEqual(read);
  });

  it.each(reportFormats.map(({ name }) => name))("%s never shows a key", async (name) => {
    const keys = [1, 2, 3].map((seed) => makeKey(aforo, { kind: "secret", environment: "production" }, seed));
    keys.push(makeKey(aero2, { kind: "publishable", environment: "production" }, 4));
    const [first = "", second = "", third = "", fourth = ""] = keys.map((key) => key.reveal());
    const scanner = makeScanner({ providers: builtInProviders, sha256 });
    const content = `a="${first}"; b='${second}' // ${third} ${fourth}\ncurl -u ${btoa(`${second}:`)} ${first}\n`;
    const path = `keys/${third}.txt`;
    const shown = redactWithin(path, builtInProviders);
    const places = [
      judgeMatches(scanner.scanText(content), shown, defaultPolicy),
      judgeMatches(scanner.scanText(path), shown, defaultPolicy, "path"),
    ];
    const findings = places.flatMap(({ findings, reported }) =>
      findings.map((finding, index) => ({
        finding: finding.locationKind === "path" ? { ...finding, commit: sha256("commit") } : finding,
        excerpt: reported[index]?.excerpt ?? { before: "", after: "" },
      })),
    );
    expect(findings.length).toBeGreaterThanOrEqual(5);
    const summary = summaryOf(findings.length, {
      unread: [{ location: shown, kind: "file", reason: "EACCES" }],
    });
    assertNoKey(await render(name, { findings, suppressed: [], summary }), keys);
  });

  it.each(reportFormats.map(({ name }) => name))(
    "%s ends with a line break, also when it is empty",
    async (name) => {
      expect(await render(name, reportOf([]))).toMatch(/\n$/);
    },
  );
});

describe("a report of several repositories", () => {
  const lost = { location: "b.bin", kind: "file", reason: "EACCES" } as const;
  const several = joinReports("paths", [
    { repository: "../shop", ...reportOf([finding]) },
    { repository: "api", ...reportOf([{ ...finding, path: "lib/b.ts" }], { unread: [lost] }) },
    { repository: "web", ...reportOf([], { skipped: [{ path: "c.zip", part: "", reason: "too deep" }] }) },
  ]);

  it("is whole only when each is, and counts what all of them count", () => {
    expect(several.summary).toMatchObject({
      complete: false,
      unread: [{ repository: "api", location: "b.bin" }],
      skipped: [{ repository: "web", path: "c.zip" }],
      files: { listed: 9, scanned: 9 },
      findings: 2,
    });
    expect(joinReports("paths", [{ repository: "web", ...reportOf([]) }]).summary.complete).toBe(true);
  });

  it.each(reportFormats.map(({ name }) => [name]))(
    "names the repository of everything in it as %s",
    async (name) => {
      const raw = await render(name, several);
      const text = raw.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
      for (const pattern of [/\.\.\/shop\b/, /\bapi\b.*\bapi\b/s, /b\.ts/, /b\.bin/])
        expect(text).toMatch(pattern);
    },
  );

  it("has a run for each in SARIF, which says of itself whether it is whole, and locates files from here", async () => {
    const sarif = await render("sarif", several);
    expect(schemaProblems(schemaOf("sarif-2.1.0.json"), JSON.parse(sarif))).toEqual([]);
    const { runs } = JSON.parse(sarif) as {
      runs: { automationDetails: { id: string }; invocations: { executionSuccessful: boolean }[] }[];
    };
    expect(
      runs.map(({ automationDetails: { id }, invocations: [one] }) => [id, one?.executionSuccessful]),
    ).toEqual([
      ["keywarden/../shop/", true],
      ["keywarden/api/", false],
      ["keywarden/web/", true],
    ]);
    expect(sarif).toContain('"uri": "api/lib/b.ts"');
    const gitlab = await render("gitlab", several, { commit: "c".repeat(40) });
    expect(schemaProblems(schemaOf("gitlab-secret-detection-15.0.json"), JSON.parse(gitlab))).toEqual([]);
    // What is checked out here is no commit of theirs.
    expect(gitlab).not.toContain("c".repeat(40));
  });
});
