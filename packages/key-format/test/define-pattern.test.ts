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
    ["{hex:40}", "character 1: has no literal of 3 characters to search for"],
  ])("is refused with the place and the reason: %s", (pattern, message) => {
    expect(problemsOf(pattern)).toEqual([expect.stringContaining(message)]);
  });

  it("needs no literal where a name stands beside it", () => {
    expect(problemsOf("{hex:40}", { beside: ["ACME_TOKEN"] })).toEqual([]);
  });
});
