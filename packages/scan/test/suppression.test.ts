import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { assertNoKey } from "@keywarden/testing";
import { defaultPolicy, judgeMatches, makeIdentifyKey, readPathPattern, Suppressor } from "@keywarden/scan";
import type { AllowEntry, SuppressorOptions } from "@keywarden/scan";
import { aforoKey, scanner } from "./keys.ts";

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

function run(text: string, options: Partial<SuppressorOptions> = {}, path = "src/a.env") {
  const suppressor = new Suppressor({ allow: [], baseline: new Set(), identify, nowMs, ...options });
  const matches = scanner.scanText(text);
  const judged = suppressor.apply(matches, judgeMatches(matches, path, defaultPolicy), path);
  return { ...judged, suppressor };
}

describe("an entry of allow", () => {
  it("accepts the key that it names by its path, format, id and fingerprint, and no other", () => {
    const fingerprint = scanner.scanText(key)[0]?.fingerprint ?? "";
    const entry = { ...below("src/*.env"), format: "sk_live_", finding: idOf(key), fingerprint };
    const allow = [{ ...entry, reason: "made for tests" }];
    expect(run(`${key}\n${other}`, { allow }).findings.map(({ line }) => line)).toEqual([2]);
    expect(run(key, { allow }, "test/a.env").findings).toHaveLength(1);
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
  it("holds no key", () => {
    const allow = [{ ...below("src/**"), reason: "made for tests", expiresAtMs: 0 }];
    const { suppressor, ...judged } = run(`${key}\n${other} # keywarden:allow was ${key}`, { allow });
    const secrets = scanner.scanText(`${key}\n${other}`).map(({ secret }) => secret);
    const given = JSON.stringify([judged, suppressor.uses, [...suppressor.seenIds]]);
    expect(() => assertNoKey(given, secrets)).not.toThrow();
  });
});
