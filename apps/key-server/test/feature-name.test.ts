import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { featureName } from "../src/usage/feature-name.ts";
import { makeFeatureNames } from "../src/usage/feature-names.ts";

describe("the name of a feature", () => {
  test.each([
    ["GET", "/v1/users/usr_123", "GET /v1/users/{id}"],
    ["get", "/v1/users/?page=2", "GET /v1/users"],
    ["POST", "/api/v1/api-keys/key_7f/rotate", "POST /api/v1/api-keys/{id}/rotate"],
    ["GET", "/v1/meterEvents/bulk", "GET /v1/meterEvents/bulk"],
    ["GET", "/2026-01-01/orders", "GET /{id}/orders"],
    ["GET", "/v1/550e8400-e29b-41d4-a716-446655440000", "GET /v1/{id}"],
    ["GET", `/v1/${"word".repeat(20)}`, "GET /v1/{id}"],
    ["GET", "/", "GET /"],
    ["BREW", "/v1/pots", "other /v1/pots"],
    ["GET", "/v1/%2e%2e/users", "other"],
    ["GET", "//v1", "other"],
    ["GET", "/a/b/c/d/e/f/g/h/i", "other"],
    ["GET", undefined, "unknown"],
    [undefined, undefined, "unknown"],
  ])("of %s %s is %s", (method, path, name) => {
    expect(featureName(method, path)).toBe(name);
  });

  test("holds no key, whatever is in a path", () => {
    const key = fc
      .tuple(
        fc.constantFrom("sk_", "pk_", "rk_"),
        fc.constantFrom("live_", "test_"),
        fc.stringMatching(/^[a-z]{12,40}$/),
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(key, (text) => {
        expect(featureName("GET", `/v1/${text}/x`)).toBe("GET /v1/{id}/x");
      }),
    );
  });

  test("is one of a bounded number of short names of words", () => {
    fc.assert(
      fc.property(fc.string(), fc.webPath(), (method, path) => {
        expect(featureName(method, path)).toMatch(
          /^(other|(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|other) \/[\w.{}/-]{0,264})$/,
        );
      }),
    );
  });
});

describe("the names of a day", () => {
  const letters = (index: number) =>
    index.toString(26).replaceAll(/\d/g, (digit) => "qrstuvwxyz"[Number(digit)] ?? "");

  test("are a thousand at most, brought by requests that were let in, and begin anew the next day", () => {
    const names = makeFeatureNames();
    const nameOf = (index: number, atMs: number, isAllowed = true) =>
      names.nameOf({ method: "GET", path: `/x/${letters(index)}` }, isAllowed, atMs);
    expect(nameOf(5000, 0, false)).toBe("other");
    for (let index = 0; index < 1000; index += 1) expect(nameOf(index, 0)).toBe(`GET /x/${letters(index)}`);
    expect(nameOf(1000, 0)).toBe("other");
    expect(nameOf(7, 0, false)).toBe(`GET /x/${letters(7)}`);
    expect(nameOf(1000, 86_400_000)).toBe(`GET /x/${letters(1000)}`);
  });
});
