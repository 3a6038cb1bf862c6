import type { Attribution, FormatProblem, Validation } from "@keywarden/key-format";
import { describe, expect, it } from "vitest";
import { judgeConfidence } from "../src/match/confidence.ts";
import type { KeyPrefix } from "../src/match/key-prefix.ts";

type Valid = Extract<Validation, { readonly status: "valid" }>;
type Malformed = Extract<Validation, { readonly status: "malformed" }>;
type Circumstances = Parameters<typeof judgeConfidence>[0];

const prefix: KeyPrefix = { text: "own_", patterns: [], formats: [], alphabets: [], shortestBody: 20 };
const leader: Attribution = { provider: "own", score: 1, evidence: ["it starts so", "its name is nearby"] };
const around = { prefix, bodyLength: 20, leader, isNamedNearby: false };

function valid(more: Partial<Valid>, circumstances: Partial<Circumstances> = {}) {
  // Confidence asks nothing of the parts.
  const key = {} as Valid["key"];
  const validation: Valid = {
    status: "valid",
    message: "fits",
    key,
    providers: ["own"],
    stated: false,
    problems: [],
    ...more,
  };
  return judgeConfidence({ ...around, ...circumstances, validation });
}

function malformed(reason: Malformed["reason"], bodyLength: number) {
  const validation: Malformed = {
    status: "malformed",
    reason,
    message: "misses",
    prefix: "own_",
    problems: [],
  };
  return judgeConfidence({ ...around, validation, bodyLength });
}

describe("confidence in a key that fits a format", () => {
  it.each([
    // stated, what accepts it, who leads, named nearby → confidence
    [true, "own", leader, true, "high"],
    [true, "own", leader, false, "high"],
    [true, "other", leader, false, "high"],
    [true, "own", null, false, "high"],
    [false, "own", leader, true, "high"],
    [false, "own", leader, false, "medium"],
    [false, "other", leader, true, "medium"],
    [false, "other", leader, false, "medium"],
    [false, "own", null, true, "medium"],
    [false, "own", null, false, "medium"],
  ])(
    "stated %s, accepted by %s, leader %j, named nearby %s: %s",
    (stated, by, first, isNamedNearby, confidence) => {
      const judged = valid({ stated, providers: [by] }, { leader: first, isNamedNearby });
      expect(judged).toMatchObject({ verdict: "key", confidence });
    },
  );

  it("says what speaks for it besides its prefix, and which checksum it misses", () => {
    const problems: readonly FormatProblem[] = [
      { provider: "a", reason: "too-short", message: "short of a" },
      { provider: "b", reason: "checksum", message: "not the checksum of b" },
    ];
    expect(valid({}).reason).toBe("fits; its name is nearby");
    expect(valid({}, { leader: null }).reason).toBe("fits; nothing says which of them it is");
    expect(valid({ problems }).reason).toBe("fits; its name is nearby; not the checksum of b");
    expect(valid({ problems: problems.slice(0, 1) }).reason).toBe("fits; its name is nearby");
  });
});

describe("confidence in a key that fits none", () => {
  it.each([
    ["too-short", 19, "medium", "misses; close enough to a key to be one that was cut or mistyped"],
    ["too-short", 15, "medium", "misses; close enough to a key to be one that was cut or mistyped"],
    ["too-short", 14, "low", "misses; shorter than any key that starts so"],
    ["too-long", 21, "medium", "misses; close enough to a key to be one that was cut or mistyped"],
    ["checksum", 20, "low", "misses"],
    ["checksum", 14, "low", "misses; shorter than any key that starts so"],
  ] as const)("%s, with %i of at least 20 characters: %s", (missed, bodyLength, confidence, reason) => {
    expect(malformed(missed, bodyLength)).toEqual({ verdict: "malformed", confidence, reason });
  });
});

describe("confidence in what is no key", () => {
  it.each([
    { status: "placeholder", rule: "words", message: "words", prefix: "own_" },
    { status: "published-example", providers: [], message: "printed", prefix: "own_" },
  ] as const)("is low, and the verdict is $status", (validation) => {
    expect(judgeConfidence({ ...around, isNamedNearby: true, validation })).toEqual({
      verdict: validation.status,
      confidence: "low",
      reason: validation.message,
    });
  });
});
