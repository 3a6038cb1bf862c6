import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { said, useAudit } from "./audit-folder.ts";
import { good, overdue, revoked } from "./audited-key.ts";
import { live } from "./command.ts";
import { runHere } from "./terminal.ts";

const { place, write, audit, auditJson } = useAudit();

describe("keywarden audit of a file", () => {
  it("is 0 when every key keeps to policy, and says what it audited", async () => {
    write("keys.json", { keys: [good, revoked] });
    const { status, stdout } = await audit("--from", "keys.json");
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout:
        "clean: audited 1 live key of keys.json at 2026-11-21T04:00:00.000Z; 1 revoked or expired left out\n",
    });
  });

  it("is 1 on a finding, with the reason, the source and the next command", async () => {
    write("keys.json", [good, overdue]);
    const { status, stdout } = await audit("--from", "keys.json");
    expect(status).toBe(1);
    expect(stdout).toContain("HIGH  Rotation is overdue  rotation-overdue, 1 key");
    expect(stdout).toContain("Example: “Rotate API keys every 90 days”");
    expect(stdout).toMatch(/missed by 22 days {2}key_old {2}example {2}sk_live_…a1b2 {2}old/);
    expect(stdout).toContain("$ keywarden rotate key_old\n");
    expect(stdout).toContain("1 finding: 1 of 2 live keys breaks 1 rule; audited 2 live keys of keys.json");
  });

  it.each([
    ["no keys", []],
    ["revoked keys only", [revoked]],
  ])("is never green with %s", async (_, keys) => {
    write("keys.json", { keys });
    const { status, stdout, stderr } = await audit("--from", "keys.json");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("Nothing was audited");
  });

  it("puts the worst first, and what is due first before the rest", async () => {
    const older = {
      ...overdue,
      id: "key_older",
      createdAt: "2026-07-01T00:00:00Z",
      secretCreatedAt: "2026-07-01T00:00:00Z",
    };
    const told = await auditJson(
      [overdue, older, { ...good, owner: "ann" }],
      "--departed",
      "ann=2026-11-20T10:00Z",
    );
    expect(said(told)).toEqual([
      "owner-departed key_good",
      "rotation-overdue key_older",
      "rotation-overdue key_old",
    ]);
    expect(told.findings[0]).toMatchObject({ deadline: "2026-11-21T10:00:00.000Z", remainingHours: 6 });
    expect(told.status).toBe(1);
  });

  it("colours what is missed red, what is still to come yellow, and nothing in a file", async () => {
    write("keys.json", [overdue, { ...good, owner: "ann" }]);
    const args = ["audit", "--from", "keys.json", "--departed", "ann"];
    const { stdout } = await runHere(args, {
      directory: place().path,
      isTerminal: true,
      env: { TERM: "xterm" },
    });
    expect(stdout).toContain("\u001B[31mmissed by 22 days\u001B[39m");
    expect(stdout).toContain("\u001B[33m24 h left\u001B[39m");
    await runHere([...args, "--output", "report.txt"], {
      directory: place().path,
      isTerminal: true,
      env: { TERM: "xterm" },
    });
    expect(readFileSync(join(place().path, "report.txt"), "utf8")).not.toContain("\u001B");
  });

  it("repeats itself exactly with --now", async () => {
    const before = await auditJson([overdue], "--now", "2026-10-29T23:59:59.999Z");
    expect(said(before)).toEqual(["rotation-due key_old"]);
    expect(said(await auditJson([overdue], "--now", "2026-10-30"))).toEqual(
      ["rotation-overdue key_old", "several"].slice(0, 1),
    );
  });

  it("says which rules it could not ask, and of how many keys", async () => {
    const {
      tags: _tags,
      restrictions: _restrictions,
      owner: _owner,
      permissions: _permissions,
      ...bare
    } = good;
    const { unjudged, status } = await auditJson([bare, { ...good, id: "key_2" }]);
    expect(status).toBe(0);
    expect(unjudged.map(({ rules: [first], keys }) => [first, keys])).toEqual([
      ["owner-departed", 1],
      ["live-key-in-development", 1],
      ["several-services", 1],
      ["unrestricted", 1],
    ]);
  });

  it("reads tags, restrictions and one value under two ids", async () => {
    const fingerprint = "ab".repeat(32);
    const told = await auditJson([
      { ...good, id: "a", tags: ["env:ci"], fingerprint },
      {
        ...good,
        id: "b",
        tags: ["service:web", "service:billing"],
        restrictions: {},
        fingerprint: fingerprint.toUpperCase(),
      },
      { ...good, id: "c", environment: "sandbox", tags: ["environment=prod"] },
    ]);
    expect(said(told).toSorted()).toEqual([
      "live-key-in-development a",
      "several-services a",
      "several-services b",
      "test-key-in-production c",
      "unrestricted b",
    ]);
  });
});

describe("policy", () => {
  const idle = {
    ...good,
    provider: "aforo",
    lastUsedAt: "2026-09-25T00:00:00Z",
    createdAt: "2026-09-01T00:00:00Z",
    trackingSince: "2026-09-01T00:00:00Z",
    secretCreatedAt: "2026-11-01T00:00:00Z",
  };

  it("comes from the preset that is asked for, before keywarden.json", async () => {
    expect(said(await auditJson([idle]))).toEqual([]);
    const strict = await auditJson([idle], "--preset", "cis45");
    expect(said(strict)).toEqual(["dormant key_good"]);
    expect(strict.policies["aforo"]?.dormantAfterDays).toBe(45);
    write("keywarden.json", { hygiene: { dormantAfterDays: 30 } });
    expect(said(await auditJson([idle]))).toEqual(["dormant key_good"]);
    expect(said(await auditJson([idle], "--preset", "default90"))).toEqual([]);
  });

  it("cannot be loosened beyond what the provider states", async () => {
    write("keywarden.json", { hygiene: { rotateEveryDays: 300, dormantAfterDays: 300 } });
    expect(said(await auditJson([overdue]))).toEqual(["rotation-overdue key_old"]);
  });

  it("accepts a finding by a command, which shows what it would write, until a day, and says so", async () => {
    const accept = (...args: readonly string[]) => runHere(["accept", ...args], { directory: place().path });
    const config = '{\n  // limits of ours\n  "hygiene": { "dueBeforeDays": 3 },\n}\n';
    write("keywarden.json", config);
    const plan = await accept("rotation-overdue", "key_old", "--owner", "ann");
    expect(plan.stdout).toContain("would be accepted until 2026-11-28 by ann");
    expect(readFileSync(join(place().path, "keywarden.json"), "utf8")).toBe(config);
    expect(said(await auditJson([overdue]))).toEqual(["rotation-overdue key_old"]);

    expect(await accept("rotation-overdue", "key_old", "--owner", "ann", "--yes")).toMatchObject({
      status: 0,
    });
    const told = await auditJson([overdue]);
    const reason = "put off until somebody looks into it";
    const entry = { rule: "rotation-overdue", keyId: "key_old", reason, owner: "ann", expires: "2026-11-28" };
    expect([told.status, told.accepted]).toEqual([0, [entry]]);
    const { stdout } = await audit("--from", "keys.json");
    expect(stdout).toContain("Accepted until 2026-11-28 by ann: rotation-overdue of key_old: put off");
    expect((await accept("rotation-overdue", "key_old", "--yes")).stdout).toContain("accepted already");
    const later = await audit("--from", "keys.json", "--now", "2026-11-28");
    expect([later.status, later.stderr]).toEqual([1, expect.stringContaining("expired on 2026-11-28")]);
    expect(readFileSync(join(place().path, "keywarden.json"), "utf8")).toContain("// limits of ours");
  });

  it.each([
    [["dormand", "key_1"], "a rule that does not exist"],
    [["dormant", "key_1", "--expires", "2026-11-21"], "is past"],
    [["dormant", "key_1", "--expires", "2026-02-30"], "a day that exists"],
    [["dormant", "key_1", "--reason", "-"], "a reason of 2 to 200 characters"],
    [["dormant", live], "that looks like a key"],
    [["dormant", "key_1", "--reason", `it was ${live}`], "--reason holds what looks like a key"],
    [["dormant", "key_1", "--owner", `ann (${live})`], "--owner holds what looks like a key"],
  ])("accepts nothing by %j", async (args, problem) => {
    const told = await runHere(["accept", ...args, "--yes"], { directory: place().path });
    expect(told).toMatchObject({ status: 2, stderr: expect.stringContaining(problem) });
    expect(existsSync(join(place().path, "keywarden.json"))).toBe(false);
  });

  it("accepts what keywarden.json accepts, until the day, and says so", async () => {
    const entry = { key: "key_old", rule: "rotation-overdue", reason: "moves to the new API in May" };
    write("keywarden.json", {
      hygiene: { accept: [entry, { key: "gone", rule: "dormant", reason: "was there" }] },
    });
    const told = await auditJson([overdue]);
    expect([told.status, told.accepted]).toEqual([
      0,
      [{ rule: "rotation-overdue", keyId: "key_old", reason: entry.reason, owner: null, expires: null }],
    ]);
    expect(told.stderr).toContain("hygiene.accept[1] (gone, dormant) accepts nothing any more");
    write("keywarden.json", { hygiene: { accept: [{ ...entry, expires: "2026-11-21" }] } });
    const later = await auditJson([overdue]);
    expect([later.status, later.accepted]).toEqual([1, []]);
    expect(later.stderr).toContain("expired on 2026-11-21");
    write("keywarden.json", { hygiene: { accept: [{ ...entry, rule: "rotation-overdu" }] } });
    const { status, stderr } = await audit("--from", "keys.json");
    expect(status).toBe(2);
    expect(stderr).toContain("Did you mean rotation-overdue?");
  });

  it("leaves out what is below the severity, and counts it", async () => {
    const told = await auditJson([{ ...good, owner: null }], "--min-severity", "medium");
    expect([told.status, said(told), told.audited.belowSeverity]).toEqual([0, [], 1]);
    write("keywarden.json", { hygiene: { minSeverity: "critical" } });
    expect((await auditJson([overdue])).status).toBe(0);
    expect((await auditJson([overdue], "--min-severity", "low")).status).toBe(1);
  });
});

describe("departures", () => {
  it("come from a list of members: whoever is missing has left now, and dates count", async () => {
    write("members.csv", "member,departed\n# the team\nben\ncem, 2026-11-20\n");
    const keys = [
      good,
      { ...good, id: "k2", owner: "cem" },
      { ...good, id: "k3", owner: "dan" },
      { ...good, id: "k4", owner: null },
    ];
    const told = await auditJson(keys, "--members", "members.csv");
    expect(told.findings.map(({ rule, key, deadline }) => [rule, key.id, deadline])).toEqual([
      ["owner-departed", "k2", "2026-11-21T00:00:00.000Z"],
      ["owner-departed", "k3", "2026-11-22T04:00:00.000Z"],
      ["no-owner", "k4", null],
    ]);
  });

  it("are questioned when no key knows the member", async () => {
    write("keys.json", [good]);
    const { status, stdout } = await audit("--from", "keys.json", "--departed", "bem");
    expect(status).toBe(2);
    expect(stdout).toContain(
      "bem has left, but no live key names this member: check the spelling against the inventory.",
    );
  });

  it("find who only saw the key", async () => {
    expect(said(await auditJson([{ ...good, seenBy: ["ann"] }], "--departed", "Ann"))).toEqual([
      "owner-departed key_good",
    ]);
  });
});
