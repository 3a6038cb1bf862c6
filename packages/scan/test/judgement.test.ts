import { describe, expect, it } from "vitest";
import { defaultPolicy, inEveryEnvironment, judgeMatches } from "@keywarden/scan";
import type { ScanPolicy } from "@keywarden/scan";
import { aforoKey, keyOf, scanner } from "./keys.ts";

const only = (text: string) => {
  const matches = scanner.scanText(text);
  expect(matches).toHaveLength(1);
  return matches[0];
};

describe("confidence", () => {
  it("is high for the length that a provider's document states", () => {
    const match = only(`x = ${aforoKey(1)}`);
    expect(match).toMatchObject({ verdict: "key", confidence: "high", provider: "aforo" });
    expect(match?.reason).toContain("48 characters is the length that Aforo states");
  });

  it("is medium for a length that only fits a range, and names no provider", () => {
    const match = only(`x = ${keyOf("sk_live_", 32, 1)}`);
    expect(match).toMatchObject({ verdict: "key", confidence: "medium", provider: null });
    expect(match?.candidates).toContain("example");
    expect(match?.candidates).toContain("aero2");
  });

  it("is high for such a length beside the provider's own host", () => {
    const match = only(
      `curl https://api.example.com/v1 -H "Authorization: Bearer ${keyOf("sk_live_", 32, 1)}"`,
    );
    expect(match).toMatchObject({ confidence: "high", provider: "example" });
  });

  it("is high when the variable's name stands three lines above, and medium when it is further away", () => {
    const body = keyOf("sk_sand_", 32, 3);
    expect(only(`auroraSolarKey =\n\n\n ${body}`)).toMatchObject({ confidence: "high" });
    expect(only(`auroraSolarKey =\n\n\n\n\n ${body}`)).toMatchObject({ confidence: "medium" });
  });

  it("is medium for a key that lacks two characters, and says so", () => {
    const match = only(`AURORA=${keyOf("sk_prod_", 22, 1)}`);
    expect(match).toMatchObject({ verdict: "malformed", confidence: "medium" });
    expect(match?.reason).toContain("at least 32 are needed");
  });

  it("is low for what is shorter than any key", () => {
    expect(only(`AURORA=${keyOf("sk_prod_", 10, 1)}`)).toMatchObject({
      verdict: "malformed",
      confidence: "low",
    });
  });

  it("keeps the variables of neighbouring lines apart", () => {
    const text = `AFORO_API_KEY=${keyOf("sk_live_", 40, 1)}\nAZOTTE_API_KEY=${keyOf("sk_dev_", 40, 2, "hex")}\n`;
    const [first, second] = scanner.scanText(text);
    expect(first?.evidence.join()).toContain("AFORO_API_KEY");
    expect(first?.evidence.join()).not.toContain("AZOTTE");
    expect(second?.prefix).toBe("sk_" + "dev_");
  });
});

describe("what is made to be seen", () => {
  it.each([
    "sk_" + "live_YOUR_KEY_HERE",
    "sk_" + "live_xxxxxxxxxxxxxxxxxxxxxxxx",
    "sk_" + "test_your_api_key",
    "sk_" + "live_0123456789012345678901234567890123456789",
  ])("recognises the placeholder %s", (text) => {
    expect(only(`key = ${text};`)).toMatchObject({ verdict: "placeholder" });
  });

  it.each([
    "sk_" + "live_abc123xyz789",
    "sk_" + "prod_LXknKczQYkniVtMpRYs8wJgk",
    "sk_" + "live_x9y8z7w6v5u4t3s2r1q0p9o8n7m6l5k4j3i2h1",
  ])("recognises a published example", (text) => {
    expect(only(`key = ${text};`)).toMatchObject({ verdict: "published-example" });
  });

  it("does not take a real key for a placeholder because of the word behind it", () => {
    expect(only(`${aforoKey(4)}_YOUR_KEY_HERE`)).toMatchObject({ verdict: "key" });
  });
});

describe("policy", () => {
  const text = [
    aforoKey(1),
    keyOf("pk_live_", 32, 2),
    "sk_" + "live_YOUR_KEY_HERE",
    "sk_" + "live_abc123xyz789",
    keyOf("sk_prod_", 10, 3),
    keyOf("rk_sand_", 32, 4),
  ].join("\n");

  it("blocks secret and restricted keys of any environment and counts what it leaves alone", () => {
    const { findings, ignored, reported } = judgeMatches(scanner.scanText(text), "a.env", defaultPolicy);
    expect(findings.map(({ kind, environment, line }) => [kind, environment, line])).toEqual([
      ["secret", "production", 1],
      ["restricted", "sandbox", 6],
    ]);
    expect(reported).toHaveLength(2);
    expect(Object.fromEntries(ignored.map(({ why, count }) => [why, count]))).toEqual({
      publishable: 1,
      placeholder: 1,
      "published-example": 1,
      "low-confidence": 1,
    });
  });

  it("reports publishable keys and doubtful matches on request, never placeholders", () => {
    const policy: ScanPolicy = {
      minConfidence: "low",
      actions: { ...defaultPolicy.actions, publishable: inEveryEnvironment("block") },
    };
    const { findings } = judgeMatches(scanner.scanText(text), "a.env", policy);
    expect(findings.map(({ line }) => line)).toEqual([1, 2, 5, 6]);
    expect(findings[0]).toMatchObject({ path: "a.env", locationKind: "content" });
  });

  it("puts nothing into a finding that reveals the key", () => {
    const { findings } = judgeMatches(scanner.scanText(text), "a.env", defaultPolicy);
    expect(JSON.stringify(findings)).not.toContain(aforoKey(1).slice(8, 30));
  });
});
