import type { Secret } from "@keywarden/key-format";
import { describe, expect, it } from "vitest";
import type { Match } from "../src/match/match.ts";
import { defaultPolicy, judgeMatches } from "../src/policy/policy.ts";
import type { AllowEntry } from "../src/policy/suppression.ts";
import { Suppressor, type SuppressorOptions } from "../src/policy/suppressor.ts";
import { matchOf } from "./match.ts";

// A suppressor hands the secret to `identify` and to nobody else.
const secretNamed = (name: string): Secret => name as unknown as Secret;
const identify = (secret: Secret): string => `id of ${String(secret)}`;
const nowMs = Date.UTC(2027, 0, 31);

const one = matchOf({ secret: secretNamed("one"), format: "own/token" });
const other = matchOf({ secret: secretNamed("other"), fingerprint: "f2", line: 9 });
const ignored = matchOf({ secret: secretNamed("third"), kind: "publishable" });

function run(
  matches: readonly Match[],
  options: Partial<SuppressorOptions> = {},
  path: string | null = "src/a.env",
) {
  const suppressor = new Suppressor({ allow: [], baseline: new Set(), identify, nowMs, ...options });
  const judged = suppressor.apply(matches, judgeMatches(matches, path ?? "<stdin>", defaultPolicy), path);
  const by = judged.suppressed.map(({ suppression }) => suppression.by);
  return { ...judged, by, suppressor, uses: suppressor.uses, seen: [...suppressor.seenIds] };
}

const inSource = (path: string): boolean => path.startsWith("src/");

describe("an entry of allow", () => {
  it.each<[string, boolean, Omit<AllowEntry, "reason">]>([
    ["names nothing", true, {}],
    ["names its path", true, { matchesPath: inSource }],
    ["names another path", false, { matchesPath: (path) => !inSource(path) }],
    ["names its prefix", true, { format: "own_" }],
    ["names its format", true, { format: "own/token" }],
    ["names another format", false, { format: "own/other" }],
    ["names its finding id", true, { finding: "id of one" }],
    ["names another finding id", false, { finding: "id of other" }],
    ["names its fingerprint", true, { fingerprint: "f1" }],
    ["names another fingerprint", false, { fingerprint: "f2" }],
    [
      "names all of it",
      true,
      { matchesPath: inSource, format: "own_", finding: "id of one", fingerprint: "f1" },
    ],
    ["names one part that does not fit", false, { matchesPath: inSource, format: "own_", fingerprint: "f2" }],
  ])("that %s accepts a key: %s", (_, accepts, selector) => {
    const { findings, suppressed, uses } = run([one], { allow: [{ ...selector, reason: "made for tests" }] });
    expect(findings).toHaveLength(accepts ? 0 : 1);
    expect(suppressed.map(({ suppression }) => suppression)).toStrictEqual(
      accepts ? [{ by: "config", reason: "made for tests" }] : [],
    );
    expect(uses).toEqual([{ matched: accepts ? 1 : 0, returned: 0, isExpired: false }]);
  });

  it("says whose it is, where that is known", () => {
    const { suppressed } = run([one], { allow: [{ reason: "made for tests", owner: "payments" }] });
    expect(suppressed[0]?.suppression).toEqual({ by: "config", reason: "made for tests", owner: "payments" });
  });

  it("that names a path fits nothing that is in no file", () => {
    const allow = [{ matchesPath: () => true, reason: "made for tests" }];
    expect(run([one], { allow }, null).findings).toHaveLength(1);
    expect(run([one], { allow: [{ reason: "made for tests" }] }, null).findings).toEqual([]);
  });

  it("that names an id fits nothing without a baseline key", () => {
    const allow = [{ finding: "id of one", reason: "made for tests" }];
    const suppressor = new Suppressor({ allow, baseline: new Set(["id of one"]), nowMs });
    const { findings } = suppressor.apply([one], judgeMatches([one], "a", defaultPolicy), "a");
    expect(findings).toHaveLength(1);
    expect(findings[0]).not.toHaveProperty("id");
    expect([...suppressor.seenIds]).toEqual([]);
  });

  it.each([
    [-1, 0, "holds until the instant before it expires"],
    [0, 1, "is red from the instant at which it expires"],
    [86_400_000, 1, "stays red"],
  ])("at %d ms from its expiry reports %d findings: it %s", (sinceMs, count) => {
    const allow = [{ reason: "made for tests", expiresAtMs: nowMs }];
    const { findings, uses } = run([one], { allow, nowMs: nowMs + sinceMs });
    expect(findings).toHaveLength(count);
    expect(uses).toEqual([{ matched: 1, returned: count, isExpired: sinceMs >= 0 }]);
  });

  it("that has expired takes nothing from another one, from a marker or from the baseline", () => {
    const expired = { reason: "old", expiresAtMs: 0 };
    const fresh = { reason: "new" };
    const marked = matchOf({ ...one, inlineAllow: "a reason" });
    const seen = (matches: readonly Match[], options: Partial<SuppressorOptions>) => {
      const { by, uses } = run(matches, options);
      return [by, uses[0]?.returned];
    };
    expect(seen([one], { allow: [expired, fresh] })).toEqual([["config"], 0]);
    expect(seen([marked], { allow: [expired] })).toEqual([["inline"], 0]);
    expect(seen([one], { allow: [expired], baseline: new Set(["id of one"]) })).toEqual([["baseline"], 0]);
    expect(seen([one], { allow: [expired] })).toEqual([[], 1]);
  });

  it("counts each key that it fits, also what policy ignores, so that a stricter run may need it", () => {
    const allow = [
      { format: "own_", reason: "all" },
      { fingerprint: "f2", reason: "the other" },
    ];
    const { findings, suppressed, ignored: left, uses } = run([ignored, one, other], { allow });
    expect([findings, suppressed.length, left]).toEqual([[], 2, [{ why: "publishable", count: 1 }]]);
    expect(uses.map(({ matched }) => matched)).toEqual([3, 1]);
  });

  it("adds up over all that it is applied to", () => {
    const { suppressor } = run([one], { allow: [{ reason: "all", expiresAtMs: 0 }] });
    suppressor.apply([one, other], judgeMatches([one, other], "b", defaultPolicy), "b");
    expect(suppressor.uses).toEqual([{ matched: 3, returned: 3, isExpired: true }]);
  });
});

describe("what a suppressor gives", () => {
  it("prefers the marker, then keywarden.json, then the baseline, and sees the baseline's ids in any case", () => {
    const allow = [{ reason: "in the file" }];
    const baseline = new Set(["id of one", "id of nobody"]);
    const marked = matchOf({ ...one, inlineAllow: "a reason" });
    for (const [match, options, by] of [
      [marked, { allow, baseline }, "inline"],
      [one, { allow, baseline }, "config"],
      [one, { baseline }, "baseline"],
    ] as const) {
      const result = run([match], options);
      expect([result.by, result.seen]).toEqual([[by], ["id of one"]]);
    }
    expect(run([marked]).suppressed[0]?.suppression).toEqual({ by: "inline", reason: "a reason" });
    expect(run([other], { baseline }).seen).toEqual([]);
  });

  it("reports a key whose marker gives no reason, and says so", () => {
    const reasonOf = (match: Match) => run([match]).findings[0]?.reason;
    expect(reasonOf(one)).toBe("fits");
    expect(reasonOf(matchOf({ ...one, inlineAllow: "" }))).toBe(
      "fits; the keywarden:allow beside it gives no reason",
    );
  });

  it("keeps findings and their matches together, and gives each its id", () => {
    const marked = matchOf({ secret: secretNamed("marked"), inlineAllow: "a reason" });
    const { findings, reported, suppressed } = run([ignored, one, marked, other]);
    expect(findings.map(({ line, id }) => [line, id])).toEqual([
      [3, "id of one"],
      [9, "id of other"],
    ]);
    expect(reported).toEqual([one, other]);
    expect(suppressed.map(({ finding }) => finding.id)).toEqual(["id of marked"]);
  });
});

describe("another scanner's comment", () => {
  const commented = matchOf({ secret: secretNamed("one"), foreignAllow: "gitleaks:allow" });

  it("accepts a key where the policy honours it, and is named", () => {
    const { suppressed, findings } = run([commented, other], { honoursForeignAllow: true });
    expect(findings).toHaveLength(1);
    expect(suppressed.map(({ suppression }) => suppression)).toMatchObject([
      { by: "inline", comment: "gitleaks:allow", reason: expect.stringMatching(/\w/) as string },
    ]);
  });

  it.each([false, undefined])("accepts nothing where the policy says %s", (honoursForeignAllow) => {
    const settings = honoursForeignAllow === undefined ? {} : { honoursForeignAllow };
    expect(run([commented, other], settings).by).toEqual([]);
  });
});

describe("an entry of the baseline", () => {
  const baseline = new Set(["id of one"]);
  const accept = (entry: ReturnType<NonNullable<SuppressorOptions["baselineEntry"]>>) =>
    run([one, one], { baseline, baselineEntry: () => entry });

  it("says why it is there and whose it is, as far as that is known", () => {
    const of = (entry: Parameters<typeof accept>[0]) => accept(entry).suppressed[0]?.suppression;
    expect(of({})).toStrictEqual({ by: "baseline" });
    expect(of({ reason: "old" })).toStrictEqual({ by: "baseline", reason: "old" });
    expect(of({ owner: "payments" })).toStrictEqual({ by: "baseline", owner: "payments" });
  });

  it("accepts nothing once it has expired, and counts what is reported again", () => {
    const expired = accept({ expiresAtMs: nowMs });
    expect([expired.by, expired.findings.length]).toEqual([[], 2]);
    expect([...expired.suppressor.returnedIds]).toEqual([["id of one", 2]]);
    const lasting = accept({ expiresAtMs: nowMs + 1 });
    expect([lasting.by, [...lasting.suppressor.returnedIds]]).toEqual([["baseline", "baseline"], []]);
  });
});
