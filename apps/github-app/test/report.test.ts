import type { StoredOccurrence } from "@keywarden/storage";
import { describe, expect, test } from "vitest";
import { describeExposureLocation, locationFromPath, locationToPath } from "../src/jobs/exposure-location.ts";
import type { ExposureLocation } from "../src/jobs/exposure-location.ts";
import { outcomes } from "../src/report/outcomes.ts";
import { renderReport } from "../src/report/report.ts";
import type { KeyOutcome, ReportedKey, ReportInput } from "../src/report/report-input.ts";

const at = (path: string, line = 1): StoredOccurrence => ({
  commit: "c",
  path,
  line,
  column: 1,
  seenAtMs: 0,
});
const key = (outcome: KeyOutcome, occurrences = [at("src/a.ts", 3)]): ReportedKey => ({
  providerName: "Aforo",
  redacted: "sk_live_…s9t0",
  kind: "secret",
  environment: "production",
  outcome,
  occurrences,
});
const scanned = {
  objects: 4,
  bytes: 100,
  lfsPointers: 0,
  submodules: [],
  archives: 0,
  tooLarge: 0,
  notScanned: [],
  leftOut: [],
  notLookedUp: 0,
  replacedGone: false,
  unread: [],
  hasUnusableConfig: false,
};
const render = (keys: readonly ReportedKey[], more: Partial<ReportInput> = {}) =>
  renderReport({
    mode: "armed",
    isPublic: false,
    keys,
    scanned,
    scanGivenUp: undefined,
    earlier: [],
    isFinal: true,
    ...more,
  });
const everyOutcome: readonly KeyOutcome[] = [
  { is: "revoked", afterMs: 412 },
  { is: "would-revoke" },
  { is: "held", by: "breaker" },
  { is: "own-token" },
  { is: "refused" },
  { is: "not-revoked-yet" },
  { is: "rejected" },
  { is: "in-grace" },
  { is: "in-history" },
  { is: "inactive" },
  { is: "not-production" },
  { is: "not-ours" },
  { is: "of-another", docs: "https://docs.example.com/keys" },
  { is: "perhaps-of-another", docs: null },
  { is: "unknown" },
];

describe("a report", () => {
  test("of a revoked key says what, where, when and what to do next", () => {
    const { title, summary, conclusion, annotations } = render([key({ is: "revoked", afterMs: 412 })]);
    expect(title).toBe("1 key found: 1 revoked");
    expect(conclusion).toBe("failure");
    expect(summary).toBe(
      [
        "### Aforo secret key sk_live_…s9t0 (production)",
        "This key was live and has been revoked; it no longer works, 412 ms after the push arrived.",
        "",
        "Found in `src/a.ts:3`.",
        "",
        `**Next:** ${outcomes.revoked.next}`,
        "",
        "Scanned 4 new git objects: files, names, commit and tag messages.",
      ].join("\n"),
    );
    expect(annotations).toEqual([
      {
        path: "src/a.ts",
        start_line: 3,
        end_line: 3,
        annotation_level: "failure",
        title: "Aforo secret key sk_live_…s9t0 (production)",
        message: `This key ${outcomes.revoked.said}. ${outcomes.revoked.next}`,
      },
    ]);
  });

  test("of nothing is a success that says what was looked at", () => {
    const report = render([]);
    expect(report).toMatchObject({ title: "No new keys found", conclusion: "success", annotations: [] });
    // A file that already held one is written again with every change of it.
    expect(report.summary).toContain("bring in no secret or restricted key that was not there before.");
    expect(report.summary).toContain("Scanned 4 new git objects");
  });

  test.each(everyOutcome)(
    "fails in an armed App exactly where a key is live, or its provider cannot be asked: $is",
    (outcome) => {
      const isLive = [
        "revoked",
        "held",
        "own-token",
        "refused",
        "not-revoked-yet",
        "in-grace",
        "in-history",
        "of-another",
      ].includes(outcome.is);
      expect(render([key(outcome)]).conclusion).toBe(isLive ? "failure" : "neutral");
      expect(render([key(outcome)], { mode: "dry-run" }).conclusion).toBe("neutral");
    },
  );

  const hidden = everyOutcome.filter(({ is }) => is !== "revoked");
  const modes = ["armed", "dry-run"] as const;

  test("of a public repository is the same for every key that was not revoked, so that it answers nobody's question", () => {
    const reports = modes.flatMap((mode) =>
      hidden.map((outcome) => JSON.stringify(render([key(outcome)], { isPublic: true, mode }))),
    );
    expect(new Set(reports).size).toBe(1);
    expect(JSON.parse(reports[0] ?? "")).toMatchObject({
      title: "Keywarden looked at this commit",
      conclusion: "neutral",
      annotations: [],
    });
    expect(reports[0]).not.toMatch(/live|sk_|Aforo|src\/a|production|dry-run/u);
  });

  test("of a public repository tells all of a revoked key, and nothing of those beside it", () => {
    const keys = [key({ is: "revoked", afterMs: 1 }), key({ is: "held", by: "breaker" }, [at("b.ts")])];
    const { title, summary, annotations } = render(keys, { isPublic: true });
    expect([title, annotations.length]).toEqual(["1 key found: 1 revoked", 1]);
    expect(summary).toContain("Found in `src/a.ts:3`.");
    expect(summary).not.toMatch(/b\.ts|waits|still works/u);
  });

  test("of a public repository in which there is nothing says so", () => {
    expect(render([], { isPublic: true })).toMatchObject({
      title: "No new keys found",
      conclusion: "success",
    });
  });

  test("stays within GitHub's limits whatever is found, and says what it left out", () => {
    const many = Array.from({ length: 500 }, () => key({ is: "unknown" }, [at("d/".repeat(2_000) + "a.ts")]));
    const { title, summary } = render(many);
    expect(title.length).toBeLessThanOrEqual(255);
    expect(summary.length).toBeLessThanOrEqual(65_535);
    expect(summary).toMatch(/… and \d+ more sections that do not fit here\.$/u);
  });

  test("shows ten locations of a key and counts the rest, while every location in a file is annotated", () => {
    const places = Array.from({ length: 12 }, (_, index) => at("a.ts", index + 1));
    const { summary, annotations } = render([key({ is: "revoked", afterMs: 1 }, places)]);
    expect(summary).toContain("`a.ts:10` and 2 more locations");
    expect(annotations).toHaveLength(12);
  });

  test("lets no path act as Markdown, HTML or a mention", () => {
    const { summary } = render([key({ is: "inactive" }, [at("`</code><img src=x>@everyone\u202e")])]);
    expect(summary).toContain("`?</code><img src=x>@everyone?:1`");
  });

  test("of a scan that was given up is neutral and promises nothing", () => {
    const report = render([], { scanned: null, scanGivenUp: "GIT_UNREACHABLE" });
    expect(report).toMatchObject({ title: "Scan incomplete", conclusion: "neutral" });
    expect(report.summary).toContain("`GIT_UNREACHABLE`");
    expect(report.summary).toContain("Nothing is known about its content");
    expect(report.summary).not.toContain("no secret");
    const part = render([], { scanned, scanGivenUp: "GIT_UNREACHABLE" });
    expect(part).toMatchObject({ title: "Scan incomplete", conclusion: "neutral" });
    expect(part.summary).toContain(`${scanned.objects} git objects were read; the rest may hold keys`);
  });

  test("of a scan of which parts are still to be read is not clean yet", () => {
    const report = render([], { scanned: { ...scanned, goesOn: true } });
    expect(report).toMatchObject({ title: "Scan incomplete", conclusion: "neutral" });
    expect(report.summary).toContain(`${scanned.objects} git objects have been read so far`);
  });

  test("is never clean while an object could not be read, and names it", () => {
    const unread = [`object ${"1f".repeat(20)} is damaged: git cannot read it`];
    const report = render([], { scanned: { ...scanned, unread } });
    expect(report).toMatchObject({ title: "Scan incomplete", conclusion: "neutral" });
    expect(report.summary).toContain(unread[0]);
  });

  test("says what was not looked at", () => {
    const leftOut = ["a.zip!/b: is encrypted"];
    const counts = { lfsPointers: 2, archives: 1, notLookedUp: 5, leftOut };
    const gaps = { ...scanned, ...counts, replacedGone: true, hasUnusableConfig: true };
    const { summary, conclusion } = render([], { scanned: gaps });
    expect(conclusion).toBe("neutral");
    for (const words of [
      "2 files are kept in Git LFS",
      "1 archives",
      "5 more texts",
      "this push replaced were gone",
      "They may hold keys; the first of them: `a.zip!/b: is encrypted`",
      "A `keywarden.json` could not be used",
    ]) {
      expect(summary).toContain(words);
    }
  });
});

describe("a check without keys", () => {
  test.each([
    ["a file that Git LFS keeps", { lfsPointers: 1 }],
    ["an archive that was not opened", { archives: 1 }],
    ["commits that were gone", { replacedGone: true }],
    ["a submodule that moved", { submodules: ["lib"] }],
  ])("is not green beside %s, and says what was read", (_, change) => {
    expect(render([], { scanned: { ...scanned, ...change } })).toMatchObject({
      title: "No new keys found in what was read",
      conclusion: "neutral",
    });
  });

  test.each([
    ["an object was not read", { unread: ["object 1f is damaged"] }],
    ["a text was not looked up", { notLookedUp: 1 }],
    ["a file was left out", { lfsPointers: 1 }],
  ])("claims nothing of what was pushed as a whole where %s", (_, change) => {
    const { summary } = render([], { scanned: { ...scanned, ...change } });
    expect(summary).not.toContain("They contain no");
    expect(summary).toContain(
      "What was read and looked up of them brings in no secret or restricted key that was not there before.",
    );
  });

  test("is no success where more commits bring something in than it tells of", () => {
    const report = render([], { hasMoreEarlier: true });
    expect(report).toMatchObject({ title: "Not all is told of this push", conclusion: "neutral" });
    expect(report.summary).not.toContain("no secret");
    expect(report.summary).toContain(
      "has more commits with such texts than are looked through for this check",
    );
  });

  test("names fifty earlier commits and counts the others, of which one may be what fails it", () => {
    const earlier = Array.from({ length: 60 }, (_, index) => ({
      commit: index.toString(16).padStart(40, "0"),
      keys: [key(index === 59 ? { is: "revoked", afterMs: 1 } : { is: "not-ours" })],
    }));
    const { summary, conclusion } = render([], { earlier });
    expect(conclusion).toBe("failure");
    expect(summary.match(/### Commit/gu)).toHaveLength(50);
    expect(summary).toContain(
      "10 more earlier commits of this push bring in keys; their own checks say which.",
    );
  });
});

describe("a place", () => {
  const places: readonly ExposureLocation[] = [
    { in: "file", path: "src/a.ts" },
    { in: "path", path: "src/x\ny.ts" },
    { in: "commit", id: "c".repeat(40) },
    { in: "tag", id: "d".repeat(40) },
    { in: "ref", ref: "refs/heads/x" },
  ];

  test.each(places)("survives being kept as a path: $in", (place) => {
    expect(locationFromPath(locationToPath(place))).toEqual(place);
  });

  test("in a file is the only one with a line", () => {
    expect(places.map((place) => describeExposureLocation(place, 9).endsWith(":9"))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
