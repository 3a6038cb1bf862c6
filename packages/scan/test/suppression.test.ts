import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { assertNoKey } from "@keywarden/testing";
import { defaultPolicy, judge, makeIdentifyKey, readPathPattern, Suppressor } from "@keywarden/scan";
import type { AllowEntry, SuppressorOptions } from "@keywarden/scan";
import { aforoKey, keyOf, scanner } from "./keys.ts";

const key = aforoKey(81);
const other = aforoKey(82);
const nowMs = Date.UTC(2027, 0, 31);

const hmac = (baselineKey: string, text: string): string =>
  createHmac("sha256", Buffer.from(baselineKey, "hex")).update(text).digest("hex");
const identify = makeIdentifyKey("11".repeat(32), hmac);
const idOf = (text: string): string => hmac("11".repeat(32), text);

const below = (pattern: string): Pick<AllowEntry, "matchesPath"> => {
  const read = readPathPattern(pattern);
  return read.ok ? { matchesPath: read.matches } : {};
};

function run(text: string, options: Partial<SuppressorOptions> = {}, path: string | null = "src/a.env") {
  const suppressor = new Suppressor({ allow: [], baseline: new Set(), identify, nowMs, ...options });
  const matches = scanner.scanText(text);
  const judged = suppressor.apply(matches, judge(matches, path ?? "<stdin>", defaultPolicy), path);
  return { ...judged, suppressor };
}

describe("an entry of allow", () => {
  const [match] = scanner.scanText(key);
  const fingerprint = match?.fingerprint ?? "";

  it.each<[string, Partial<AllowEntry>]>([
    ["its path", below("src/**")],
    ["its format", { format: "sk_live_" }],
    ["its finding id", { finding: idOf(key) }],
    ["its fingerprint", { fingerprint }],
    ["all of them", { ...below("src/*.env"), format: "sk_live_", finding: idOf(key), fingerprint }],
  ])("accepts a key by %s, and says why", (_, selector) => {
    const entry: AllowEntry = { ...selector, reason: "made for tests", owner: "payments" };
    const { findings, suppressed, suppressor } = run(key, { allow: [entry] });
    expect(findings).toEqual([]);
    expect(suppressed.map(({ suppression }) => suppression)).toEqual([
      { by: "config", reason: "made for tests", owner: "payments" },
    ]);
    expect(suppressor.uses).toEqual([{ matched: 1, returned: 0, isExpired: false }]);
  });

  it.each<[string, Partial<AllowEntry>]>([
    ["another path", below("test/**")],
    ["another format", { format: "sk_test_" }],
    ["another key's id", { finding: idOf(other) }],
    ["another key's fingerprint", { fingerprint: "0".repeat(64) }],
    ["one part that does not fit", { ...below("src/**"), format: "sk_test_" }],
  ])("leaves a key alone that has %s", (_, selector) => {
    const { findings, suppressor } = run(key, { allow: [{ ...selector, reason: "made for tests" }] });
    expect(findings).toHaveLength(1);
    expect(suppressor.uses).toEqual([{ matched: 0, returned: 0, isExpired: false }]);
  });

  it("that names a path fits nothing that is in no file", () => {
    const allow = [{ ...below("**"), reason: "made for tests" }];
    expect(run(key, { allow }, null).findings).toHaveLength(1);
  });

  it("that names an id fits nothing without a baseline key", () => {
    const allow = [{ finding: idOf(key), reason: "made for tests" }];
    const suppressor = new Suppressor({ allow, baseline: new Set(), nowMs });
    const matches = scanner.scanText(key);
    const { findings } = suppressor.apply(matches, judge(matches, "a", defaultPolicy), "a");
    expect(findings).toHaveLength(1);
    expect(findings[0]).not.toHaveProperty("id");
  });

  it.each([
    [-1, 0, "holds until the instant before it expires"],
    [0, 1, "is red from the instant at which it expires"],
    [86_400_000, 1, "stays red"],
  ])("at %d ms from its expiry reports %d findings: it %s", (sinceMs, count) => {
    const allow = [{ ...below("src/**"), reason: "made for tests", expiresAtMs: nowMs }];
    const { findings, suppressor } = run(key, { allow, nowMs: nowMs + sinceMs });
    expect(findings).toHaveLength(count);
    expect(suppressor.uses).toEqual([{ matched: 1, returned: count, isExpired: sinceMs >= 0 }]);
  });

  it("that has expired takes nothing from another one, from a marker or from the baseline", () => {
    const expired = { ...below("src/**"), reason: "old", expiresAtMs: 0 };
    const fresh = { format: "sk_live_", reason: "new" };
    const returned = (text: string, options: Partial<SuppressorOptions>) =>
      run(text, options).suppressor.uses[0]?.returned;
    expect(returned(key, { allow: [expired, fresh] })).toBe(0);
    expect(returned(`${key} # keywarden:allow a reason`, { allow: [expired] })).toBe(0);
    expect(returned(key, { allow: [expired], baseline: new Set([idOf(key)]) })).toBe(0);
    expect(returned(key, { allow: [expired] })).toBe(1);
  });

  it("counts as used for keys that policy ignores, so that a stricter run may need it", () => {
    const publishable = keyOf("pk_live_", 32, 83);
    const { findings, ignored, suppressor } = run(publishable, {
      allow: [{ format: "pk_live_", reason: "made to be public" }],
    });
    expect([findings, ignored]).toEqual([[], [{ why: "publishable", count: 1 }]]);
    expect(suppressor.uses[0]?.matched).toBe(1);
  });
});

describe("the baseline", () => {
  const baseline = new Set([idOf(key)]);

  it.each([
    ["moved to another file", key, "other/b.ts"],
    ["indented", `\n\n    key: "${key}",`, "src/a.env"],
    ["copied", `${key}\n${key}`, "src/a.env"],
    ["in UTF-16", Array.from(key).join("\0"), "src/a.env"],
  ])("keeps accepting a key that was %s", (_, text, path) => {
    const { findings, suppressed, suppressor } = run(text, { baseline }, path);
    expect(findings).toEqual([]);
    expect(new Set(suppressed.map(({ suppression }) => suppression.by))).toEqual(new Set(["baseline"]));
    expect([...suppressor.seenIds]).toEqual([idOf(key)]);
  });

  it("takes a key with one changed character for a new one", () => {
    for (let index = 8; index < key.length; index += 1) {
      const changed = key.slice(0, index) + (key[index] === "a" ? "b" : "a") + key.slice(index + 1);
      expect(run(changed, { baseline }).findings).toHaveLength(1);
    }
  });

  it("under another repository's key knows nothing", () => {
    const foreign = makeIdentifyKey("22".repeat(32), hmac);
    expect(run(key, { baseline, identify: foreign }).findings).toHaveLength(1);
  });
});

describe("what a suppressor gives", () => {
  it("prefers the marker, then keywarden.json, then the baseline", () => {
    const allow = [{ format: "sk_live_", reason: "in the file" }];
    const baseline = new Set([idOf(key)]);
    const by = (text: string, options: Partial<SuppressorOptions>) =>
      run(text, options).suppressed.map(({ suppression }) => suppression.by);
    expect(by(`${key} # keywarden:allow a reason`, { allow, baseline })).toEqual(["inline"]);
    expect(by(key, { allow, baseline })).toEqual(["config"]);
    expect(by(key, { baseline })).toEqual(["baseline"]);
  });

  it("reports a key whose marker gives no reason, and says so", () => {
    const { findings } = run(`${key} # keywarden:allow`);
    expect(findings[0]?.reason).toMatch(/; the keywarden:allow beside it gives no reason$/);
  });

  it("keeps findings and their matches together, and gives each its id", () => {
    const text = [key, `${other} # keywarden:allow a reason`, aforoKey(84)].join("\n");
    const { findings, reported } = run(text);
    expect(findings.map(({ line, id }) => [line, id])).toEqual([
      [1, idOf(key)],
      [3, idOf(aforoKey(84))],
    ]);
    expect(reported.map(({ line }) => line)).toEqual([1, 3]);
  });

  it("holds no key", () => {
    const allow = [{ ...below("src/**"), reason: "made for tests", expiresAtMs: 0 }];
    const { suppressor, ...judged } = run(`${key}\n${other} # keywarden:allow was ${key}`, { allow });
    const secrets = scanner.scanText(`${key}\n${other}`).map(({ secret }) => secret);
    const given = JSON.stringify([judged, suppressor.uses, [...suppressor.seenIds]]);
    expect(() => assertNoKey(given, secrets)).not.toThrow();
  });
});
