import { readFileSync } from "node:fs";
import { aero2, aforo, builtInProviders, redactWithin } from "@keywarden/key-format";
import { defaultPolicy, judge, makeScanner } from "@keywarden/scan";
import type { ScanReport } from "@keywarden/scan";
import { reportFormats } from "@keywarden/scan/report-formats";
import { assertNoKey, makeKey, schemaProblems, sha256 } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readers } from "./reports/read-back.ts";
import { anyReport, context, reportOf, summaryOf } from "./reports/reported.ts";
import { readJunit } from "./reports/xml.ts";

const render = async (name: string, report: ScanReport): Promise<string> => {
  const format = reportFormats.find((candidate) => candidate.name === name);
  if (format === undefined) throw new Error(`no format ${name}`);
  return (await format.load())(report, context);
};

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
          const told = await read(await render(name, report));
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
      judge(scanner.scanText(content), shown, defaultPolicy),
      judge(scanner.scanText(path), shown, defaultPolicy, sha256("commit"), "path"),
    ];
    const findings = places.flatMap(({ findings, reported }) =>
      findings.map((finding, index) => ({
        finding,
        excerpt: reported[index]?.excerpt ?? { before: "", after: "" },
      })),
    );
    expect(findings.length).toBeGreaterThanOrEqual(5);
    const summary = summaryOf(findings.length, {
      skipped: [{ path: shown, reason: "EACCES", failed: true }],
      complete: false,
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
