import { describe, expect, it } from "vitest";
import { foreignExamples } from "../src/foreign-examples.ts";
import { builtInProviders } from "../src/providers/built-in-providers.ts";
import { validateKey } from "../src/validate-key.ts";

// The texts are never written down, so the hash function of these tests says that any text is the example.
const text = ["sk_test", "q7Zt2LmX9bRw4KcV8nHs1YfJ"].join("_");

describe("examples of other vendors", () => {
  it.each(foreignExamples)("$vendor, $source: $fingerprint", ({ vendor, fingerprint }) => {
    const result = validateKey(text, { providers: builtInProviders, sha256: () => fingerprint });
    expect(result).toEqual({
      status: "published-example",
      providers: [],
      message: `${vendor} prints this key as an example`,
      prefix: "sk_test_",
    });
  });

  it("are fingerprints, each once, with the page that prints them", () => {
    expect(new Set(foreignExamples.map(({ fingerprint }) => fingerprint)).size).toBe(foreignExamples.length);
    for (const { fingerprint, source } of foreignExamples) {
      expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
      expect(new URL(source).protocol).toBe("https:");
    }
  });

  it("yield to a provider of ours that prints the same text", () => {
    const [first] = foreignExamples;
    const own = builtInProviders.map((provider, index) =>
      index === 0 ? { ...provider, publishedExamples: [first?.fingerprint ?? ""] } : provider,
    );
    const result = validateKey(text, { providers: own, sha256: () => first?.fingerprint ?? "" });
    expect(result).toMatchObject({ status: "published-example", providers: [own[0]?.id] });
  });

  it("leave every other key what it is", () => {
    const result = validateKey(text, { providers: builtInProviders, sha256: () => "0".repeat(64) });
    expect(result.status).toBe("valid");
  });
});
