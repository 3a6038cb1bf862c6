import { readFileSync } from "node:fs";
import { join } from "node:path";
import { schemaProblems } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { said, useAudit, type Told } from "./audit-folder.ts";
import { good, overdue, revoked } from "./audited-key.ts";
import { live } from "./command.ts";

const { place, write, audit, auditJson } = useAudit();

describe("the formats", () => {
  const keys = [
    good,
    overdue,
    revoked,
    { ...good, id: "=cmd()", name: `a,"b"\n${live}`, owner: null, restrictions: {} },
  ];

  it("csv is a credential report that can be audited again with the same findings", async () => {
    const first = await auditJson(keys);
    const table = await audit("--from", "keys.json", "--format", "csv");
    expect(table.stdout.split("\n")).toHaveLength(keys.length + 2);
    expect(table.stdout).toContain("'=cmd()");
    write("keys.csv", table.stdout);
    const again = await audit("--from", "keys.csv", "--format", "json");
    const { findings, unjudged, audited } = JSON.parse(again.stdout) as Told;
    expect(findings).toEqual(first.findings);
    expect(unjudged).toEqual(first.unjudged);
    expect([audited.keys, audited.live]).toEqual([4, 3]);
  });

  it("the lines of keys export are read, with who made the current secret and its hash", async () => {
    const { prefix, lastFour, secretCreatedAt: _made, grace: _grace, ...rest } = good;
    const secret = (createdAt: string, createdBy: string) => ({
      generation: 1,
      sha256: "ab".repeat(32),
      prefix,
      lastFour,
      createdAt,
      createdBy,
      validUntil: null,
      revokedAt: null,
    });
    const records = ["one", "two"].map((id) => ({
      ...rest,
      id,
      restrictions: undefined,
      createdAt: "2026-01-01T00:00:00Z",
      createdBy: "token:cem",
      tags: [`service:${id}`],
      secrets: [
        { ...secret("2026-01-01T00:00:00Z", "token:cem"), validUntil: "2026-01-02T00:00:00Z" },
        secret("2026-11-01T00:00:00Z", "token:ann"),
      ],
    }));
    write("keys.jsonl", records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    const rulesFound = async (...args: readonly string[]) => {
      const { stdout } = await audit("--from", "keys.jsonl", "--format", "json", ...args);
      return said(JSON.parse(stdout) as Told).toSorted();
    };
    const shared = ["several-services one", "several-services two", "unrestricted one", "unrestricted two"];
    expect(await rulesFound("--departed", "cem")).toEqual(shared);
    expect(await rulesFound("--departed", "ann")).toEqual([
      "owner-departed one",
      "owner-departed two",
      ...shared,
    ]);
  });

  it("sarif keeps to its schema, and names the line of a table", async () => {
    const schema = JSON.parse(
      readFileSync(new URL("../../../packages/scan/test/schemas/sarif-2.1.0.json", import.meta.url), "utf8"),
    ) as object;
    await auditJson(keys);
    const table = await audit("--from", "keys.json", "--format", "csv");
    write("keys.csv", table.stdout);
    const { stdout, status } = await audit("--from", "keys.csv", "--format", "sarif");
    expect(status).toBe(1);
    const log = JSON.parse(stdout) as { runs: { results: { ruleId: string; locations: unknown[] }[] }[] };
    expect(schemaProblems(schema, log)).toEqual([]);
    expect(log.runs[0]?.results.map(({ ruleId }) => ruleId)).toEqual([
      "rotation-overdue",
      "unrestricted",
      "no-owner",
    ]);
    expect(log.runs[0]?.results[0]?.locations).toMatchObject([
      {
        physicalLocation: { artifactLocation: { uri: "keys.csv" }, region: { startLine: 3 } },
        logicalLocations: [{ fullyQualifiedName: "example/key_old" }],
      },
    ]);
  });

  it.each(["text", "json", "csv", "sarif"])(
    "%s goes to a file whole, and the text to the terminal",
    async (format) => {
      write("keys.json", keys);
      const { status, stdout } = await audit("--from", "keys.json", "--format", format, "--output", "out");
      const alone = await audit("--from", "keys.json", "--format", format);
      expect(status).toBe(1);
      expect(stdout).toContain("Rotation is overdue");
      expect(readFileSync(join(place().path, "out"), "utf8")).toBe(alone.stdout);
    },
  );

  it("never show a key, wherever the inventory hides one", async () => {
    const hostile = {
      ...overdue,
      id: live,
      name: live,
      owner: live,
      label: live,
      prefix: live,
      tags: [live, `service:${live}`],
      permissions: [live],
      tenant: live,
      key: live,
    };
    write("keys.json", [hostile, { ...hostile, id: `${live}2` }]);
    // runHere fails on any output that holds the key.
    for (const format of ["text", "json", "csv", "sarif"]) {
      const { status } = await audit("--from", "keys.json", "--format", format);
      expect(status).toBe(1);
    }
    // A flag that holds one is a slip, and nothing is judged by it.
    expect((await audit("--from", "keys.json", "--departed", live)).status).toBe(2);
  });
});
