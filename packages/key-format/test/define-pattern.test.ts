import { defineProvider } from "@keywarden/key-format";
import { describe, expect, it } from "vitest";

const define = (pattern: unknown, more: object = {}) =>
  defineProvider({ id: "acme", patterns: [{ id: "token", kind: "secret", pattern, ...more }] });
const problemsOf = (pattern: unknown, more?: object): readonly string[] => {
  const definition = define(pattern, more);
  return definition.ok ? [] : definition.problems.map(({ path, message }) => `${path}: ${message}`);
};

describe("a pattern of a user's own provider", () => {
  it("says keys of several parts", () => {
    const definition = define("acme-{live|test}-{base62:20}.{hex:40}");
    expect(definition.ok && definition.provider.patterns?.[0]?.variants.map(({ prefix }) => prefix)).toEqual([
      "acme-live-",
      "acme-test-",
    ]);
  });

  it.each([
    ["acme-{hx:40}", 'character 7: hx is not a class; did you mean "hex"?'],
    ["acme-{hex:forty}", "character 11: must be a length from 1 to 8192, as 40, 20-60 or 22,43"],
    ["acme-{hex:40", "character 6: { is not closed"],
    ["acme}-{hex:40}", "character 5: } closes no {"],
    ["acme-{hex:4}", "character 1: holds 16 random bits"],
    ["acme-{base64url:20-40}-{hex:8}", '"-", which could belong to it, so nothing shows where it ends'],
    ["{hex:40}", "character 1: has no literal of 3 characters, not all the same, to search for"],
  ])("is refused with the place and the reason: %s", (pattern, message) => {
    expect(problemsOf(pattern)).toEqual([expect.stringContaining(message)]);
  });

  it("is no regular expression, which would be searched for as it is, and never found", () => {
    for (const [pattern, sign] of [
      ["(a+)+acme_{hex:40}", '1: "("'],
      ["acme_[live]_{hex:40}", '6: "["'],
      [String.raw`acme\.{hex:40}`, '5: "'],
      ["^acme_{hex:40}", '1: "^"'],
      ["acme.*{hex:40}", '6: "*"'],
      ["acme_{hex:40}.+", '14: ".+"'],
      ["acme_{hex:40}$", '14: "$"'],
    ] as const)
      expect(problemsOf(pattern)).toEqual([expect.stringContaining(`character ${sign}`)]);
    expect(problemsOf("acme.live+{hex:40}=={hex:8}")).toEqual([]);
  });

  it("needs a literal of more than one repeated character to search for", () => {
    expect(problemsOf("    {hex:40}")).toEqual([expect.stringContaining("has no literal")]);
    expect(problemsOf("::{hex:40}----{hex:8}")).toEqual([expect.stringContaining("has no literal")]);
  });

  it("needs no literal where a name stands beside it", () => {
    expect(problemsOf("{hex:40}", { beside: ["ACME_TOKEN"] })).toEqual([]);
  });
});
